"""A conversation that begins by itself in somebody's private chat, whatever they are at."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.pipeline.arrival import Arrival, Happened
from dialogues.exchange import Attachment
from storage import accepting, chats
from storage.accepting import Accepted
from storage.chats import ChatKey


def begin(
    session: Session,
    chat_id: int,
    intent: str,
    values: Mapping[str, str],
    *,
    key: str,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> None:
    """Have that chat do this next, once for each `key`."""
    chat = chats.get_chat(session, chat_id)
    said = Arrival(
        Happened.INTERNAL, intent=intent, values=dict(values), attachments=tuple(attachments)
    )
    accepting.accept(
        session,
        Accepted(
            dedupe_key=key,
            chat=ChatKey(chat.channel, chat.external_id, chat.kind),
            payload=said.to_json(),
            kind="internal",
        ),
        now=now,
    )
