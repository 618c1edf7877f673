"""Turns and delivery that failed by a bug go on once they are begun again."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from bot.pipeline.parcel import Parcel
from bot.pipeline.rounds import Looked
from storage.accepting import Stored
from storage.database import Database
from tests.pipeline.sending import Post
from tests.pipeline.test_handover import Office


class BugError(Exception):
    """Nobody foresaw this."""


def failing_once(monkeypatch: pytest.MonkeyPatch, of: object, name: str) -> list[BugError]:
    """The method fails while something is in the list."""
    bugs: list[BugError] = []
    usual: Callable[..., Any] = getattr(of, name)

    def sometimes(*args: Any) -> Any:
        if bugs:
            raise bugs.pop()
        return usual(*args)

    monkeypatch.setattr(of, name, sometimes)
    return bugs


async def fails(running: asyncio.Task[None]) -> None:
    with pytest.raises((BugError, ExceptionGroup)):
        async with asyncio.timeout(10):
            await running


async def test_delivery_sends_again_what_was_not_begun(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, begun = Post(database), asyncio.Event()

    async def hangs(parcel: Parcel) -> None:
        if parcel.text == "under way":
            begun.set()
            await asyncio.sleep(60)

    post.channel.before = hangs
    bugs = failing_once(monkeypatch, post.delivery._cycles, "run")
    post.queue("under way", to="ann")
    post.queue("behind it", to="ann")
    running = asyncio.create_task(post.delivery.run())
    await begun.wait()
    bugs.append(BugError())
    post.queue("to another", to="ben")
    await fails(running)
    assert post.channel.words == []
    assert post.delivery.allowance() is None  # nothing is handed over to nobody
    async with post.running():
        await post.until(lambda: post.channel.words == ["to another"])
        assert post.delivery.allowance() is not None
        post.delivery.take_over([], leased_at=0, doubtful=())
    assert post.states() == ["leased", "waiting", "sent"]  # the first until its lease is over


async def test_turns_go_on_and_what_was_being_stored_is_refused_or_stored(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(database)
    usual, bugs = office.turns._rounds.take_waiting, [BugError()]

    def sometimes(*args: Any) -> Looked:
        if bugs:
            raise bugs.pop()
        return usual(*args)

    running = asyncio.create_task(office.turns.run())
    await office.idle()
    monkeypatch.setattr(office.turns._rounds, "take_waiting", sometimes)
    async with asyncio.timeout(5):
        told = await asyncio.gather(
            office.turns.store(lambda it: office.accept(it, "ann", "hi")), return_exceptions=True
        )
    await fails(running)
    assert not office.turns._idle
    assert await office.turns.store(lambda it: office.accept(it, "ben", "hi")) == Stored.READY
    async with office.running():
        await office.until(lambda: "sent" in office.states())
    assert told
    assert office.channel.words == ["hi"]
