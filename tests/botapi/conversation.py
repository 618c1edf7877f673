"""A chat as people have it before them: write, press, read what the bot says."""

from typing import Any, TypedDict, Unpack

from tests.botapi import media
from tests.botapi.chats import Chat, User
from tests.botapi.entities import units
from tests.botapi.files import PIXEL
from tests.botapi.media import OGG, Content, captioned, words
from tests.botapi.messages import Message
from tests.botapi.methods.content import MAX_TEXT
from tests.botapi.reading import Transcript, Words, holds, wait_for
from tests.botapi.world import Press, World


class Where(TypedDict, total=False):
    """Who writes (needed in a group), what it replies to, and in which topic; whether an admin
    hides behind the group's name, and whether it is somebody else's message passed on."""

    by: "Conversation"
    reply_to: Message
    topic: int
    anonymous: bool
    forwarded: bool


class Conversation:
    """One chat. In a private chat it is always its person who acts."""

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
        return Transcript(tuple(m for m in self.chat.history() if not m.deleted))

    @property
    def typing(self) -> list[str]:
        """The chat actions the bot showed, oldest first."""
        return list(self.chat.actions)

    @property
    def keyboard(self) -> list[list[str]]:
        """The labels of the reply keyboard shown now, row by row."""
        return [[key["text"] for key in row] for row in self.chat.keyboard_rows()]

    @property
    def latest(self) -> Message:
        """The bot's newest message that still stands."""
        said = self._said()
        assert said, f"the bot has said nothing yet:\n{self.transcript}"
        return said[-1]

    def _said(self) -> list[Message]:
        everything = self.transcript.messages
        return [m for m in everything if m.sender is self.world.bot and not m.is_service]

    # Writing

    async def send(self, text: str, **where: Unpack[Where]) -> Message:
        """Type and send; what is longer than a message leaves as several. Returns the last."""
        parts = split(text.strip())
        assert parts, "a client does not send empty messages"
        return [self._post(words(part), **where) for part in parts][-1]

    async def reply(self, to: Message, text: str, **where: Unpack[Where]) -> Message:
        where["reply_to"] = to
        return await self.send(text, **where)

    async def photo(
        self, caption: str | None = None, *, data: bytes = PIXEL, **where: Unpack[Where]
    ) -> Message:
        return self._post(captioned(media.photo(self.world, data), caption), **where)

    async def album(
        self, count: int, caption: str | None = None, **where: Unpack[Where]
    ) -> list[Message]:
        """Several photos at once; the caption, as in the apps, is on the first."""
        album = {"media_group_id": str(13_000_000_000_000_000 + self.world.number())}
        photos = [media.photo(self.world) | album for _ in range(count)]
        photos[0] = captioned(photos[0], caption)
        return [self._post(content, **where) for content in photos]

    async def voice(
        self,
        caption: str | None = None,
        *,
        seconds: int = 7,
        data: bytes = OGG,
        size: int | None = None,
        **where: Unpack[Where],
    ) -> Message:
        """A voice note. `size` is what Telegram declares, when it is to be more than is carried."""
        content = media.voice(self.world, seconds=seconds, data=data, size=size)
        return self._post(captioned(content, caption), **where)

    async def video(
        self, caption: str | None = None, *, size: int | None = None, **where: Unpack[Where]
    ) -> Message:
        return self._post(captioned(media.video(self.world, size=size), caption), **where)

    async def document(
        self,
        name: str = "plan.pdf",
        caption: str | None = None,
        *,
        data: bytes = b"%PDF-1.7\n",
        mime: str = "application/pdf",
        size: int | None = None,
        **where: Unpack[Where],
    ) -> Message:
        content = media.document(self.world, name, data=data, mime=mime, size=size)
        return self._post(captioned(content, caption), **where)

    async def sticker(self, emoji: str = "👍", **where: Unpack[Where]) -> Message:
        return self._post(media.sticker(self.world, emoji), **where)

    async def location(
        self, latitude: float = 53.4084, longitude: float = -2.9916, **where: Unpack[Where]
    ) -> Message:
        place = {"latitude": latitude, "longitude": longitude}
        return self._post({"location": place}, **where)

    async def contact(self, phone: str, first_name: str, **where: Unpack[Where]) -> Message:
        """Somebody's card from the address book; it carries no user_id."""
        card = {"phone_number": phone, "first_name": first_name}
        return self._post({"contact": card}, **where)

    async def edit(self, message: Message, text: str) -> Message:
        """Its author changes a message's words, or a caption."""
        assert message.sender is not self.world.bot, "the bot edits its own messages"
        bare = {k: v for k, v in message.content.items() if not k.startswith("caption")}
        changed = words(text) if message.medium is None else captioned(bare, text)
        self.world.rewrite(message, changed)
        return message

    def _post(self, content: Content, **where: Unpack[Where]) -> Message:
        user, reply_to = self._user(where.get("by")), where.get("reply_to")
        assert not self.chat.blocked, f"{user.name} has blocked the bot"
        self.chat.started = True
        topic = where.get("topic") or (reply_to.thread_id if reply_to else None)
        if where.get("forwarded"):
            origin = {"type": "hidden_user", "date": self.world.now(), "sender_user_name": "Else"}
            content = {**content, "forward_origin": origin}
        hides = bool(where.get("anonymous"))
        return self.world.post(
            self.chat,
            self.world.anonymous if hides else user,
            content,
            reply_to=reply_to,
            thread_id=topic,
            sender_chat=self.chat.to_json() if hides else None,
        )

    def _user(self, by: "Conversation | None") -> User:
        user = self._owner if by is None else by._owner
        assert user is not None, "say who acts: by=person"
        return user

    # Pressing

    async def _press(
        self,
        label: str,
        *,
        by: "Conversation | None" = None,
        on_message: Message | None = None,
    ) -> Press:
        user = self._user(by)
        assert not self.chat.blocked, f"{user.name} has blocked the bot"
        message, button = self._find(label, on_message)
        if message is None:
            where: Where = {} if by is None else {"by": by}
            return await self._press_key(label, **where)
        if button.get("callback_data"):
            return self.world.press(user, message, button["callback_data"])
        shown = button.get("url") or (button.get("copy_text") or {}).get("text")
        return Press("", user, message, None, self.world.clock(), url=shown, answered=True)

    async def _press_key(self, label: str, **where: Unpack[Where]) -> Press:
        """A key of the reply keyboard sends its own label."""
        keys = [key for row in self.chat.keyboard_rows() for key in row]
        key = next((each for each in keys if each["text"] == label), None)
        assert key, f"no button {label!r} to press; keyboard: {self.keyboard}\n{self.transcript}"
        assert not key.get("request_contact"), f"{label!r} asks for a number: share_contact()"
        message = await self.send(label, **where)
        self._hide_one_time()
        return Press("", message.sender, message, label, self.world.clock(), answered=True)

    def _hide_one_time(self) -> None:
        if self.chat.keyboard and self.chat.keyboard.get("one_time_keyboard"):
            self.chat.keyboard = None

    def _find(
        self, label: str, on_message: Message | None
    ) -> tuple[Message | None, dict[str, Any]]:
        """The newest message with such a button, or the named one, which may have had it once."""
        if on_message is None:
            for message in reversed(self._said()):
                if label in message.buttons:
                    return message, message.button(label)
            return None, {}
        assert not on_message.deleted, "a deleted message has no buttons"
        return on_message, on_message.button(label, even_lost=True)

    # Reading

    async def receives(
        self,
        *parts: Words,
        button: str | None = None,
        timeout: float = 20,  # noqa: ASYNC109 - reads better in tests
    ) -> Message:
        """The next thing the bot says or edits that holds all of `parts` (and the button).

        Words are compared without regard to case. What comes before it counts as read, so that
        the next `receives` looks further on. Raises `AssertionError` with the transcript.
        """

        def found() -> list[int]:
            unread = enumerate(self.chat.heard[self._read :], self._read)
            return [number for number, heard in unread if holds(heard, parts, button)]

        if not await wait_for(self.world.signal, lambda: bool(found()), timeout):
            wanted = [str(part) for part in (*parts, button) if part is not None]
            raise AssertionError(f"no {wanted} within {timeout} s:\n{self.transcript}")
        number = found()[0]
        self._read = number + 1
        return self.chat.heard[number].message

    async def hears_nothing(self, within: float = 0.3) -> None:
        """Nothing unread is there, nor comes in so many seconds."""
        await wait_for(self.world.signal, lambda: len(self.chat.heard) > self._read, within)
        unread = self.chat.heard[self._read :]
        assert not unread, f"the bot said: {[heard.text for heard in unread]}"

    def skip(self) -> None:
        """Take everything so far as read."""
        self._read = len(self.chat.heard)


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
