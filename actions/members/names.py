"""What groups and the people in them are called."""

from sqlalchemy.orm import Session

from actions.labels import Say
from storage import chats
from storage.models import Group, Member


def group_name(session: Session, group: Group, say: Say) -> str:
    """The name of the chat in which they talk."""
    name = chats.get_chat(session, group.chat_id).name
    return name or str(say("group_unnamed", {}).unescape())


def member_name(member: Member | None, say: Say) -> str:
    """What a member goes by; a word for somebody who has no name, or is gone."""
    if member is not None and member.name:
        return member.name
    return str(say("group_nameless", {}).unescape())


def first_name(name: str | None) -> str | None:
    """How somebody is spoken of among people who know each other."""
    words = (name or "").split()
    return words[0] if words else None
