"""A chat's history to be read: a page of it, and what became of what we said."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Message, OutboxRow


@dataclass(frozen=True, slots=True)
class State:
    """What became of a message of ours, and why if it did not get there."""

    state: str  # waiting, leased, sent, dropped, set_aside
    error: str | None


def messages_before(
    session: Session, chat_id: int, *, before: int | None, limit: int
) -> list[Message]:
    """The newest messages of a chat, or those older than the one with the id `before`; in the order
    in which they were said."""
    statement = select(Message).where(Message.chat_id == chat_id)
    if before is not None:
        statement = statement.where(Message.id < before)
    return [*session.scalars(statement.order_by(Message.id.desc()).limit(limit))][::-1]


def states_of(session: Session, message_ids: Collection[int]) -> dict[int, State]:
    """What became of these; the last try counts. Of what was sent long ago nothing is kept."""
    statement = (
        select(OutboxRow.message_id, OutboxRow.state, OutboxRow.error)
        .where(OutboxRow.message_id.in_(message_ids))
        .order_by(OutboxRow.id)
    )
    return {
        message_id: State(state, error)
        for message_id, state, error in session.execute(statement)
        if message_id is not None
    }
