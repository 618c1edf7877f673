"""People with a private chat with the bot."""

import re
from urllib.parse import parse_qs, urlsplit

from tests.botapi.chats import User
from tests.botapi.conversation import Conversation
from tests.botapi.messages import Message
from tests.botapi.world import Press, World

_START = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Person(Conversation):
    """Someone on Telegram; as a conversation, their private chat with the bot."""

    def __init__(self, world: World, user: User) -> None:
        super().__init__(world, world.private_chat(user), owner=user)
        self.user = user
        self.clipboard = ""

    @property
    def name(self) -> str:
        return self.user.name

    @property
    def presses(self) -> list[Press]:
        """This person's presses of inline buttons, anywhere, oldest first."""
        return [each for each in self.world.presses.values() if each.person is self.user]

    @property
    def toasts(self) -> list[str]:
        """What callback answers told this person; answers without words leave no toast."""
        return [each.answer for each in self.presses if each.answer]

    @property
    def spinning(self) -> list[Press]:
        """Presses still unanswered: their buttons spin."""
        return [each for each in self.presses if not each.answered]

    async def start(self, parameter: str | None = None) -> Message:
        """Press Start, or open a deep link `t.me/bot?start=parameter`; unblocks."""
        assert parameter is None or _START.fullmatch(parameter), f"no deep link: {parameter!r}"
        if self.chat.blocked:
            await self.unblock()
        return await self.send(f"/start {parameter}" if parameter else "/start")

    async def press(self, label: str, *, on_message: Message | None = None) -> Press:
        """Press a button: inline on the newest message that has it, else on the reply keyboard.

        `on_message` picks an older message; a button it has lost by an edit can still be pressed
        there, as by someone quicker than the edit. Does not wait for any answer.
        """
        press = await self._press(label, on_message=on_message)
        await self.follow(press)
        return press

    async def follow(self, press: Press) -> None:
        """What a press does on this person's side: copy text, open a link to the bot."""
        if not press.url:
            return
        url = urlsplit(press.url)
        mine = f"/{self.world.bot.username}".lower()
        if url.hostname in {"t.me", "telegram.me"} and url.path.lower() == mine:
            await self.start(parse_qs(url.query).get("start", [None])[0])
        elif not url.scheme:
            self.clipboard = press.url

    async def share_contact(self, phone: str | None = None) -> Message:
        """Press the keyboard's share-my-number button."""
        keys = [key for row in self.chat.keyboard_rows() for key in row]
        asked = any(key.get("request_contact") for key in keys)
        assert asked, f"no button asks for the number; keyboard: {self.keyboard}\n{self.transcript}"
        card = {
            "phone_number": phone or self.user.phone,
            "first_name": self.user.first_name,
            "last_name": self.user.last_name,
            "user_id": self.user.id,
        }
        contact = {key: value for key, value in card.items() if value is not None}
        message = self._post({"contact": contact})
        self._hide_one_time()
        return message

    async def block(self) -> None:
        self.world.set_bot_status(self.chat, "kicked", by=self.user)
        self.chat.blocked = True

    async def unblock(self) -> None:
        self.chat.blocked = False
        self.world.set_bot_status(self.chat, "member", by=self.user)

    def deactivate(self) -> None:
        """Delete the account."""
        self.user.deactivated = True
