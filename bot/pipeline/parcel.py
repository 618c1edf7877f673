"""What is handed to a channel to send, and how a channel says that it could not."""

from dataclasses import dataclass
from typing import Protocol

from dialogues.exchange import Attachment, Button


@dataclass(frozen=True, slots=True)
class Key:
    """A button as it is sent: the choice, and the token that comes back when it is pressed."""

    button: Button
    token: str


@dataclass(frozen=True, slots=True)
class File:
    """A document that was just written, or is kept for the chat, as it is to be uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message for one chat. `text` is Telegram's HTML subset. Ids are the channel's own.

    `image` and `document` are places of files of the content, or addresses; `picture` and `file`
    are what stands at a path of our own, as bytes. With `topic` it is no message: the topic that
    the chat is gets this name, and is made if that has not been done; its id comes back.
    """

    external_chat_id: str
    text: str
    keys: tuple[Key, ...] = ()
    image: str | None = None
    document: str | None = None
    picture: File | None = None
    file: File | None = None
    media: Attachment | None = None  # something a person sent, by the channel's own handle
    reply_to: int | None = None
    edits: int | None = None  # change this message instead of sending a new one
    deletes: bool = False  # with `edits`: take the message away altogether
    ends_keyboard: bool = False  # a keyboard that asked for the number is to go
    pins: bool = False  # pin it once it is sent, where that is allowed
    topic: str | None = None
    captions: bool = False  # with `edits`: the words stand under a picture or a file


class SendError(Exception):
    """A message could not be sent."""


class ChatGoneError(SendError):
    """Nobody is there: blocked, kicked, or deleted."""


class SilencedError(ChatGoneError):
    """We are in the group, and may not write there."""


class TopicGoneError(ChatGoneError):
    """The topic was deleted, or nobody may write in it; the group is there."""


class NoTopicsError(SendError):
    """No topic can be made in this group, or named."""


class ChatMovedError(SendError):
    """The group has another id now."""

    def __init__(self, external_id: str) -> None:
        super().__init__(f"moved to {external_id}")
        self.external_id = external_id


class TryLaterError(SendError):
    """The channel asks for patience with this chat, for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds = seconds


class UnreachableError(SendError):
    """The line broke or the channel is ill: nobody knows whether the message arrived."""


class RefusedError(SendError):
    """The channel will never take this message."""


class MessageLostError(SendError):
    """The message to edit is not there any more."""


class CredentialError(SendError):
    """The channel does not accept our credentials."""


class Sender(Protocol):
    """A channel that takes parcels."""

    async def send(self, parcel: Parcel) -> int | None:
        """Send or edit; the channel's message id. Raises SendError."""
        ...

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        """Tell the channel that a press was seen. Never raises."""
        ...

    async def show_typing(self, external_chat_id: str) -> None:
        """Show that an answer is being prepared. Never raises."""
        ...
