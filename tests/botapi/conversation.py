"""A chat as people have it before them: write, press, read what the bot says."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.chats import Chat, User
from tests.botapi.entities import units
from tests.botapi.files import PIXEL
from tests.botapi.messages import Heard, Message
from tests.botapi.methods.content import MAX_TEXT, kept
from tests.botapi.world import Press, World, captioned, words

Words = str | re.Pattern[str]
OGG = b"OggS\x00\x02" + bytes(20)


@dataclass(frozen=True)
class Transcript:
    """The messages of a chat in order; `str()` of it is for people to read."""

    messages: tuple[Message, ...]

    def __str__(self) -> str:
        return "\n".join(str(message) for message in self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __getitem__(self, index: int) -> Message:
        return self.messages[index]

    def __contains__(self, text: str) -> bool:
        return text in str(self)


class Conversation:
    """One chat. `by` says who acts; in a private chat it is the chat's person."""

    def __init__(self, world: World, chat: Chat, owner: User | None = None) -> None:
        self.world = world
        self.chat = chat
        self._owner = owner
        self._read = 0

    @property
    def id(self) -> int:
        return self.chat.id

    @property
    def transcript(self) -> Transcript:
        """Everything said, deleted messages left out."""
        return Transcript(tuple(m for m in self.chat.messages.values() if not m.deleted))

    @property
    def typing(self) -> list[str]:
        """The chat actions the bot showed, oldest first."""
        return list(self.chat.actions)

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard shown now, row by row."""
        rows = (self.chat.keyboard or {}).get("keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    @property
    def latest(self) -> Message:
        """The bot's newest message that still stands."""
        said = [m for m in self.transcript.messages if self._by_bot(m)]
        assert said, f"the bot has said nothing yet:\n{self.transcript}"
        return said[-1]

    def _by_bot(self, message: Message) -> bool:
        return message.sender is self.world.bot and not message.is_service

    # Acting

    async def send(
        self,
        text: str,
        *,
        by: "Conversation | None" = None,
        reply_to: Message | None = None,
        topic: int | None = None,
    ) -> Message:
        """Type and send; what is longer than a message leaves as several. Returns the last."""
        parts = list(split(text.strip()))
        assert parts, "a client does not send empty messages"
        for part in parts:
            sent = self._post(by, words(part), reply_to, topic)
        return sent

    async def reply(self, to: Message, text: str, *, by: "Conversation | None" = None) -> Message:
        return await self.send(text, by=by, reply_to=to, topic=to.thread_id)

    async def photo(
        self,
        caption: str | None = None,
        *,
        by: "Conversation | None" = None,
        data: bytes = PIXEL,
        **where: Any,
    ) -> Message:
        sizes = self.world.files.photo_sizes(data, 1280, 960)
        return self._post(by, captioned({"photo": sizes}, caption), **where)

    async def album(
        self, count: int, caption: str | None = None, *, by: "Conversation | None" = None
    ) -> list[Message]:
        """Several photos at once; the caption, as in the apps, is on the first."""
        album = {"media_group_id": str(13_000_000_000_000_000 + self.world.number())}
        photos = [
            {"photo": self.world.files.photo_sizes(PIXEL, 1280, 960)} | album for _ in range(count)
        ]
        photos[0] = captioned(photos[0], caption)
        return [self._post(by, content) for content in photos]

    async def voice(
        self,
        caption: str | None = None,
        *,
        by: "Conversation | None" = None,
        seconds: int = 7,
        data: bytes = OGG,
        size: int | None = None,
    ) -> Message:
        about = {"duration": seconds, "mime_type": "audio/ogg"}
        voice = kept(self.world, "voice", data, about, suffix=".oga", size=size)
        return self._post(by, captioned({"voice": voice}, caption))

    async def video(
        self,
        caption: str | None = None,
        *,
        by: "Conversation | None" = None,
        size: int | None = None,
    ) -> Message:
        about = {"duration": 12, "width": 640, "height": 480, "mime_type": "video/mp4"}
        video = kept(self.world, "video", b"\0\0\0\x18ftypmp42", about, suffix=".mp4", size=size)
        return self._post(by, captioned({"video": video}, caption))

    async def document(
        self,
        name: str = "plan.pdf",
        caption: str | None = None,
        *,
        by: "Conversation | None" = None,
        data: bytes = b"%PDF-1.7\n",
        mime: str = "application/pdf",
        size: int | None = None,
    ) -> Message:
        """A file. `size` is what Telegram declares, when a test wants more than it carries."""
        about = {"file_name": name, "mime_type": mime}
        document = kept(self.world, "document", data, about, size=size)
        return self._post(by, captioned({"document": document}, caption))

    async def sticker(self, emoji: str = "👍", *, by: "Conversation | None" = None) -> Message:
        about = {"type": "regular", "width": 512, "height": 512, "emoji": emoji}
        about |= {"is_animated": False, "is_video": False}
        sticker = kept(self.world, "sticker", b"RIFF", about, suffix=".webp")
        return self._post(by, {"sticker": sticker})

    async def location(
        self,
        latitude: float = 53.4084,
        longitude: float = -2.9916,
        *,
        by: "Conversation | None" = None,
    ) -> Message:
        return self._post(by, {"location": {"latitude": latitude, "longitude": longitude}})

    async def contact(
        self, phone: str, first_name: str, *, by: "Conversation | None" = None
    ) -> Message:
        """Somebody's contact card from the address book; it carries no user_id."""
        return self._post(by, {"contact": {"phone_number": phone, "first_name": first_name}})

    async def edit(
        self, message: Message, text: str, *, by: "Conversation | None" = None
    ) -> Message:
        """Change the words of a message of one's own."""
        user = self._user(by)
        assert message.sender is user, f"{user.name} cannot edit another's message"
        if message.medium is None:
            changed = words(text)
        else:
            kept_ = {k: v for k, v in message.content.items() if not k.startswith("caption")}
            changed = captioned(kept_, text)
        self.world.rewrite(message, changed)
        return message

    async def _press(
        self,
        label: str,
        *,
        by: "Conversation | None" = None,
        on_message: Message | None = None,
    ) -> Press:
        user = self._user(by)
        message, button = self._find(label, on_message)
        if message is None:
            return await self._press_key(label, by)
        return self._press_inline(user, message, button)

    def _press_inline(self, user: User, message: Message, button: dict[str, Any]) -> Press:
        if button.get("callback_data"):
            return self.world.press(user, message, button["callback_data"])
        at = self.world.clock()
        shown = button.get("url") or (button.get("copy_text") or {}).get("text")
        return Press("", user, message, None, at, url=shown, answered=True)

    async def _press_key(self, label: str, by: "Conversation | None") -> Press:
        """A key of the reply keyboard sends its own label."""
        keys = [button for row in (self.chat.keyboard or {}).get("keyboard", []) for button in row]
        key = next((each for each in keys if each["text"] == label), None)
        assert key, f"no button {label!r} to press; keyboard: {self.keyboard}\n{self.transcript}"
        assert not key.get("request_contact"), f"{label!r} asks for a number: share_contact()"
        message = await self.send(label, by=by)
        self._hide_one_time()
        return Press("", message.sender, message, label, self.world.clock(), answered=True)

    def _hide_one_time(self) -> None:
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None

    def _find(
        self, label: str, on_message: Message | None
    ) -> tuple[Message | None, dict[str, Any]]:
        if on_message is not None:
            places = [on_message]
            assert not on_message.deleted, "a deleted message has no buttons"
        else:
            places = [m for m in reversed(self.transcript.messages) if self._by_bot(m)]
        for message in places:
            for keyboard in [message.rows, *(_rows(m) for m in _lost(message, on_message))]:
                for button in (each for row in keyboard for each in row):
                    if button["text"] == label:
                        return message, button
        assert on_message is None, f"no button {label!r} on {on_message}"
        return None, {}

    def _post(
        self,
        by: "Conversation | None",
        content: dict[str, Any],
        reply_to: Message | None = None,
        topic: int | None = None,
    ) -> Message:
        user = self._user(by)
        assert not self.chat.blocked, f"{user.name} has blocked the bot"
        self.chat.started = True
        return self.world.post(self.chat, user, content, reply_to=reply_to, thread_id=topic)

    def _user(self, by: "Conversation | None") -> User:
        user = by._owner if by is not None else self._owner
        assert user is not None, "say who acts: by=person"
        return user

    # Reading

    async def receives(
        self,
        *parts: Words,
        button: str | None = None,
        timeout: float = 10,  # noqa: ASYNC109 - reads better in tests
    ) -> Message:
        """The next thing the bot says or edits that holds all of `parts` (and the button).

        Words are compared without regard to case. What comes before it counts as read, so that
        the next `receives` looks further on. Raises `AssertionError` with the transcript.
        """

        def found() -> int | None:
            for number, heard in enumerate(self.chat.heard[self._read :], self._read):
                if _holds(heard, parts, button):
                    return number
            return None

        number: int | None = await self._until(found, timeout)
        if number is None:
            wanted = " and ".join(str(part) for part in (*parts, button) if part) or "anything"
            raise AssertionError(
                f"waited {timeout} s for {wanted!r}; unread: {len(self.chat.heard) - self._read}; "
                f"the chat:\n{self.transcript}"
            )
        self._read = number + 1
        return self.chat.heard[number].message

    async def hears_nothing(self, within: float = 0.3) -> None:
        """Nothing unread is there, nor comes in so many seconds."""
        count = self._read
        await self._until(lambda: True if len(self.chat.heard) > count else None, within)
        unread = self.chat.heard[self._read :]
        assert not unread, f"the bot said: {[heard.text for heard in unread]}"

    def skip(self) -> None:
        """Take everything so far as read."""
        self._read = len(self.chat.heard)

    async def _until(self, check: Callable[[], Any], seconds: float) -> Any:
        until = time.monotonic() + seconds
        while (result := check()) is None and (left := until - time.monotonic()) > 0:
            await self.world.signal.wait(left)
        await asyncio.sleep(0)
        return result


