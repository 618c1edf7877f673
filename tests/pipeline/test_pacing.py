"""Telegram's limits hold, whatever the order of sends."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pipeline import pacing
from bot.pipeline.pacing import Pacer


class Time:
    """A clock that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


def most_within(moments: list[float], window: float) -> int:
    """The most of these moments in any half-open window."""
    return max(sum(start <= at < start + window for at in moments) for start in moments)


@given(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.3, 5.0, 61.0]), min_size=1, max_size=80))
def test_a_group_never_gets_more_than_twenty_in_a_minute(gaps: list[float]) -> None:
    time = Time()
    pacer = Pacer(28, monotonic=time)
    sent = []
    for gap in gaps:
        time.now += gap
        time.now += pacer.chat_delay(1, is_group=True)
        pacer.note_sent(1, is_group=True)
        sent.append(time.now)
    assert most_within(sent, 60 - 1e-6) <= 20


def test_a_private_chat_gets_a_short_burst_and_then_one_a_second() -> None:
    time = Time()
    pacer = Pacer(28, monotonic=time)
    sent = []
    for _ in range(30):
        time.now += pacer.chat_delay(1, is_group=False)
        pacer.note_sent(1, is_group=False)
        sent.append(time.now)
    assert sent[:3] == [0, 0, 0]
    assert most_within(sent, 3 - 1e-6) <= 3


def test_one_chats_pace_is_not_anothers() -> None:
    pacer = Pacer(28, monotonic=Time())
    for _ in range(5):
        pacer.note_sent(1, is_group=False)
    assert pacer.chat_delay(1, is_group=False) > 0
    assert pacer.chat_delay(2, is_group=False) == 0


async def test_overall_there_are_never_more_than_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time()
    monkeypatch.setattr(asyncio, "sleep", time.sleep)
    pacer = Pacer(28, monotonic=time)
    sent = []
    for _ in range(200):
        await pacer.slot()
        sent.append(time.now)
    assert most_within(sent, 1 - 1e-6) <= 29
    assert sent[-1] == pytest.approx(199 / 28, rel=0.01)


async def test_when_told_to_hold_nobody_is_sent_to(monkeypatch: pytest.MonkeyPatch) -> None:
    time = Time()
    monkeypatch.setattr(asyncio, "sleep", time.sleep)
    pacer = Pacer(28, monotonic=time)
    pacer.hold(7)
    await pacer.slot()
    assert time.now == 7


def test_only_so_many_chats_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "MOST_CHATS", 3)
    pacer = Pacer(28, monotonic=Time())
    for chat in range(10):
        pacer.note_sent(chat, is_group=False)
    assert len(pacer._sent) == 3
