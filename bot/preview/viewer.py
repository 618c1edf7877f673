"""Who looks at the preview: a made-up resident in private or in a group, or a caseworker in the
staff chat."""

import re
from dataclasses import dataclass

from bot.pipeline.arrival import Sender
from storage.chats import ChatKey

CHANNEL = "preview"
STAFF = "staff"
GROUP = "group:"  # so the names of groups begin; no resident's can
STAFF_CHAT = ChatKey(CHANNEL, STAFF, "group", "Staff chat")
FIRST_RESIDENT = "sam"
FIRST_GROUP = "our-group"
FIRST_CASEWORKER = "alex"
NAME_RULE = "Use letters, digits, - and _, and 32 of them at most."
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


class NameRefusedError(ValueError):
    """The name asked for is not one the preview takes."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """One page's point of view: its chat, and the person who writes there."""

    chat: ChatKey
    sender: Sender

    @property
    def name(self) -> str:
        """The chat's name in addresses."""
        return self.chat.external_id

    @property
    def person(self) -> str:
        """Whose page it is, as addresses name them."""
        return STAFF if self.is_staff else self.sender.external_id

    @property
    def group(self) -> str:
        """The group's name in addresses; empty elsewhere."""
        return self.chat.external_id[len(GROUP) :] if self.is_group else ""

    @property
    def is_group(self) -> bool:
        """Whether this is a group that residents talk in."""
        return self.chat.external_id.startswith(GROUP)

    @property
    def caseworker(self) -> str:
        """The caseworker's name in addresses; empty for residents."""
        return self.sender.external_id.removeprefix(f"{STAFF}-") if self.is_staff else ""

    @property
    def is_staff(self) -> bool:
        """Whether this is the staff chat."""
        return self.chat.external_id == STAFF


def viewer_of(name: str | None, caseworker: str | None = None, group: str | None = None) -> Viewer:
    """The viewer that `?as=NAME`, with `&in=GROUP`, or `?as=staff&who=CASEWORKER` means. Raises
    NameRefusedError."""
    known = _checked(name or FIRST_RESIDENT)
    if known.lower() == STAFF:
        who = _checked(caseworker or FIRST_CASEWORKER)
        return Viewer(STAFF_CHAT, Sender(f"{STAFF}-{who.lower()}", title(who)))
    sender = Sender(known, title(known))
    if group:
        place = _checked(group)
        return Viewer(ChatKey(CHANNEL, f"{GROUP}{place}", "group", title(place)), sender)
    return Viewer(ChatKey(CHANNEL, known, "private", title(known)), sender)


def title(name: str) -> str:
    """A name as it is shown: `mary-ann` is `Mary ann`."""
    words = re.sub(r"[-_]+", " ", name).strip() or name
    return words[0].upper() + words[1:]


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise NameRefusedError(NAME_RULE)
    return name
