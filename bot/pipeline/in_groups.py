"""What a group reads unasked: as long as we are there, and with a way into private for the rest."""

from dataclasses import replace

from sqlalchemy.orm import Session

from actions.labels import Say
from bot.pipeline.composing import DroppedError
from dialogues.exchange import Button, Reply
from storage import groups
from storage.outbox import Claimed


def check_still_there(session: Session, claimed: Claimed) -> None:
    """Raises DroppedError where this is a group's chat and we are not in it any more."""
    if claimed.chat_kind == "private":
        return
    group = groups.find_group(session, chat_id=claimed.chat_id)
    if group is None or group.closed_at is not None:
        raise DroppedError("we are not in the group any more")


def in_group(say: Say, reply: Reply, link: str) -> Reply:
    """The same without buttons that begin a talk: one leads into private instead."""
    label = str(say("button_in_private", {}).unescape())
    onward = Button(label, url=link) if "://" in link else None
    kept = tuple(it for it in reply.buttons if it.url)
    return replace(reply, buttons=(*kept, onward) if onward else kept)
