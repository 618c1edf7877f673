"""The emulated Bot API as tests hold it: the server, its people, and levers for trouble."""

import time
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from tests.botapi.calls import Call, Violation
from tests.botapi.chats import User
from tests.botapi.conversation import Conversation
from tests.botapi.faults import Fault, failure
from tests.botapi.files import StoredFile
from tests.botapi.groups import Group
from tests.botapi.limits import Limits
from tests.botapi.messages import Message
from tests.botapi.people import Person
from tests.botapi.reading import wait_for
from tests.botapi.server import Server
from tests.botapi.world import World

TOKEN = "7000000001:AAE-emulated-token-for-tests-only_12345"


class BotApi:
    """`async with BotApi() as api:` serves a world on `api.url` for the bot with `api.token`."""

    def __init__(
        self,
        *,
        port: int = 0,
        token: str = TOKEN,
        username: str = "incubator_test_bot",
        limits: Limits | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._port = port
        self.token = token
        self.public: dict[str, str] = {}
        bot = User(int(token.partition(":")[0]), "Assistant", username=username, is_bot=True)
        self.world = World(bot, limits or Limits(), clock)
        self.server = Server(self.world, token, self.public)
        self.url = ""

    async def __aenter__(self) -> Self:
        self.url = await self.server.start(self._port)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.server.stop()

    # Who is there

    @property
    def bot(self) -> User:
        return self.world.bot

    @property
    def limits(self) -> Limits:
        """Change them at any time; `api.limits.on = False` switches them off."""
        return self.world.limits

    def person(
        self,
        first_name: str,
        *,
        last_name: str | None = None,
        username: str | None = None,
        language: str | None = "en",
        phone: str = "+447700900123",
    ) -> Person:
        """Someone who has not pressed Start yet."""
        user = self.world.new_user(
            first_name,
            last_name=last_name,
            username=username,
            language_code=language,
            phone=phone,
        )
        return Person(self.world, user)

    def group(
        self,
        title: str,
        *,
        members: Iterable[Person],
        forum: bool = False,
        supergroup: bool = False,
        privacy: bool = True,
        admin: bool | None = None,
    ) -> Group:
        """A group the bot is in already; the first member owns it. No update tells of it.

        A forum is a supergroup, and the bot administers it unless `admin=False`.
        """
        people = [person.user for person in members]
        roles = {user.id: "member" for user in people}
        if people:
            roles[people[0].id] = "creator"
        chat = self.world.new_group(
            title,
            kind="supergroup" if forum or supergroup else "group",
            is_forum=forum,
            privacy=privacy,
            bot_status="administrator" if (forum if admin is None else admin) else "member",
            members=roles,
        )
        return Group(self.world, chat)

    # What the bot did

    def calls(self, method: str | None = None, *, chat: Conversation | None = None) -> list[Call]:
        """Recorded calls, oldest first; getUpdates too, when asked for by name or not at all."""
        return [
            call
            for call in self.server.calls
            if (method is None or call.method.lower() == method.lower())
            and (chat is None or call.chat_id == chat.id)
        ]

    @property
    def violations(self) -> list[Violation]:
        """Limits overrun and calls that a careful bot would never have made."""
        return list(self.server.violations)

    @property
    def commands(self) -> list[dict[str, str]]:
        """The commands registered for everybody, in the default language."""
        return self.world.account.commands.get(("default", ""), [])

    def file(self, message: Message) -> StoredFile:
        """The file a message carries (a photo's largest), whoever sent it."""
        content = message.content[message.medium or ""]
        largest = content[-1] if isinstance(content, list) else content
        return self.world.files.found(largest["file_id"])

    async def called(
        self,
        method: str,
        *,
        where: Callable[[Call], bool] = lambda _: True,
        count: int = 1,
        timeout: float = 20,  # noqa: ASYNC109 - reads better in tests
    ) -> Call:
        """Wait until such calls have come in (since the start); the last of `count`."""

        def found() -> list[Call]:
            return [call for call in self.calls(method) if where(call)]

        await self.until(lambda: len(found()) >= count, f"{count} × {method}", timeout)
        return found()[count - 1]

    async def until(
        self,
        check: Callable[[], bool],
        what: str = "that",
        timeout: float = 20,  # noqa: ASYNC109
    ) -> None:
        """Wait for something to become true of this world. Raises `AssertionError`."""
        came = await wait_for(self.world.signal, check, timeout)
        assert came, f"waited {timeout} s for {what}"

    # Updates

    def acknowledged(self, update_id: int | None) -> bool:
        """Whether the bot has confirmed this update by a later offset (or taken it by webhook)."""
        return update_id is not None and self.world.updates.acknowledged(update_id)

    @property
    def pending(self) -> list[dict[str, Any]]:
        """Updates not yet confirmed."""
        return list(self.world.updates.pending.values())

    async def all_confirmed(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        await self.until(lambda: not self.pending, "all updates to be confirmed", timeout)

    def redeliver(self, update_id: int | None) -> None:
        """Hand out an update again, as Telegram may."""
        assert update_id is not None, "that message was no update"
        self.world.updates.redeliver(update_id)

    # Trouble

    def fail_next(
        self,
        method: str = "*",
        *,
        status: int = 500,
        times: int = 1,
        description: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        """The next calls of the method do nothing and answer so."""
        error = failure(status, description, retry_after)
        self.server.faults.plan(Fault(method, times, error=error))

    def flood(self, chat: Conversation | None = None, *, retry_after: float) -> None:
        """429 for everything sent to this chat (to all, when None) for so many seconds."""
        self.world.pace.flood(chat.id if chat is not None else None, retry_after)

    def hang_next(
        self, method: str, seconds: float, *, times: int = 1, after_delivering: bool = False
    ) -> None:
        """Stay silent before (or after) doing what the next calls ask."""
        self.server.faults.plan(Fault(method, times, hang=seconds, after=after_delivering))

    def drop_connection_after_delivering(self, times: int = 1, method: str = "sendMessage") -> None:
        """Do as asked, then cut the line: the bot cannot know that it worked."""
        self.server.faults.plan(Fault(method, times, drop=True))
