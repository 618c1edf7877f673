"""What staff wrote in words of their own beside a lead: why they read a conversation, and what they
call the searches they keep. Somebody may be named in it, who asks to be forgotten."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import readings
from storage.models import AuditEntry, SavedView

Naming = Callable[[str], bool]  # whether these words name somebody

_WORDS = "words"  # of a reason, in what the audit trail says of it
_VIEW = "view"  # the name of a saved search, there
# What is about nobody by itself, so that only its words can tell.
_ABOUT_NOBODY = (readings.READ_MISSES, "save_view", "change_view", "delete_view")


def erase_reasons(session: Session, *, chat_id: int) -> None:
    """Of why staff read what this resident wrote only the kind of reason stays."""
    of_chat = select(AuditEntry).where(AuditEntry.chat_id == chat_id)
    for entry in session.scalars(of_chat):
        _erase(entry, lambda _words: True)
    session.flush()


def erase_naming(session: Session, names: Naming) -> None:
    """Saved searches that name somebody go, with their name in the audit trail, and so do reasons
    that name them though they are given for no conversation of theirs."""
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.verb.in_(_ABOUT_NOBODY))):
        _erase(entry, names)
    for view in session.scalars(select(SavedView)):
        if names(view.name) or names(view.query):
            session.delete(view)
    session.flush()


def _erase(entry: AuditEntry, names: Naming) -> None:
    detail = entry.detail if isinstance(entry.detail, dict) else {}
    left = {
        key: value
        for key, value in detail.items()
        if not (key in (_WORDS, _VIEW) and isinstance(value, str) and names(value))
    }
    if left != detail:
        entry.detail = left or None
