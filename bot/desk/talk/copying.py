"""An edit of what was passed on is one of its copies."""

from collections.abc import Sequence
from datetime import datetime
from itertools import zip_longest

from sqlalchemy.orm import Session

from dialogues.exchange import Reply
from storage import messages, outbox
from storage.models import Message
from storage.outbox import Lane


def rewrite(
    session: Session, copies: Sequence[Message], parts: Sequence[Reply], *, now: datetime
) -> bool:
    """These copies say these parts now, one each; a copy too many is taken away. Whether there are
    parts left, for which there is none yet."""
    for copy, part in zip_longest(copies, parts[: len(copies)]):
        text = part.text if part is not None else ""
        if copy.text == text:
            continue
        messages.rewrite(session, copy.id, text=text, buttons=copy.buttons, now=now)
        outbox.queue(
            session,
            chat_id=copy.chat_id,
            kind="message" if part is not None else "deletion",
            lane=Lane.HANDOFF,
            now=now,
            message_id=copy.id,
        )
    return len(parts) > len(copies) > 0
