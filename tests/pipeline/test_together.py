"""Turns that wait together: one commit, each on its own feet; floods and killers among them."""

import asyncio
import os
import socket
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from actions.registry import ACTIONS
from bot.clock import ManualClock
from bot.pipeline import rounds
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.signals import Signals
from bot.pipeline.vigil import PREFIX, Vigil
from storage import accepting, inbox, leases
from storage.accepting import FLOOD, Accepted
from storage.chats import ChatKey
from storage.models import Chat, InboxRow, Lead
from tests.world import CHANNEL, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


def put(world: World, *said: tuple[str, str]) -> None:
    """Several people write at once; nobody is answered yet."""
    updates = []
    for number, (who, text) in enumerate(said, start=world.core.clock.now().microsecond + 1):
        arrival = Arrival(
            Happened.SAID, sender=Sender(who, who.capitalize()), text=text, message_id=number
        )
        key = f"{CHANNEL}:{who}:{text}:{number}"
        updates.append(Accepted(key, ChatKey(CHANNEL, who), arrival.to_json()))
    with world.core.database.transaction() as session:
        accepting.accept_all(session, updates, now=world.clock.now())


def break_for(monkeypatch: pytest.MonkeyPatch, action: str, who: str) -> list[str]:
    """The action does its work and then fails, for one person; the list counts the tries."""
    tries: list[str] = []
    works = ACTIONS[action].run

    def broken(self: Any, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        done = works(self, dispatcher, tracker, domain)
        with self.context.session.no_autoflush:
            chat = self.context.session.get_one(Chat, self.context.chat_id)
        if chat.external_id == who:
            tries.append(who)
            raise RuntimeError("broken")
        return done

    monkeypatch.setattr(ACTIONS[action], "run", broken)
    return tries


async def almost_rung(world: World, *people: str) -> None:
    for who in people:
        for words in ("just ring me", f"{who.capitalize()} Example"):
            await world.says(who, words)


def leads(world: World) -> list[str | None]:
    with world.core.database.reading() as session:
        return sorted(it.applicant_name or "" for it in session.scalars(select(Lead)))


async def test_turns_that_wait_together_share_one_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LONGEST_TOGETHER", 60)
    people = [f"p{number}" for number in range(30)]
    put(world, *((who, "/start") for who in people))
    commits: list[object] = []
    event.listen(world.core.database.engine, "commit", commits.append)
    assert world.turns._rounds.take_waiting()[0] == len(people)
    assert len(commits) == 1
    await world.settle()
    assert all(world.heard(who) for who in people)


async def test_one_that_fails_beside_others_takes_nobody_along(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "LONGEST_TOGETHER", 60)
    await almost_rung(world, "ann", "bob", "cyd")
    tries = break_for(monkeypatch, "action_send_callback", "bob")
    put(world, *((who, f"0770090012{place}") for place, who in enumerate(("ann", "bob", "cyd"))))
    await world.settle()
    assert leads(world) == ["Ann Example", "Cyd Example"]
    assert len(tries) == 3  # beside the others, then so with a savepoint, then alone
    await world.live_until(world.clock.now() + timedelta(seconds=10))
    assert leads(world) == ["Ann Example", "Cyd Example"]
    assert any("went wrong" in words for words in world.heard("bob"))
    assert not any("went wrong" in words for words in world.heard("ann") + world.heard("cyd"))


async def test_a_slow_turn_holds_up_nobody_who_could_go_before_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a slow turn the transaction ends: those behind it do not wait for each other too."""
    monkeypatch.setattr(rounds, "LONGEST_TOGETHER", 0)
    put(world, ("ann", "/start"), ("bob", "/start"))
    assert world.turns._rounds.take_waiting()[0] == 1
    assert world.turns._rounds.take_waiting()[0] == 1
    assert world.turns._rounds.take_waiting()[0] == 0


async def test_what_fails_only_when_it_is_written_is_found_out_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answers are written together: when that fails, nobody knows yet whose fault it was."""
    from storage import messages  # noqa: PLC0415

    write = messages.add_messages

    def broken(session: Any, rows: list[dict[str, Any]]) -> list[int]:
        chats = {row["chat_id"] for row in rows}
        if "bob" in set(session.scalars(select(Chat.external_id).where(Chat.id.in_(chats)))):
            raise RuntimeError("cannot be written")
        return write(session, rows)

    monkeypatch.setattr(messages, "add_messages", broken)
    put(world, ("ann", "/start"), ("bob", "/start"), ("cyd", "/start"))
    await world.settle()
    assert world.heard("ann")
    assert world.heard("cyd")
    assert not world.heard("bob")


async def test_a_flood_is_told_once_and_answered_in_its_time(world: World) -> None:
    put(world, *(("ann", "/calls") for _ in range(FLOOD + 10)))
    await world.settle()
    put(world, ("bob", "/start"))
    await world.settle()
    assert world.heard("bob")
    assert not any("a lot in one go" in words for words in world.heard("ann"))
    await world.live_until(world.clock.now() + timedelta(seconds=30))
    assert sum("a lot in one go" in words for words in world.heard("ann")) == 1
    with world.core.database.reading() as session:
        assert set(session.scalars(select(InboxRow.state))) == {"done"}
    answered = len(world.heard("ann"))
    assert answered >= FLOOD + 10
    put(world, *(("ann", "/menu") for _ in range(FLOOD + 2)))
    await world.live_until(world.clock.now() + timedelta(seconds=30))
    assert sum("a lot in one go" in words for words in world.heard("ann")) == 2  # a new flood


async def test_a_suspect_is_counted_before_it_is_tried_and_set_aside_after_three(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the process does when it is started again after each death."""
    await world.says("ann", "/start")
    put(world, ("ann", "/calls"), ("bob", "/start"))
    take = world.turns._rounds._handler.take

    class Death(BaseException):
        """Nothing survives it, like a process that is killed."""

    def deadly(session: Any, turn: Any) -> Any:
        if turn.chat.external_id == "ann":
            raise Death
        return take(session, turn)

    monkeypatch.setattr(world.turns._rounds._handler, "take", deadly, raising=False)
    for _ in range(3):
        with world.core.database.transaction() as session:
            inbox.suspect_all(session)
        with pytest.raises(Death):
            [world.turns._rounds.take_waiting() for _ in range(3)]
        world.clock.move_to(world.clock.now() + timedelta(seconds=11))
    await world.settle()
    assert world.heard("bob")
    assert any("went wrong" in words for words in world.heard("ann"))
    with world.core.database.reading() as session:
        rows = session.execute(select(InboxRow.state, InboxRow.attempts).order_by(InboxRow.id))
        assert [tuple(row) for row in rows] == [("done", 0), ("set_aside", 3), ("done", 1)]


def vigil(world: World) -> Vigil:
    return Vigil(database=world.core.database, clock=world.clock, signals=Signals())


def suspects(world: World) -> int:
    with world.core.database.reading() as session:
        return len(session.scalars(select(InboxRow.id).where(InboxRow.suspect)).all())


async def test_a_living_neighbour_makes_nobody_suspect(world: World) -> None:
    put(world, ("ann", "/start"))
    watching = vigil(world)
    for _ in range(5):
        with world.core.database.transaction() as session:
            held = leases.hold(
                session,
                name=f"{PREFIX}neighbour",
                owner=f"elsewhere:{os.getpid()}",
                now=world.clock.now(),
                period=timedelta(seconds=30),
            )
        assert held
        world.clock.move_to(world.clock.now() + timedelta(seconds=25))
        await world.core.database.write(watching.beat)
    assert suspects(world) == 0


@pytest.mark.parametrize("where", ["here", "elsewhere"])
async def test_a_dead_neighbour_makes_what_waits_suspect(world: World, where: str) -> None:
    put(world, ("ann", "/start"))
    ended = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await ended.wait()
    host = socket.gethostname()[:40] if where == "here" else where
    with world.core.database.transaction() as session:
        leases.hold(
            session,
            name=f"{PREFIX}gone",
            owner=f"{host}:{ended.pid}",
            now=world.clock.now(),
            period=timedelta(seconds=30),
        )
    await world.core.database.write(vigil(world).beat)
    assert suspects(world) == (1 if where == "here" else 0)  # elsewhere only silence tells
    world.clock.move_to(world.clock.now() + timedelta(seconds=31))
    await world.core.database.write(vigil(world).beat)
    assert suspects(world) == 1
    await world.settle()
    assert world.heard("ann")


async def test_who_stops_in_order_leaves_no_suspects(world: World, tmp_path: Path) -> None:
    signals = Signals()
    signals.stop()
    leaving = Vigil(
        database=world.core.database, clock=ManualClock(world.clock.now()), signals=signals
    )
    await world.core.database.write(leaving.beat)
    await leaving.run()
    with world.core.database.transaction() as session:
        assert leases.held(session, prefix=PREFIX) == []
        assert not leases.end_all(session)
