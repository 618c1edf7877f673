"""Safe copies of what people attach to an idea: wanted in the turn, fetched beside it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import attachments, chats
from storage.models import Idea
from storage.outbox import Lane, queue

MEDIA = ("photo", "voice", "video", "audio", "document")
# What is said when a copy could not be had: by whoever fetches it.
RESPONSES = frozenset(
    {f"utter_copy_{name}" for name in ("too_big", "kind", "full", "gone", "failed")}
    | {f"copy_{medium}" for medium in MEDIA}
)


def fetching(channel: str) -> str:
    """The kind of work that fetches from this channel."""
    return f"fetch_{channel}"


def want_copies(
    session: Session, idea: Idea, media: list[dict[str, Any]], *, chat_id: int, now: datetime
) -> None:
    """Have everything copied that has a file, as it was sent in this chat; what is copied already,
    or wanted, is left alone."""
    for item in media:
        if item["medium"] not in MEDIA or not item.get("file_id"):
            continue
        wanted = attachments.want_copy(
            session,
            idea_id=idea.id,
            medium=item["medium"],
            handle=item["file_id"],
            size=item.get("size"),
            now=now,
        )
        if wanted is not None:
            queue(
                session,
                chat_id=chat_id,
                kind=fetching(chats.get_chat(session, chat_id).channel),
                lane=Lane.WORK,
                now=now,
                payload={"attachment_id": wanted.id},
            )