def _holds(heard: Heard, parts: tuple[Words, ...], button: str | None) -> bool:
    if heard.message.deleted or (button is not None and button not in heard.buttons):
        return False
    text = " ".join(heard.text.split())
    return all(_has(text, part) for part in parts)


def _has(text: str, part: Words) -> bool:
    if isinstance(part, str):
        return " ".join(part.split()).casefold() in text.casefold()
    return part.search(text) is not None


def _rows(markup: dict[str, Any]) -> list[list[dict[str, Any]]]:
    return list(markup["inline_keyboard"])


def _lost(message: Message, on_message: Message | None) -> list[dict[str, Any]]:
    """Keyboards a message no longer has, newest first, when it was named on purpose."""
    return message.earlier_markups[::-1] if message is on_message else []


def split(text: str) -> list[str]:
    """Cut as the apps do: at most 4096 units a part, at a line or a space where there is one."""
    parts: list[str] = []
    while units(text) > MAX_TEXT:
        head = text.encode("utf-16-le")[: MAX_TEXT * 2].decode("utf-16-le", "ignore")
        at = max(head.rfind("\n"), head.rfind(" "))
        at = at if at > len(head) // 2 else len(head)
        parts.append(text[:at].rstrip())
        text = text[at:].lstrip()
    return [*parts, text] if text else parts
