"""What an action is bound to: one turn's session, clock, chat and content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from rasa_sdk import Action
from sqlalchemy.orm import Session

from actions.counting import Moment
from actions.labels import Say
from actions.programme import Programme
from actions.speaking import Speaking


class Attachment(Protocol):
    """Something other than words; `file_id` is the channel's own handle."""

    @property
    def medium(self) -> str: ...
    @property
    def file_id(self) -> str | None: ...
    @property
    def file_name(self) -> str | None: ...
    @property
    def mime_type(self) -> str | None: ...
    @property
    def size(self) -> int | None: ...
    @property
    def phone(self) -> str | None: ...
    @property
    def latitude(self) -> float | None: ...
    @property
    def longitude(self) -> float | None: ...


class Incoming(Protocol):
    """What the person just did."""

    @property
    def text(self) -> str: ...
    @property
    def attachments(self) -> Sequence[Attachment]: ...


# The address that brings the assistant into a group that is chosen there; None: there is none.
GroupLink = Callable[[str, str], str | None]
# The address that opens a chat of this channel and says this there.
StartLink = Callable[[str, str], str]


def typed_link(_channel: str, parameter: str) -> str:
    """Where there are no addresses, it is typed."""
    return f"/start {parameter}"


def no_group_link(_channel: str, _parameter: str) -> str | None:
    """Where there are no groups."""
    return None


class Begin(Protocol):
    """Has the dialogue of another private chat do this next, once for each `key`."""

    def __call__(
        self, chat_id: int, intent: str, values: Mapping[str, str], *, key: str
    ) -> None: ...


def begin_nothing(chat_id: int, intent: str, values: Mapping[str, str], *, key: str) -> None:
    """Where there are no dialogues, nothing begins."""


@dataclass(frozen=True, slots=True)
class Context:
    """All that an action may touch. `now` is an aware UTC instant; `say` words a domain response;
    `staff_chat_id` is None where no staff chat is connected. `moment` is when what is answered was
    done, which may be long before now. `speaking` is set in the private chat of somebody who speaks
    for a group: the applicant behind the chat is the group then. `begin` starts what others do."""

    session: Session
    now: datetime
    chat_id: int
    programme: Programme
    say: Say
    incoming: Incoming
    staff_chat_id: int | None
    channel: str
    moment: Moment
    start_link: StartLink = typed_link
    group_link: GroupLink = no_group_link
    speaking: Speaking | None = None
    begin: Begin = begin_nothing
    language: str | None = None  # the code of what they write in, else of what their app is set to

    @property
    def applicant_chat_id(self) -> int:
        """The chat that the applicant is behind: this one, or the group's own."""
        return self.speaking.group.chat_id if self.speaking is not None else self.chat_id


class BoundAction(Action):  # type: ignore[misc]  # rasa_sdk carries no types
    """A rasa-sdk action bound to one turn. A subclass has `called` and a plain `run`."""

    called: ClassVar[str]

    def __init__(self, context: Context) -> None:
        self.context = context

    def name(self) -> str:
        """The name by which flows call it."""
        return self.called


def media_of(incoming: Incoming) -> list[dict[str, Any]]:
    """The attachments as plain values, without what they do not have."""
    fields = ("medium", "file_id", "file_name", "mime_type", "size", "latitude", "longitude")
    found = []
    for attachment in incoming.attachments:
        values = {name: getattr(attachment, name) for name in fields}
        values["medium"] = str(values["medium"])
        found.append({name: value for name, value in values.items() if value is not None})
    return found
