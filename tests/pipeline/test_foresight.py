"""Words that take a model time are read before the transaction of their turn, never within."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import event

from dialogues.understanding.intents import Judgement, Thresholds
from storage.database import Database
from tests.world import World, open_world


@dataclass
class Slow:
    """Stands in for the trained model, and notes whether a transaction was open as it thought."""

    database: Database
    open_transactions: int = 0
    thought: list[tuple[str, int]] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
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
        return Judgement([("ask_cost_to_join", 0.9), ("ask_deadline", 0.02)])


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


@pytest.fixture
def model(world: World) -> Slow:
    slow = Slow(world.core.database)
    slow.watch()
    world.core.content.language.intents.learner.model = slow
    return slow


def last(world: World) -> str:
    return world.sender.sent[-1][1].text


async def test_it_is_read_first_and_then_acted_on(world: World, model: Slow) -> None:
    await world.says("ann", "zounds, what might the damage be then?")
    assert model.thought == [("zounds, what might the damage be then?", 0)]
    assert any("free" in parcel.text.lower() for _at, parcel in world.sender.sent)


@pytest.mark.parametrize("words", ["hello", "/menu", "yes please", "i want to die", "..."])
async def test_what_needs_no_model_is_not_read_by_one(
    world: World, model: Slow, words: str
) -> None:
    await world.says("ann", words)
    assert model.thought == []
    assert world.sender.sent


async def test_staff_are_not_read(world: World, model: Slow) -> None:
    await world.says("sam", "zounds, what might the damage be then?", chat="staff")
    assert model.thought == []


async def test_the_second_time_takes_no_time(world: World, model: Slow) -> None:
    for who in ("ann", "bob"):
        await world.says(who, "zounds, what might the damage be then?")
    assert len(model.thought) == 1
