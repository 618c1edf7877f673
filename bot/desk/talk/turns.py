"""What happens in a talk on the staff's side, or by the clock, is a turn of the resident's chat, so
that all that concerns a talk happens one after the other."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.pipeline.arrival import Arrival, Happened
from dialogues.exchange import Attachment
from storage import accepting, chats
from storage.accepting import Accepted
from storage.chats import ChatKey

# The intents of such turns. Words of staff are the dialogue's affair where nobody talks.
STAFF_SAID = "staff_message"
STAFF_ENDED = "talk_ended_by_staff"
STAFF_LEFT = "talk_left_by_staff"
LINE_LOST = "talk_line_lost"
SILENCE_OVER = "talk_silent"
PROMISE_PASSED = "talk_promise_passed"


def tell_resident(
    session: Session,
    chat_id: int,
    intent: str,
    values: Mapping[str, str],
    *,
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Have the resident's chat do this, once for each `key`."""
    resident = chats.get_chat(session, chat_id)
    said = Arrival(
        Happened.INTERNAL, intent=intent, values=dict(values), attachments=tuple(attachments)
    )
    accepting.accept(
        session,
        Accepted(
            dedupe_key=key,
            chat=ChatKey(resident.channel, resident.external_id, resident.kind),
            payload=said.to_json(),
            kind="internal",
        ),
        now=now,
    )


def question_of(state: dict[str, object] | None) -> tuple[str, str] | None:
    """The flow and step of the question that is open in a saved state."""
    stack = (state or {}).get("stack")
    top = stack[-1] if isinstance(stack, list) and stack else None
    return (top["flow"], top["step"]) if top and top.get("asked") else None
