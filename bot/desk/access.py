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
    In `private`: also in the private chat with the assistant."""

    role: Role | None
    ways: frozenset[Way]
    private: bool = True


def _access(role: Role | None, *ways: Way, private: bool = True) -> Access:
    return Access(role, frozenset(ways), private)


ACCESS: dict[str, Access] = {
    "help": _access(Role.VIEWER, Way.COMMAND, private=False),
    "old_button": _access(Role.VIEWER, Way.BUTTON, private=False),
    # What becomes of a lead.
    "claim": _access(Role.CASEWORKER, Way.BUTTON),
    "changes": _access(Role.CASEWORKER, Way.COMMAND),
    "done": _access(Role.CASEWORKER, Way.COMMAND),
    "introduce": _access(Role.CASEWORKER, Way.COMMAND),
    # Words for residents.
    "reply": _access(Role.CASEWORKER, Way.WORDS),
    "togroup": _access(Role.CASEWORKER, Way.COMMAND),
}
