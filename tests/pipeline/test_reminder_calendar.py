"""The calendar says what will go to how many; what goes is what it said, and all is logged."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from actions.reminders.reminder_calendar import Line, lines_ahead
from actions.reminders.reminder_sums import STOPPED, TO_COME, Sum, sums
from actions.times.planning import entries_ahead, keep_wishes, snooze
from actions.times.wishes import Wishes
from bot.pipeline.parcel import ChatGoneError
from storage import calls, leads, reminder_log, subscriptions
from storage.leads import NewLead
from storage.models import Call, Reminder, Subscription
from storage.reminder_log import Wanted
from storage.reminders import SNOOZE
from tests.pipeline.crowd import gather, move_deadline
from tests.pipeline.test_reminders import add_call, local
from tests.world import World, open_world

NOON = local(2026, 3, 10, 12)
GARDEN = local(2026, 3, 27, 8)  # in quiet hours: what is hours before moves
LATER = local(2026, 3, 31, 17)  # behind a change of the clocks


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


@pytest.fixture
def crowded(world: World) -> World:
    """Two calls, followed by many with wishes of all kinds."""
    add_call(world, GARDEN, reminders=["14d", "7d", "1d", "2h"])
    add_call(world, LATER, code="later", reminders=["7d", "5wd", "1d", "2h"])
    for code in ("garden", "later"):
        gather(world, 12, code=code)
        gather(world, 5, code=code, plan="2d 3h")
        gather(world, 4, code=code, at_clock="21:30")
        gather(world, 3, code=code, plan="7d 15m", at_clock="10:15")
    return world


def ahead(world: World) -> list[Line]:
    with world.core.database.reading() as session:
        return lines_ahead(session, programme=world.core.programme, now=world.clock.now())


def expected(world: World) -> Counter[tuple[datetime, str]]:
    """How many go, by moment and offset, as the calendar has it."""
    found: Counter[tuple[datetime, str]] = Counter()
    for line in ahead(world):
        if line.skipped is None:
            found[line.due_at, line.offset] += line.count
    return found


def one_by_one(world: World) -> Counter[tuple[datetime, str]]:
    """The same, asked of each subscription by itself."""
    found: Counter[tuple[datetime, str]] = Counter()
    with world.core.database.reading() as session:
        for it in session.scalars(select(Subscription)):
            call = session.get_one(Call, it.call_id)
            found.update(
                (entry.due_at, entry.offset)
                for entry in entries_ahead(it, call, world.core.programme)
            )
    return found


def settled(world: World) -> Counter[tuple[datetime, str]]:
    """Every reminder that was dealt with, by its moment and offset."""
    with world.core.database.reading() as session:
        return Counter(
            (it.due_at, SNOOZE if it.offset.startswith(SNOOZE) else it.offset)
            for it in session.scalars(select(Reminder))
        )


def some(world: World, count: int, chance: random.Random) -> list[int]:
    with world.core.database.reading() as session:
        running = select(Subscription.id).where(Subscription.stopped_at.is_(None))
        return chance.sample(list(session.scalars(running.order_by(Subscription.id))), count)


def change_some(world: World, chance: random.Random) -> None:
    """Some put one off, some want it otherwise, some stop, and somebody blocks us."""
    now, programme = world.clock.now(), world.core.programme
    with world.core.database.transaction() as session:
        for number, id_ in enumerate(some(world, 9, chance)):
            it = session.get_one(Subscription, id_)
            call = session.get_one(Call, it.call_id)
            if number < 3:
                at = now + timedelta(days=1, hours=number)
                snooze(session, it, call, at, programme=programme, now=now)
            elif number < 6:
                wishes = Wishes(offsets=("3d", "2h"), at_clock="11:00")
                keep_wishes(session, it, call, wishes, programme=programme, now=now)
            else:
                subscriptions.stop(session, [it], now=now)


def lead(world: World, chat_id: int, call: Call) -> None:
    with world.core.database.transaction() as session:
        new = NewLead(
            reference=f"LCR-{chat_id:05}",
            dedupe_key=str(chat_id),
            chat_id=chat_id,
            call_id=call.id,
            kind="incubator",
            applicant_kind="individual",
            applicant_name="Ann Example",
            contact="telegram",
            reasons=[],
            facts={},
        )
        leads.create_lead(session, new, now=world.clock.now())


async def test_it_is_exact_for_every_wish_and_what_was_put_off(crowded: World) -> None:
    change_some(crowded, random.Random(7))
    assert expected(crowded) == one_by_one(crowded)
    assert any(offset == SNOOZE for _at, offset in expected(crowded))


async def test_what_goes_is_what_it_said(crowded: World) -> None:
    change_some(crowded, random.Random(8))
    said = expected(crowded)
    await crowded.live_until(LATER + timedelta(hours=1))
    assert settled(crowded) == said
    assert ahead(crowded) == []
    assert all(9 <= at.astimezone(LATER.tzinfo).hour < 20 for at, _offset in said)


async def test_who_sent_theirs_in_is_counted_among_those_who_get_none(crowded: World) -> None:
    before = expected(crowded)
    with crowded.core.database.reading() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        [chat_id, *_] = session.scalars(
            select(Subscription.chat_id).where(Subscription.call_id == call.id)
        )
    lead(crowded, chat_id, call)
    skipped = [it for it in ahead(crowded) if it.skipped]
    assert {(it.count, it.skipped) for it in skipped} == {(1, "theirs has been sent in")}
    assert (before - expected(crowded)).total() == len(skipped) == 4


async def test_of_a_withdrawn_call_all_is_skipped_and_says_why(crowded: World) -> None:
    with crowded.core.database.transaction() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        calls.withdraw_call(session, call, by="Ann", now=crowded.clock.now())
    reasons = {it.skipped for it in ahead(crowded) if it.call.code == "garden"}
    assert reasons == {"the call was withdrawn"}


async def test_what_is_overdue_goes_as_soon_as_it_may_and_the_last_tells_for_all(
    crowded: World,
) -> None:
    crowded.clock.move_to(local(2026, 3, 26, 23))
    morning = local(2026, 3, 27, 9)
    late = [it for it in ahead(crowded) if it.is_late]
    assert {it.due_at for it in late} == {morning}
    of_garden = [it for it in late if it.call.code == "garden"]
    assert {it.skipped for it in of_garden} == {"no allowed moment is left"}  # it closes at eight
    said = expected(crowded)
    await crowded.live_until(morning)
    going = Counter(
        offset for (at, offset), count in said.items() for _ in range(count) if at == morning
    )
    with crowded.core.database.reading() as session:
        sent = session.scalars(
            select(Reminder.offset).where(Reminder.state.in_(("sent", "merged")))
        )
        assert Counter(sent) == going


async def test_the_totals_add_up_to_all_that_was_planned_whatever_happens(crowded: World) -> None:
    chance = random.Random(9)
    for moment in (local(2026, 3, 12, 12), local(2026, 3, 20, 12), local(2026, 3, 26, 13)):
        await crowded.live_until(moment)
        change_some(crowded, chance)
        crowded.sender.troubles += [ChatGoneError("blocked")]
        check_totals(crowded, "garden", GARDEN)
        check_totals(crowded, "later", LATER)
    await crowded.live_until(LATER)
    check_totals(crowded, "later", LATER)


async def test_after_a_deadline_has_moved_each_has_its_own_totals(crowded: World) -> None:
    await crowded.live_until(local(2026, 3, 21, 12))
    moved = GARDEN + timedelta(days=10, hours=4)
    move_deadline(crowded, moved)
    check_totals(crowded, "garden", GARDEN)
    check_totals(crowded, "garden", moved)
    assert {it.offset for it in totals(crowded, "garden", moved)} >= {"14d", "7d", "1d", "2h"}


def totals(world: World, code: str, closes_at: datetime) -> list[Sum]:
    with world.core.database.reading() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        known = reminder_log.tallies(session, call_id=call.id)
        programme, now = world.core.programme, world.clock.now()
        coming = lines_ahead(session, programme=programme, now=now, call_id=call.id)
        return sums(session, call, closes_at, known, coming, programme=programme)


def check_totals(world: World, code: str, closes_at: datetime) -> None:
    """Each subscription stands in just one column of each offset, and the log has each reminder."""
    found = totals(world, code, closes_at)
    with world.core.database.reading() as session:
        call = calls.find_call(session, code=code)
        assert call is not None
        rows = session.execute(
            select(Reminder.subscription_id, Reminder.offset, Reminder.state)
            .join(Subscription, Subscription.id == Reminder.subscription_id)
            .where(Subscription.call_id == call.id, Reminder.closes_at == closes_at)
        ).all()
        counted: dict[str, Counter[str]] = {}
        for _id, offset, state in rows:
            name = SNOOZE if offset.startswith(SNOOZE) else offset
            counted.setdefault(name, Counter())[state] += 1
        running = select(Subscription).where(
            Subscription.call_id == call.id, Subscription.closes_at == closes_at
        )
        for it in session.scalars(running):
            for entry in entries_ahead(it, call, world.core.programme):
                counted.setdefault(entry.offset, Counter())[TO_COME] += 1
        in_log = log_of(world, call, closes_at)
    logged = {it.offset: {k: v for k, v in it.ends.items() if k != STOPPED} for it in found}
    assert {k: v for k, v in logged.items() if v} == {k: dict(v) for k, v in counted.items()}
    assert in_log == Counter((id_, offset) for id_, offset, _state in rows)


def log_of(world: World, call: Call, closes_at: datetime) -> Counter[tuple[int, str]]:
    """The log, read page by page."""
    found: Counter[tuple[int, str]] = Counter()
    with world.core.database.reading() as session:
        known, after = reminder_log.tallies(session, call_id=call.id), None
        moments = []
        while True:
            wanted = Wanted(call.id, closes_at)
            page = reminder_log.find_logged(session, wanted, known, limit=7, after=after)
            found.update((it.reminder.subscription_id, it.reminder.offset) for it in page)
            moments += [(it.reminder.due_at, it.reminder.id) for it in page]
            if len(page) < 7:
                assert moments == sorted(moments, reverse=True)
                return found
            after = reminder_log.Place(*moments[-1])


async def test_however_they_end_as_many_are_counted_as_were_planned_for(world: World) -> None:
    add_call(world, LATER, code="later", reminders=["7d", "1d", "2h"])
    gather(world, 6, code="later")
    await world.live_until(local(2026, 3, 26, 12))  # seven days before went out
    with world.core.database.transaction() as session:
        running = session.scalars(select(Subscription).limit(2)).all()
        subscriptions.stop(session, running, now=world.clock.now())
    coming = {TO_COME: 4, STOPPED: 2}
    assert ends_of(world) == {"7d": {"sent": 6}, "1d": coming, "2h": coming}
    world.sender.troubles += [ChatGoneError("blocked")]
    await world.live_until(local(2026, 3, 30, 18))
    blocked = {"dropped": 1, "sent": 3, STOPPED: 2}
    assert ends_of(world) == {"7d": {"sent": 6}, "1d": blocked, "2h": {TO_COME: 3, STOPPED: 3}}
    await world.live_until(LATER)
    over = {"sent": 3, STOPPED: 3}
    assert ends_of(world) == {"7d": {"sent": 6}, "1d": blocked, "2h": over}


def ends_of(world: World) -> dict[str, dict[str, int]]:
    return {it.offset: dict(it.ends) for it in totals(world, "later", LATER)}
