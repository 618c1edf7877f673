"""Posts of a group that are edited in place: the newest words win, and edits are few."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.groups.boards import APART
from storage import messages, outbox
from storage.outbox import Lane


def new_post(session: Session, *, chat_id: int, flow: str, step: str | None, now: datetime) -> int:
    """The id of a message that is worded when it is sent."""
    return messages.add_message(
        session, chat_id=chat_id, direction="out", now=now, text="", flow=flow, step=step
    )


def queue_post(
    session: Session,
    *,
    chat_id: int,
    kind: str,
    message_id: int,
    now: datetime,
    payload: dict[str, Any] | None = None,
) -> None:
    """Let this message say what is true, soon: at most one edit in five seconds. The caller holds
    the chat."""
    newest = outbox.newest_of_message(session, message_id)
    if newest is not None and newest[0] == "waiting":
        return  # it will say this as well
    outbox.queue(
        session,
        chat_id=chat_id,
        kind=kind,
        lane=Lane.REPLIES,
        now=now,
        due_at=now if newest is None else max(now, newest[1] + APART),
        message_id=message_id,
        payload=payload,
    )
