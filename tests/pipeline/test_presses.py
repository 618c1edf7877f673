"""No button spins for ever: a press is answered after its turn, or empty when that takes long."""

import asyncio

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


async def test_a_press_is_answered_once_after_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.05)
    channel = Answers()
    waiting = Presses({"telegram": channel})
    waiting.arrived("telegram", "q")
    waiting.answer(Press("telegram", "q", "It is yours."))
    await asyncio.sleep(0.1)
    assert channel.given == [("q", "It is yours.")]


async def test_a_press_whose_turn_is_late_is_answered_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(presses, "PATIENCE", 0.02)
    channel = Answers()
    waiting = Presses({"telegram": channel})
    waiting.arrived("telegram", "q")
    await asyncio.sleep(0.1)
    waiting.answer(Press("telegram", "q", None))
    await asyncio.sleep(0.02)
    assert channel.given == [("q", None)]
