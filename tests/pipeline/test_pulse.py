"""The pulse of intake: written down seldom, and missed when nothing can be taken in."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.clock import ManualClock
from bot.pipeline.pulse import EVERY, Pulse
from bot.pipeline.signals import Signals
from storage.database import Database
from storage.intake_spans import outage_at
from storage.models import IntakeSpan

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Body:
    """A process whose time the test tells."""

    def __init__(self, database: Database) -> None:
        self.clock = ManualClock(NOON)
        self.seconds = 0.0
        self.pulse = Pulse(
            database=database,
            clock=self.clock,
            channel="telegram",
            monotonic=lambda: self.seconds,
        )

    async def live(self, seconds: int, *, well: bool = True) -> None:
        for _ in range(seconds):
            self.seconds += 1
            self.clock.move_on(SECOND)
            if well:
                await self.pulse.beat()


def spans(database: Database) -> list[tuple[float, float]]:
    with database.reading() as session:
        found = session.scalars(select(IntakeSpan).order_by(IntakeSpan.id))
        return [
            ((it.began_at - NOON).total_seconds(), (it.alive_until - NOON).total_seconds())
            for it in found
        ]


async def test_it_is_written_now_and_then_and_a_long_silence_begins_a_new_span(
    database: Database,
) -> None:
    body = Body(database)
    await body.live(40)
    assert spans(database) == [(1, 1 + 2 * EVERY)]
    await body.live(20, well=False)
    await body.live(1)
    assert len(spans(database)) == 1
    await body.live(90, well=False)
    await body.live(1)
    assert spans(database) == [(1, 61), (152, 152)]
    with database.reading() as session:
        at = NOON + 100 * SECOND
        down = outage_at(session, channel="telegram", instant=at, seen_at=body.clock.now())
    assert down == (NOON + 61 * SECOND, NOON + 152 * SECOND)


async def test_two_processes_that_share_a_database_make_one_span(database: Database) -> None:
    one, other = Body(database), Body(database)
    for _ in range(3):
        await one.live(20)
        await other.live(20)
    assert len(spans(database)) == 1


async def test_where_we_are_posted_to_it_goes_by_itself_until_the_end(database: Database) -> None:
    body, signals = Body(database), Signals()
    running = asyncio.create_task(body.pulse.run(signals))
    await asyncio.sleep(0)  # it begins
    signals.stop()
    async with asyncio.timeout(20):
        await running
    assert spans(database) == [(0, 0)]
