"""Whatever happens in between, each line of a talk gets to the other side once, and in order."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.loops import Channels, build_delivery
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import Parcel
from dialogues.exchange import Attachment, Medium
from storage import outbox
from tests.desk.talking import is_live, make_forum, passes, talk
from tests.world import CHANNEL, World, open_world

_names, _numbers = count(1), count(50_000)
_PASSED_ON = ("💬", "📎", "<b>Alex:</b>")
_LINE = re.compile(r"(?:line|answer|file)-\d+")


class KilledError(BaseException):
    """The process is killed while it sends."""


class Chats:
    """What stands in each chat now: by the channel's number, in the order in which it was sent."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.shown: dict[str, dict[int, str]] = {}
        self.killed = False

    def watch(self) -> None:
        """See all that is sent from now on. Where it is killed, nothing goes out."""
        send = self.world.sender.send

        async def sending(parcel: Parcel) -> int | None:
            if self.killed:
                raise KilledError
            number = await send(parcel)
            if parcel.topic is None and number is not None:
                self.shown.setdefault(parcel.external_chat_id, {})[number] = parcel.text
            return number

        self.world.sender.send = sending  # type: ignore[method-assign]

    def lines(self, chat: str) -> list[str]:
        """The words that were passed on, in order; a card may quote them beside."""
        posts = self.shown.get(chat, {}).values()
        return [it for text in posts if text.startswith(_PASSED_ON) for it in _words(text)]


@pytest.fixture(scope="module")
def chats_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chats]:
    """One world for all examples: each has a resident of its own."""
    folder: Path = tmp_path_factory.mktemp("laws")
    with open_world(f"sqlite:///{folder / 'test.db'}", folder, quiet_hours="off") as world:
        make_forum(world)
        seen = Chats(world)
        seen.watch()
        yield seen


@dataclass
class Talk:
    """A resident and Alex, and what each of them said as it stands by now."""

    chats: Chats
    who: str
    where: str
    said: dict[int, str] = field(default_factory=dict)  # by the channel's number
    answers: dict[int, str] = field(default_factory=dict)

    async def does(self, what: str) -> None:
        if not is_live(self.chats.world, self.who):
            await self._begins_again()
        await getattr(self, f"_{what}")()

    async def _line(self) -> None:
        await self._says(self.who, self.who, self.said, "line")

    async def _file(self) -> None:
        attached = (Attachment(Medium.DOCUMENT, file_id="BQACAgQ"),)
        await self._says(self.who, self.who, self.said, "file", attachments=attached)

    async def _answer(self) -> None:
        await self._says("alex", self.where, self.answers, "answer")

    async def _edit(self) -> None:
        await self._edits(self.who, self.who, self.said)

    async def _edit_answer(self) -> None:
        await self._edits("alex", self.where, self.answers)

    async def _resident_ends(self) -> None:
        await self.chats.world.says(self.who, "/end")

    async def _staff_end(self) -> None:
        await self.chats.world.says("alex", "/end", chat=self.where)

    async def _second(self) -> None:
        await passes(self.chats.world, seconds=1)

    async def _time(self) -> None:
        await passes(self.chats.world, seconds=4)

    async def _restart(self) -> None:
        """What the delivery holds is lost with it, written or not; the next one begins again."""
        world = self.chats.world
        self.chats.killed = True
        with suppress(KilledError):
            await passes(world, seconds=4)
        self.chats.killed = False
        world.delivery = build_delivery(world.core, Channels(senders={CHANNEL: world.sender}))
        with world.core.database.transaction() as session:
            outbox.release_all(session)
        await world.settle()

    async def _begins_again(self) -> None:
        world = self.chats.world
        await world.says(self.who, "/human")
        await world.says(self.who, "It is me again")
        await world.says("alex", "Yes?", chat=self.where)

    async def _says(
        self,
        who: str,
        chat: str,
        kept: dict[int, str],
        kind: str,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        number = next(_numbers)
        kept[number] = f"{kind}-{number}"
        said = Arrival(
            Happened.SAID,
            sender=Sender(who, who.capitalize()),
            text=kept[number],
            message_id=number,
            attachments=attachments,
        )
        await self.chats.world.arrives(said, chat=chat)

    async def _edits(self, who: str, chat: str, kept: dict[int, str]) -> None:
        """The newest line says something else."""
        number = next(reversed(kept), None)
        if number is None:
            return
        kept[number] = f"{kept[number].partition('-')[0]}-{next(_numbers)}"
        edited = Arrival(
            Happened.EDITED,
            sender=Sender(who, who.capitalize()),
            text=kept[number],
            message_id=number,
        )
        await self.chats.world.arrives(edited, chat=chat)


_STEPS = (
    *("line", "line", "file", "answer", "edit", "edit_answer"),
    *("resident_ends", "staff_end", "second", "time", "restart"),
)


@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from(_STEPS), min_size=4, max_size=12))
async def test_each_line_gets_across_once_and_in_order(chats_of: Chats, steps: list[str]) -> None:
    who = f"ann{next(_names)}"
    talking = Talk(chats_of, who, await talk(chats_of.world, who))
    for step in steps:
        await talking.does(step)
    await passes(chats_of.world, seconds=4)
    assert chats_of.lines(talking.where) == list(talking.said.values())
    assert chats_of.lines(who) == list(talking.answers.values())


def _words(text: str) -> list[str]:
    found: list[str] = _LINE.findall(text)
    return found
