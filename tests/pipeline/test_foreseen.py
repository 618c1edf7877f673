"""What is foreseen of a change is what comes of it: the same people are told the same words, the
same reminders move."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from actions.calls.call_changes import act_on_call, keep_call
from actions.reminders import consequences
from actions.reminders.consequences import Consequences, Foreseeing
from storage import calls
from storage.calls import ACT_VALUES, CallDetails
from storage.models import Subscription
from tests.pipeline.test_news import CLOSES_AT, IN_SEFTON, NOON, OPEN, OPENS_AT
from tests.world import World, open_world

GROWN_UP = {
    "fact": "adult",
    "is": True,
    "unmet": "not_yet",
    "met": "You're 18 or over.",
    "unmet_text": "Somebody aged 18 or over has to apply.",
    "fix": "Ask a grown-up you trust.",
}
WEEK = timedelta(days=7)
CHANGES: dict[str, dict[str, Any]] = {
    "moves on": {"closes_at": CLOSES_AT + WEEK},
    "moves nearer": {"closes_at": NOON + timedelta(days=3)},
    "closes in the past": {"closes_at": NOON - timedelta(hours=1)},
    "asks for more": {"criteria": [IN_SEFTON, GROWN_UP]},
    "is for another borough": {"criteria": [{**IN_SEFTON, "one_of": ["wirral"]}]},
    "moves and asks for more": {"closes_at": CLOSES_AT + WEEK, "criteria": [GROWN_UP]},
    "opens later": {"opens_at": OPENS_AT},
    "reminds otherwise": {"reminders": ["7d", "1d"]},
    "has another title": {"title": "Gardens for all"},
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


def keep(world: World, details: CallDetails) -> None:
    now = world.clock.now()
    with world.core.database.transaction() as session:
        keep_call(session, details, by="Ann", programme=world.core.programme, now=now)


async def settle_in(world: World) -> None:
    """Sam and Kim are reminded of the call, Lou and Pat were told a verdict, Max has put a reminder
    off, Ann follows the theme, Zoe wants to hear of everything, Ben of nothing."""
    await world.live_until(
        world.clock.now() + timedelta(minutes=1)
    )  # its opening is told to nobody
    for who, borough in (("lou", "Sefton"), ("pat", "Wirral"), ("sam", "Sefton")):
        await world.says(who, "can I apply?")
        await world.presses(who, "Just me")
        await world.presses(who, borough)
    for who in ("sam", "kim", "max"):
        await world.says(who, "/remind")
        await world.presses(who, "Gardens together")
    await world.says("max", "nudge me tomorrow at noon")
    await world.says("ann", "tell me when something for community assets opens")
    await world.says("zoe", "tell me about anything that opens")
    await world.says("ben", "hello")
    world.clock.move_on(timedelta(minutes=1))


def foresee(world: World, values: dict[str, Any]) -> Consequences:
    """In a session that reads: nothing is written by it."""
    written: list[str] = []

    def note(_c: object, _k: object, statement: str, *_more: object) -> None:
        written.extend([statement] if statement.startswith(("INSERT", "UPDATE")) else [])

    core = world.core
    event.listen(core.database.engine, "before_cursor_execute", note)
    with core.database.reading() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        foreseeing = Foreseeing(core.programme, core.wording.say, core.clock.now())
        found = foreseeing.foresee(session, call, values)
        assert not session.new
        assert not session.dirty
    event.remove(core.database.engine, "before_cursor_execute", note)
    assert written == []
    return found


def will_read(world: World, found: Consequences) -> Counter[str]:
    texts: Counter[str] = Counter()
    for heard in (found.told, found.opening):
        for notice in heard.notices if heard else ():
            text = world.core.wording.reply(notice.response, notice.values).text
            texts[text] += notice.count
    return texts


def next_of_all(world: World) -> dict[int, datetime | None]:
    with world.core.database.reading() as session:
        statement = select(Subscription.id, Subscription.next_due_at)
        return {row.id: row.next_due_at for row in session.execute(statement)}


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_foreseen_of_a_change_comes(world: World, change: str) -> None:
    keep(world, OPEN)
    await settle_in(world)
    found = foresee(world, CHANGES[change])
    before, sent = next_of_all(world), len(world.sender.sent)
    changed = replace(OPEN, **CHANGES[change])
    keep(world, changed)
    after = next_of_all(world)
    is_over = changed.closes_at <= world.clock.now()
    moved = Counter(
        (before[it], None if is_over else after[it])
        for it in before
        if before[it] != after[it] or (is_over and before[it])
    )
    assert moved == Counter(
        {
            (it.before and it.before.due_at, it.after and it.after.due_at): it.count
            for it in found.moves
        }
    )
    if found.opening is not None:
        return  # that comes when it opens: see below
    await world.live_until(world.clock.now() + timedelta(minutes=5))
    read = Counter(parcel.text for _at, parcel in world.sender.sent[sent:])
    assert read == will_read(world, found)
    assert found.people == read.total()


@pytest.mark.parametrize("act", ["close", "withdraw"])
async def test_what_is_foreseen_of_an_act_comes(world: World, act: str) -> None:
    keep(world, OPEN)
    await settle_in(world)
    with world.core.database.reading() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        values = ACT_VALUES[act](call, world.clock.now())
    found, sent = foresee(world, values), len(world.sender.sent)
    with world.core.database.transaction() as session:
        now = world.clock.now()
        act_on_call(session, act, "garden", by="Ann", programme=world.core.programme, now=now)
    await world.live_until(world.clock.now() + timedelta(minutes=5))
    assert found.people == 6
    read = Counter(parcel.text for _at, parcel in world.sender.sent[sent:])
    assert read == will_read(world, found)
    assert sum(it.count for it in found.moves) == 3
    assert {it.after for it in found.moves} == {None}
    assert [it.name for it in found.losses] == ["apply"]


async def test_who_hears_of_an_opening_is_foreseen_when_it_is_published(world: World) -> None:
    keep(world, replace(OPEN, is_draft=True))
    await world.says("ann", "tell me when something for community assets opens")
    await world.says("zoe", "tell me about anything that opens")
    await world.says("ben", "hello")
    world.clock.move_on(timedelta(minutes=1))
    found, sent = foresee(world, {"is_draft": False}), len(world.sender.sent)
    assert found.told is None
    with world.core.database.transaction() as session:
        now, programme = world.clock.now(), world.core.programme
        act_on_call(session, "publish", "garden", by="Ann", programme=programme, now=now)
    await world.live_until(world.clock.now() + timedelta(minutes=5))
    read = Counter(parcel.text for _at, parcel in world.sender.sent[sent:])
    assert read == will_read(world, found)
    assert read.total() == 2


async def test_the_seal_holds_for_what_was_seen_and_nothing_else(world: World) -> None:
    keep(world, OPEN)
    await settle_in(world)
    values = {"closes_at": CLOSES_AT + WEEK}
    seal = foresee(world, values).seal(1)
    assert foresee(world, values).seal(1) == seal
    assert foresee(world, values).seal(2) != seal
    assert foresee(world, {"closes_at": CLOSES_AT + 2 * WEEK}).seal(1) != seal
    await world.says("ben", "/remind")
    await world.presses("ben", "Gardens together")
    world.clock.move_on(timedelta(minutes=1))
    assert foresee(world, values).seal(1) != seal


async def test_among_very_many_it_says_at_least(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(world, OPEN)
    await settle_in(world)
    monkeypatch.setattr(consequences, "MOST_CHATS", 3)
    monkeypatch.setattr(consequences, "_BATCH", 2)
    monkeypatch.setattr(consequences, "MOST_SUBSCRIPTIONS", 2)
    found = foresee(world, {"closes_at": CLOSES_AT + WEEK})
    assert found.told is not None
    assert found.told.is_capped
    assert found.people == 3  # of four: Pat was told a no, and need not hear of it
    assert found.moves_capped
    assert found.moved in (1, 2)  # of the two that are looked at one may be put off
