"""What groups and the people in them are called."""

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.labels import Say
from storage import chats
from storage.models import Group, Member


def group_name(session: Session, group: Group, say: Say) -> Markup:
    """The name of the chat in which they talk."""
    name = chats.get_chat(session, group.chat_id).name
    return escape(name) if name else say("group_unnamed", {})


def member_name(member: Member | None, say: Say) -> Markup:
    """What a member goes by; a word for somebody who has no name, or is gone."""
    return escape(member.name) if member is not None and member.name else say("group_nameless", {})


def first_name(name: str | None) -> str | None:
    """How somebody is spoken of among people who know each other."""
    words = (name or "").split()
    return words[0] if words else None


def plain(words: Markup) -> str:
    """A fragment as a button or a slot takes it."""
    return str(words.unescape())
