"""Posts of a group that are edited in place: the newest words win, and edits are few."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.boards import APART
from bot.pipeline import speech
from dialogues.exchange import Button
from storage import messages, outbox
from storage.outbox import Lane

_GONE = Button("")


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


def in_their_places(session: Session, message_id: int, buttons: Iterable[Button]) -> list[Button]:
    """These buttons, each where it stood before; a place that one had is never another's. Whoever
    presses on what they still see does what stands there, or is told that it is over."""
    left = {button.payload: button for button in buttons}
    message = messages.get_message(session, message_id)
    before = speech.buttons_of(message) if message is not None else []
    kept = [left.pop(it.payload, _GONE) if it.payload else _GONE for it in before]
    return [*kept, *left.values()]
