"""Slow work is done once to its end, whoever dies on the way, and never beside the turns' rows."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import ManualClock
from bot.pipeline import works as loop
from bot.pipeline.signals import Signals
from bot.pipeline.works import Craft, Keep, PointlessError, Works
from storage import chats, messages, outbox, works
from storage.chats import ChatKey
from storage.claiming import Room, Wanted, claim
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.models import Message, OutboxRow
from storage.outbox import SENT, Lane
from storage.schema import migrate
from storage.stretches import Stretches
from storage.works import Work
from tests.world import MONDAY

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Bench:
    """A process that works: every piece says "done" in its chat, after `before` has run."""

    def __init__(self, database: Database, clock: ManualClock | None = None) -> None:
        self.database = database
        self.clock = clock or ManualClock(MONDAY)
        self.signals = Signals()
        self.done: list[int] = []
        self.before: Callable[[Work], object] = lambda _work: None
        self.words: str | None = "done"  # None: they cannot be written
        self.apology: str | None = "sorry"
        craft = Craft(do=self.do, give_up=lambda *work: self._say(*work, self.apology))
        self.works = Works(
            database=database, clock=self.clock, crafts={"carve": craft}, signals=self.signals
        )

    async def do(self, work: Work) -> Keep:
        await asyncio.to_thread(self.before, work)
        self.done.append(work.id)
        return lambda session: self._say(session, work, self.words)

    def _say(self, session: Session, work: Work, words: str | None) -> None:
        if words is None:
            raise OSError("the disk is full")
        messages.add_message(
            session, chat_id=work.chat_id, direction="out", now=self.clock.now(), text=words
        )

    def queue(self, who: str = "1", kind: str = "carve", dedupe_key: str | None = None) -> int:
        now = self.clock.now()
        with self.database.transaction() as session:
            chat_id = chats.chat_id_for(session, ChatKey("telegram", who, "private"), now=now)
            queued = outbox.queue(
                session,
                chat_id=chat_id,
                kind=kind,
                lane=Lane.WORK,
                now=now,
                payload={"of": who},
                dedupe_key=dedupe_key,
            )
        self.signals.works.set()
        return queued or 0

    def said(self) -> list[str | None]:
        with self.database.reading() as session:
            return list(session.scalars(select(Message.text).order_by(Message.id)))

    def rows(self) -> list[OutboxRow]:
        with self.database.reading() as session:
            return list(session.scalars(select(OutboxRow).order_by(OutboxRow.id)))

    def states(self) -> list[str]:
        return [row.state for row in self.rows()]

    def claim(self) -> list[Work]:
        """What another process would take, which then dies."""
        with self.database.transaction() as session:
            return works.claim(
                session,
                ["carve"],
                now=self.clock.now(),
                lease="another's",
                lease_for=loop.LEASE,
                most=9,
            )


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


def fail(_work: Work) -> None:
    raise OSError("no luck")


async def test_work_is_done_and_its_result_kept(bench: Bench) -> None:
    bench.queue()
    assert await bench.works.run_waiting() == 1
    assert (bench.said(), bench.states()) == (["done"], ["done"])


async def test_work_of_a_kind_that_nobody_knows_here_waits(bench: Bench) -> None:
    bench.queue(kind="forge")
    assert await bench.works.run_waiting() == 0
    assert bench.states() == ["to_do"]


async def test_delivery_never_meets_work_nor_waits_for_it(bench: Bench) -> None:
    bench.queue()
    bench.claim()
    bench.queue()
    with bench.database.transaction() as session:
        chat_id = chats.chat_id_for(session, ChatKey("telegram", "1", "private"), now=MONDAY)
        post = outbox.queue(
            session, chat_id=chat_id, kind="message", lane=Lane.BROADCASTS, now=MONDAY
        )
        found = claim(
            session,
            Wanted(("telegram",), Room(9, 9, Counter())),
            now=MONDAY,
            lease="delivery",
            lease_for=timedelta(seconds=30),
            stretches=Stretches(),
        )
    assert [row.id for row in found.rows] == [post]
    assert Lane.WORK not in SENT


async def test_what_fails_is_tried_again_later_each_time(bench: Bench) -> None:
    bench.queue()
    bench.before = fail
    for pause in loop.RETRY_AFTER:
        assert await bench.works.run_waiting() == 1
        assert await bench.works.run_waiting() == 0
        bench.clock.move_on(timedelta(seconds=pause))
    bench.before = lambda _work: None
    await bench.works.run_waiting()
    assert (bench.said(), bench.states()) == (["done"], ["done"])


async def test_after_five_attempts_it_is_set_aside_with_a_word(bench: Bench) -> None:
    bench.queue()
    bench.before = fail
    for _attempt in range(7):
        await bench.works.run_waiting()
        bench.clock.move_on(timedelta(hours=1))
    [row] = bench.rows()
    assert (row.state, row.attempts, row.error) == ("set_aside", 5, "OSError")
    assert bench.said() == ["sorry"]


async def test_where_even_the_word_fails_it_is_set_aside_all_the_same(bench: Bench) -> None:
    bench.queue()
    bench.words = None
    bench.apology = None
    for _attempt in range(7):
        await bench.works.run_waiting()
        bench.clock.move_on(timedelta(hours=1))
    assert (bench.states(), bench.said()) == (["set_aside"], [])


async def test_what_ends_the_process_each_time_is_set_aside_as_well(bench: Bench) -> None:
    bench.queue()
    for _death in range(5):
        assert len(bench.claim()) == 1
        bench.clock.move_on(loop.LEASE + timedelta(seconds=1))
    await bench.works.run_waiting()
    assert (bench.done, bench.said(), bench.states()) == ([], ["sorry"], ["set_aside"])


async def test_what_there_is_no_point_in_is_dropped_without_a_word(bench: Bench) -> None:
    def pointless(_work: Work) -> None:
        raise PointlessError("it is gone")

    bench.queue()
    bench.before = pointless
    await bench.works.run_waiting()
    assert (bench.states(), bench.rows()[0].error, bench.said()) == (["dropped"], "it is gone", [])


async def test_the_work_of_somebody_who_died_is_taken_up(bench: Bench) -> None:
    bench.queue()
    [lost] = bench.claim()
    assert await bench.works.run_waiting() == 0
    bench.clock.move_on(loop.LEASE + timedelta(seconds=1))
    assert await bench.works.run_waiting() == 1
    assert bench.said() == ["done"]
    with bench.database.transaction() as session:  # the dead one was only slow
        assert not works.finish(session, lost, state="done", now=MONDAY)


async def test_a_lease_from_before_the_clock_stepped_back_is_no_hindrance(bench: Bench) -> None:
    bench.queue()
    bench.clock.move_on(timedelta(hours=3))
    bench.claim()
    bench.clock.move_to(MONDAY)
    assert await bench.works.run_waiting() == 1


async def test_after_a_start_what_a_killed_run_did_is_free_at_once(bench: Bench) -> None:
    bench.queue()
    bench.claim()
    with bench.database.transaction() as session:
        works.release_all(session)
    assert await bench.works.run_waiting() == 1
    assert bench.rows()[0].attempts == 2


async def test_who_lost_the_lease_keeps_nothing(bench: Bench) -> None:
    def too_slow(_work: Work) -> None:
        bench.clock.move_on(loop.LEASE + timedelta(seconds=1))
        bench.claim()

    bench.queue()
    bench.before = too_slow
    await bench.works.run_waiting()
    assert (bench.said(), bench.states()) == ([], ["doing"])


async def test_a_result_that_cannot_be_kept_is_made_again(bench: Bench) -> None:
    """What ends the work and what stores its result commit together."""
    bench.queue()
    real, bench.words = bench.words, None
    await bench.works.run_waiting()
    assert (bench.said(), bench.states()) == ([], ["to_do"])
    bench.words = real
    bench.clock.move_on(timedelta(seconds=loop.RETRY_AFTER[0]))
    await bench.works.run_waiting()
    assert (bench.said(), bench.states()) == (["done"], ["done"])


async def test_a_stop_waits_for_what_is_quick_and_gives_back_the_rest(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "FINISH_WITHIN", 0.5)
    slow = bench.queue("slow")
    quick = bench.queue("quick")
    begun: set[int] = set()

    def carve(work: Work) -> None:
        begun.add(work.id)
        time.sleep(1.5 if work.id == slow else 0.1)

    bench.before = carve
    running = asyncio.create_task(bench.works.run())
    while begun != {slow, quick}:  # noqa: ASYNC110  # it is another thread that begins
        await asyncio.sleep(0.005)
    bench.signals.stop()
    async with asyncio.timeout(10):
        await running
    states = {row.id: (row.state, row.attempts) for row in bench.rows()}
    assert states == {slow: ("to_do", 0), quick: ("done", 1)}
    assert bench.said() == ["done"]


async def test_a_running_loop_is_woken_and_does_several_at_once(bench: Bench) -> None:
    running = asyncio.create_task(bench.works.run())
    for who in "abcdefgh":
        bench.queue(who)
    async with asyncio.timeout(20):
        while bench.states() != ["done"] * 8:  # noqa: ASYNC110  # it is the database that changes
            await asyncio.sleep(0.01)
    bench.signals.stop()
    await running
    assert bench.said() == ["done"] * 8


@on_postgresql
async def test_two_processes_share_the_work_and_do_nothing_twice(database_url: str) -> None:
    secret = new_secret()
    databases = [open_database(database_url, secret=secret) for _process in range(2)]
    migrate(databases[0].engine)
    benches = [Bench(database) for database in databases]
    queued = [benches[0].queue(str(who)) for who in range(40)]
    for bench in benches:
        bench.before = lambda _work: time.sleep(0.02)
    await asyncio.gather(*(bench.works.run_waiting() for bench in benches))
    assert sorted(benches[0].done + benches[1].done) == queued
    assert all(bench.done for bench in benches)
    assert benches[0].said() == ["done"] * 40
    for database in databases:
        database.close()
