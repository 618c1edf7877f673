"""Who of the staff may do what, and in which way: one row for each thing that can be done."""

from dataclasses import dataclass
from enum import StrEnum

from storage.staff import Role


class Way(StrEnum):
    """How something is asked for."""

    COMMAND = "command"  # /verb words
    BUTTON = "button"  # a button whose payload is /verb
    LINK = "link"  # a deep link that begins with the verb
    WORDS = "words"  # a reply to a post of ours, or words in its topic


@dataclass(frozen=True, slots=True)
class Access:
    """Who may: those with `role` or a higher one; None: everybody, for what they show is enough.
    In `private`: also in the private chat with the assistant. `anywhere`: also in a group that is
    not the staff's."""

    role: Role | None
    ways: frozenset[Way]
    private: bool = True
    anywhere: bool = False


def _access(role: Role | None, *ways: Way, private: bool = True, anywhere: bool = False) -> Access:
    return Access(role, frozenset(ways), private, anywhere)


# A row `verb_word` is for the command `/verb word`.
ACCESS: dict[str, Access] = {
    "help": _access(Role.VIEWER, Way.COMMAND, private=False),
    "old_button": _access(Role.VIEWER, Way.BUTTON, private=False),
    # Who is staff, and where. Whom each may invite, change or take off the list: `may_change`.
    "join": _access(None, Way.LINK, anywhere=True),
    "staff": _access(Role.VIEWER, Way.COMMAND, Way.BUTTON),
    "staff_invite": _access(Role.MANAGER, Way.COMMAND, Way.BUTTON),
    "staff_revoke": _access(Role.MANAGER, Way.BUTTON),
    "staff_role": _access(Role.MANAGER, Way.COMMAND, Way.BUTTON),
    "staff_remove": _access(Role.MANAGER, Way.COMMAND, Way.BUTTON),
    "staff_open": _access(Role.ADMIN, Way.COMMAND, Way.BUTTON),
    "staff_closed": _access(Role.ADMIN, Way.COMMAND, Way.BUTTON),
    "connect": _access(Role.ADMIN, Way.COMMAND, Way.LINK, anywhere=True),
    "console": _access(Role.VIEWER, Way.COMMAND),
    # Looking.
    "leads": _access(Role.VIEWER, Way.COMMAND, Way.BUTTON),
    "lead": _access(Role.VIEWER, Way.COMMAND, Way.BUTTON),
    "history": _access(Role.VIEWER, Way.COMMAND, Way.BUTTON),
    "today": _access(Role.VIEWER, Way.COMMAND, Way.BUTTON),
    "digest": _access(Role.VIEWER, Way.COMMAND),
    # What becomes of a lead.
    "claim": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "changes": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "qualify": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "decline": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "done": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "reopen": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "decision_send": _access(Role.CASEWORKER, Way.BUTTON),
    "decision_words": _access(Role.CASEWORKER, Way.BUTTON),
    "decision_cancel": _access(Role.CASEWORKER, Way.BUTTON),
    "score": _access(Role.CASEWORKER, Way.COMMAND),
    "merge": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "unmerge": _access(Role.CASEWORKER, Way.BUTTON, Way.COMMAND),
    "introduce": _access(Role.CASEWORKER, Way.COMMAND),
    "new": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON, Way.WORDS),
    # What is kept about it, and whose it is.
    "label": _access(Role.CASEWORKER, Way.COMMAND),
    "note": _access(Role.CASEWORKER, Way.COMMAND),
    "next": _access(Role.CASEWORKER, Way.COMMAND),
    "snooze": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON, Way.WORDS),
    "wake": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON),
    "assign": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON),
    "unassign": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON),
    # Words for residents.
    "reply": _access(Role.CASEWORKER, Way.WORDS),
    "tell": _access(Role.CASEWORKER, Way.COMMAND),
    "say": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON),
    "end": _access(Role.CASEWORKER, Way.COMMAND, Way.BUTTON, private=False),
    "togroup": _access(Role.CASEWORKER, Way.COMMAND),
}


def may_change(role: Role, other: Role | None) -> bool:
    """Whether those with `role` may give `other`, or take it from somebody: what is below their own
    role; an admin every one. None is the role of those who are only known from an open chat."""
    is_below = other is None or (role.includes(other) and role is not other)
    return is_below or role is Role.ADMIN
