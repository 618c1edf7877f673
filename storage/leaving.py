"""Where conversations stopped: a question is open, and nobody has answered it for a while."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage.models import Conversation


@dataclass(frozen=True, slots=True)
class Left:
    """How many conversations stand at this question."""

    flow: str
    step: str
    count: int


def left_at(session: Session, *, quiet_since: datetime, since: datetime) -> list[Left]:
    """The questions at which conversations stand of which the last word was said between these
    instants."""
    table = Conversation.table()
    statement = (
        select(table.c.at_flow, table.c.at_step, func.count())
        .where(table.c.at_flow.is_not(None))
        .where(table.c.updated_at > since, table.c.updated_at <= quiet_since)
        .group_by(table.c.at_flow, table.c.at_step)
    )
    return [Left(*row) for row in session.execute(statement)]
