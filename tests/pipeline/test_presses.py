"""No button spins for ever: a press is answered after its turn, or empty when that takes long."""

import asyncio
from collections.abc import Collection

import pytest

from bot.pipeline import presses
from bot.pipeline.parcel import Parcel
from bot.pipeline.presses import Presses
from bot.pipeline.turn import Press


class Answers:
    """A channel that keeps the answers."""

    def __init__(self) -> None:
        self.given: list[tuple[str, str | None]] = []

    async def send(self, _parcel: Parcel) -> int | None:
        return None

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        self.given.append((callback_id, text))

    async def show_typing(self, external_chat_id: str) -> None:
        """Nobody is looking."""


async def all_of_them(updates: Collection[str]) -> Collection[str]:
    return updates


async def none_of_them(_updates: Collection[str]) -> Collection[str]:
    return ()


async def test_a_press_is_answered_once_after_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.05)
    channel = Answers()
    waiting = Presses({"telegram": channel}, still_waiting=all_of_them)
    waiting.arrived("telegram", "q", waits_as="1")
    waiting.answer(Press("telegram", "q", "It is yours."))
    await asyncio.sleep(0.1)
    assert channel.given == [("q", "It is yours.")]


async def test_a_press_whose_turn_is_late_is_answered_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.02)
    channel = Answers()
    waiting = Presses({"telegram": channel}, still_waiting=all_of_them)
    waiting.arrived("telegram", "q", waits_as="1")
    await asyncio.sleep(0.1)
    waiting.answer(Press("telegram", "q", None))
    await asyncio.sleep(0.02)
    assert channel.given == [("q", None)]


async def test_a_press_whose_turn_runs_in_another_process_is_answered_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.02)
    here, there = Answers(), Answers()
    took_it_in = Presses({"telegram": here}, still_waiting=none_of_them)
    takes_the_turn = Presses({"telegram": there})
    took_it_in.arrived("telegram", "q", waits_as="1")
    takes_the_turn.answer(Press("telegram", "q", None))
    await asyncio.sleep(0.1)
    assert (here.given, there.given) == ([], [("q", None)])


async def test_what_still_waits_when_the_process_stops_is_answered_before() -> None:
    channel = Answers()
    waiting = Presses({"telegram": channel}, still_waiting=all_of_them)
    waiting.arrived("telegram", "q", waits_as="1")
    await waiting.finish()
    assert channel.given == [("q", None)]


async def test_a_press_on_a_page_of_another_process_is_nobodys_here() -> None:
    waiting = Presses({})
    waiting.answer(Press("preview", "q", "It is yours."))
    await waiting.finish()


async def test_those_that_are_late_are_looked_up_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.02)
    monkeypatch.setattr(presses, "GATHER", 0.02)
    looks: list[list[str]] = []

    async def the_second(updates: Collection[str]) -> Collection[str]:
        looks.append(sorted(updates))
        return {"2"}

    channel = Answers()
    waiting = Presses({"telegram": channel}, still_waiting=the_second)
    for name in ("1", "2", "3"):
        waiting.arrived("telegram", f"q{name}", waits_as=name)
    await asyncio.sleep(0.15)
    assert looks == [["1", "2", "3"]]
    assert channel.given == [("q2", None)]
