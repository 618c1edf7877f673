"""Words that take a model time are read before the transaction of their turn, never within."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.storing import Storing
from dialogues.understanding.intents import Judgement, Thresholds
from storage import accepting
from storage.accepting import Accepted, Stored
from storage.chats import ChatKey
from storage.database import Database
from tests.world import CHANNEL, World, open_world

WORDS = "zounds, what might the damage be then?"


@dataclass
class Slow:
    """Stands in for the trained model, and notes whether a transaction was open as it thought."""

    database: Database
    open_transactions: int = 0
    thought: list[tuple[str, int]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    dangers: frozenset[str] = frozenset()
    thresholds: Thresholds = field(default_factory=lambda: Thresholds(0.5, 0.2, 0.25, 0.0))

    def watch(self) -> None:
        engine = self.database.engine
        event.listen(engine, "begin", lambda _it: self._count(1))
        event.listen(engine, "commit", lambda _it: self._count(-1))
        event.listen(engine, "rollback", lambda _it: self._count(-1))

    def _count(self, change: int) -> None:
        self.open_transactions += change

    def knows(self, text: str) -> bool:
        return text in self.known

    def judge(self, text: str) -> Judgement:
        if text not in self.known:
            self.thought.append((text, self.open_transactions))
        self.known.add(text)
        ranked = [("ask_cost_to_join", 0.9), ("ask_deadline", 0.02)]
        return Judgement(ranked, is_danger=text in self.dangers)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def model(world: World) -> Iterator[Slow]:
    slow = Slow(world.core.database)
    slow.watch()
    learner = world.core.content.language.intents.learner
    before, learner.model = learner.model, slow
    yield slow
    learner.model = before


async def test_it_is_read_first_and_then_acted_on(world: World, model: Slow) -> None:
    await world.says("ann", WORDS)
    assert model.thought == [(WORDS, 0)]
    assert any("free" in parcel.text.lower() for _at, parcel in world.sender.sent)


@pytest.mark.parametrize("words", ["hello", "/menu", "yes please", "i want to die", "..."])
async def test_what_needs_no_model_is_not_read_by_one(
    world: World, model: Slow, words: str
) -> None:
    await world.says("ann", words)
    assert model.thought == []
    assert world.sender.sent


async def test_what_is_stored_in_the_same_transaction_is_stored_once(
    world: World, model: Slow
) -> None:
    """The transaction that stored it is given up as well, and what it stored is stored anew."""
    arrival = Arrival(Happened.SAID, sender=Sender("ann", "Ann"), text=WORDS, message_id=7)
    chat = ChatKey(CHANNEL, "ann", "private", "Ann")
    accepted = Accepted(dedupe_key="preview:7", chat=chat, payload=arrival.to_json())
    storing = Storing(
        lambda session: accepting.accept(session, accepted, now=world.clock.now()),
        asyncio.get_running_loop().create_future(),
    )
    looked = world.turns._rounds.take_waiting(None, storing)
    assert (looked.tried, storing.made, storing.error) == (1, Stored.READY, None)
    assert model.thought == [(WORDS, 0)]
    await world.settle()
    assert len([it for it in world.heard("ann") if "free" in it.lower()]) == 1


async def test_staff_are_not_read(world: World, model: Slow) -> None:
    await world.says("sam", WORDS, chat="staff")
    assert model.thought == []


async def test_the_second_time_takes_no_time(world: World, model: Slow) -> None:
    for who in ("ann", "bob"):
        await world.says(who, WORDS)
    assert len(model.thought) == 1


async def test_what_is_in_another_language_is_not_read(world: World, model: Slow) -> None:
    await world.says("ann", "Starsi ludzie z naszej ulicy siedzą sami w domu")
    assert model.thought == []
    assert "Na razie piszę tylko po angielsku" in " ".join(world.heard("ann"))
