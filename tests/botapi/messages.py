"""Messages: how the Bot API writes them, and how a person reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.botapi.chats import Chat, User
from tests.botapi.entities import Entity

SERVICE = {
    "new_chat_members",
    "left_chat_member",
    "group_chat_created",
    "new_chat_title",
    "migrate_to_chat_id",
    "migrate_from_chat_id",
    "pinned_message",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_closed",
    "forum_topic_reopened",
}
MEDIA = ("photo", "document", "voice", "video", "audio", "sticker", "video_note", "animation")


@dataclass(eq=False)
class Message:
    """`content` holds text, caption, photo, contact … under the Bot API's own names."""

    chat: Chat
    id: int
    date: int
    sender: User
    content: dict[str, Any]
    reply_to: Message | None = None
    thread_id: int | None = None
    markup: dict[str, Any] | None = None
    edit_date: int | None = None
    deleted: bool = False
    update_id: int | None = None
    sender_chat: dict[str, Any] | None = None  # the chat that speaks, through a stand-in
    reactions: list[str] = field(default_factory=list)
    earlier_markups: list[dict[str, Any]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What can be read: the text, or the caption."""
        return str(self.content.get("text") or self.content.get("caption") or "")

    @property
    def entities(self) -> list[Entity]:
        return list(self.content.get("entities") or self.content.get("caption_entities") or [])

    @property
    def inline(self) -> dict[str, Any] | None:
        """The inline keyboard, which is the only markup other clients and updates carry."""
        return self.markup if self.markup and "inline_keyboard" in self.markup else None

    @property
    def rows(self) -> list[list[dict[str, Any]]]:
        return list((self.inline or {}).get("inline_keyboard", []))

    @property
    def buttons(self) -> list[str]:
        """The labels of the inline buttons, row after row."""
        return [button["text"] for row in self.rows for button in row]

    @property
    def medium(self) -> str | None:
        """`photo`, `voice` …, or None for words alone."""
        return next((name for name in MEDIA if name in self.content), None)

    @property
    def is_service(self) -> bool:
        return not SERVICE.isdisjoint(self.content)

    def button(self, label: str, *, even_lost: bool = False) -> dict[str, Any]:
        """The inline button with this label, whole. Raises `AssertionError` when not there.

        `even_lost` also looks at the buttons it had before edits, newest first.
        """
        former = [markup["inline_keyboard"] for markup in reversed(self.earlier_markups)]
        for rows in [self.rows, *(former if even_lost else [])]:
            for button in (each for row in rows for each in row):
                if button["text"] == label:
                    return dict(button)
        raise AssertionError(f"no button {label!r} on {self}")

    def to_json(self, *, with_reply: bool = True) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "message_id": self.id,
            "from": self.sender.to_json(),
            "chat": self.chat.to_json(),
            "date": self.date,
            **self.content,
        }
        if self.sender_chat is not None:
            shown["sender_chat"] = self.sender_chat
        if self.edit_date is not None:
            shown["edit_date"] = self.edit_date
        if self.inline is not None:
            shown["reply_markup"] = self.inline
        if self.thread_id is not None:
            shown |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        parent = self._parent() if with_reply else None
        if parent is not None:
            shown["reply_to_message"] = parent.to_json(with_reply=False)
        return shown

    def _parent(self) -> Message | None:
        """In a topic, what replies to nothing is shown as replying to the topic's opening."""
        if self.reply_to is not None or self.thread_id is None or self.id == self.thread_id:
            return self.reply_to
        return self.chat.messages.get(self.thread_id)

    def __str__(self) -> str:
        return describe(self)

    def __repr__(self) -> str:
        return f"<Message {self.chat.id}/{self.id} {describe(self)!r}>"


@dataclass(frozen=True)
class Heard:
    """One thing people saw the bot do: a new message, or an edit of one (as it was then)."""

    message: Message
    text: str
    buttons: tuple[str, ...]
    edited: bool


def describe(message: Message) -> str:
    """One message as a line or more of a transcript."""
    parts = [f"[{message.medium}]"] if message.medium else []
    parts += [f"[{name}]" for name in ("contact", "location") if name in message.content]
    parts += [f"[{name}]" for name in SERVICE & set(message.content)]
    parts += [message.text] if message.text else []
    line = f"{message.sender.name}: {' '.join(parts)}"
    if message.edit_date is not None:
        line += " (edited)"
    if message.deleted:
        line += " (deleted)"
    rows = ["   " + "  ".join(f"[ {b['text']} ]" for b in row) for row in message.rows]
    return "\n".join([line, *rows])
