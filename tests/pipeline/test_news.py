"""Who asked for it is told when a call opens or changes: what is true then, once, not at night."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from actions.calls.call_changes import act_on_call, keep_call
from actions.times.deadlines import parse_offset
from bot.pipeline.parcel import ChatGoneError
from storage.calls import CallDetails
from tests.pipeline.test_reminders import LONDON, local, reminders
from tests.world import World, open_world

NOON = local(2026, 3, 10, 12)
OPENS_AT = local(2026, 3, 16, 9)
CLOSES_AT = local(2026, 4, 20, 17)
IN_SEFTON = {
    "fact": "borough",
    "one_of": ["sefton"],
    "unmet": "no",
    "met": "It's in Sefton.",
    "unmet_text": "It has to be in Sefton.",
    "fix": "Your own council can tell you more.",
}
COMING = CallDetails(
    code="garden",
    title="Gardens together",
    theme="community_assets",
    summary="For green spaces.",
    opens_at=OPENS_AT,
    closes_at=CLOSES_AT,
    criteria=[IN_SEFTON],
    reminders=["2h"],
)
OPEN = replace(COMING, opens_at=local(2026, 3, 1, 9))
ASKING = {  # what somebody says, so as to hear of that call
    "call": "/remind",
    "theme": "tell me when something for community assets opens",
    "offer": "tell me when the incubator opens something",
    "borough": "let me know about anything in sefton",
    "everything": "tell me about anything that opens",
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


def keep(world: World, details: CallDetails = COMING, **changes: Any) -> None:
    """Staff import the call, with these changes."""
    with world.core.database.transaction() as session:
        keep_call(
            session,
            replace(details, **changes),
            by="Ann",
            programme=world.core.programme,
            now=world.clock.now(),
        )


def act(world: World, name: str) -> None:
    with world.core.database.transaction() as session:
        act_on_call(
            session, name, "garden", by="Ann", programme=world.core.programme, now=world.clock.now()
        )


async def ask(world: World, kind: str, who: str = "sam") -> None:
    await world.says(who, ASKING[kind])
    if kind == "call":
        await world.presses(who, "Gardens together")
    world.clock.move_on(timedelta(seconds=1))


async def pass_by(world: World, **span: float) -> None:
    await world.live_until(world.clock.now() + timedelta(**span))


def news(world: World, who: str = "sam") -> list[tuple[datetime, str]]:
    """What this resident was told of calls, and when."""
    marks = ("Now open", "New dates", "closed sooner", "withdrawn", "is back on", "has changed")
    marks += ("asks for something new",)
    return [
        (at.astimezone(LONDON), parcel.text)
        for at, parcel in world.sender.sent
        if parcel.external_chat_id == who and any(mark in parcel.text for mark in marks)
    ]


@pytest.mark.parametrize("kind", ASKING)
async def test_who_asked_hears_when_it_opens(world: World, kind: str) -> None:
    keep(world)
    await ask(world, kind)
    await world.live_until(OPENS_AT + timedelta(days=2))
    [(at, text)] = news(world)
    assert at == OPENS_AT
    assert "Now open: <b>Gardens together</b>" in text
    assert "closes at" in text


CHANGES = {
    "moves": (lambda world: keep(world, OPEN, closes_at=CLOSES_AT + timedelta(days=7)), "27 April"),
    "closes early": (lambda world: act(world, "close"), "closed sooner"),
    "is withdrawn": (lambda world: act(world, "withdraw"), "has been withdrawn"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ASKING)
async def test_who_asked_hears_when_it(world: World, kind: str, change: str) -> None:
    keep(world, OPEN)
    await pass_by(world, minutes=1)
    await ask(world, kind)
    write, words = CHANGES[change]
    write(world)
    await pass_by(world, hours=1)
    [(_at, text)] = news(world)
    assert words in text
    await pass_by(world, hours=1)
    assert len(news(world)) == 1


@pytest.mark.parametrize("kind", ASKING)
async def test_who_asked_hears_that_it_is_back(world: World, kind: str) -> None:
    keep(world, OPEN)
    await ask(world, kind)
    await pass_by(world, minutes=1)
    act(world, "withdraw")
    await pass_by(world, minutes=1)
    act(world, "reopen")
    await pass_by(world, minutes=1)
    withdrawn, back = (text for _at, text in news(world))
    assert "withdrawn" in withdrawn
    assert "is back on" in back


@pytest.mark.parametrize(
    "words",
    [
        "tell me when something for older people opens",
        "let me know about anything in wirral",
    ],
)
async def test_who_asked_for_something_else_hears_nothing(world: World, words: str) -> None:
    keep(world)
    await world.says("sam", words)
    await world.live_until(OPENS_AT + timedelta(hours=1))
    act(world, "withdraw")
    await pass_by(world, hours=1)
    assert news(world) == []


@pytest.mark.parametrize("kind", ASKING)
async def test_who_is_reminded_already_is_offered_something_else(world: World, kind: str) -> None:
    keep(world, OPEN)
    await pass_by(world, minutes=1)
    await ask(world, kind)
    keep(world, OPEN, closes_at=CLOSES_AT + timedelta(days=7))
    await pass_by(world, hours=1)
    labels = [key.button.label for key in world.last("sam").keys]
    followed = kind == "call"
    assert ("Remind me" in labels) is not followed
    assert ("Add to my calendar" in labels) is followed
    assert {"Check if I can apply", "Talk to a person", "My reminders"} <= set(labels)
    await world.presses("sam", "Add to my calendar" if followed else "Remind me")
    last = world.last("sam")
    assert "Gardens together" in last.text


async def test_without_a_borough_among_its_criteria_a_call_is_for_all_of_them(world: World) -> None:
    keep(world, criteria=[])
    await world.says("sam", "let me know about anything in wirral")
    await world.live_until(OPENS_AT)
    assert len(news(world)) == 1


async def test_who_asked_in_many_ways_hears_once(world: World) -> None:
    keep(world)
    for kind in ASKING:
        await ask(world, kind)
    await world.live_until(OPENS_AT + timedelta(days=1))
    assert len(news(world)) == 1


async def test_a_draft_is_told_when_it_is_published_and_open(world: World) -> None:
    keep(world, OPEN, is_draft=True)
    await ask(world, "theme")
    await pass_by(world, hours=1)
    keep(world, OPEN, is_draft=True, closes_at=CLOSES_AT + timedelta(days=1))
    await pass_by(world, hours=1)
    assert news(world) == []
    act(world, "publish")
    await pass_by(world, minutes=1)
    assert "Now open" in news(world)[0][1]


async def test_nobody_is_woken(world: World) -> None:
    keep(world, opens_at=local(2026, 3, 16, 0))
    await ask(world, "theme")
    await world.live_until(local(2026, 3, 16, 12))
    assert [at for at, _text in news(world)] == [local(2026, 3, 16, 9)]


async def test_what_changed_meanwhile_is_told_as_it_is_then(world: World) -> None:
    keep(world, OPEN)
    await pass_by(world, minutes=1)
    await ask(world, "theme")
    await world.live_until(local(2026, 3, 10, 22))
    keep(world, OPEN, closes_at=CLOSES_AT + timedelta(days=7))
    await pass_by(world, minutes=1)
    keep(world, OPEN, closes_at=CLOSES_AT + timedelta(days=14))
    await world.live_until(local(2026, 3, 11, 12))
    [(_at, text)] = news(world)
    assert "4 May" in text


async def test_what_was_taken_back_before_anybody_heard_is_not_told(world: World) -> None:
    keep(world, OPEN)
    await pass_by(world, minutes=1)
    await ask(world, "theme")
    await world.live_until(local(2026, 3, 10, 22))
    keep(world, OPEN, closes_at=CLOSES_AT + timedelta(days=7))
    await pass_by(world, minutes=1)
    keep(world, OPEN)
    act(world, "withdraw")
    await pass_by(world, minutes=1)
    act(world, "reopen")
    await world.live_until(local(2026, 3, 11, 12))
    assert news(world) == []


async def test_an_opening_that_was_put_off_is_told_when_it_comes(world: World) -> None:
    keep(world, opens_at=local(2026, 3, 11, 1))  # in quiet hours
    await ask(world, "theme")
    await world.live_until(local(2026, 3, 11, 2))
    keep(world, opens_at=local(2026, 3, 13, 10))
    await world.live_until(local(2026, 3, 12, 12))
    [(_at, text)] = news(world)
    assert "It opens at" in text
    await world.live_until(local(2026, 3, 13, 12))
    [_first, (at, text)] = news(world)
    assert at == local(2026, 3, 13, 10)
    assert "Now open" in text


async def test_who_stopped_blocked_or_was_forgotten_hears_nothing(world: World) -> None:
    keep(world, opens_at=local(2026, 3, 11, 1))
    for who in ("sam", "ann", "joe", "kim"):
        await ask(world, "theme", who)
    await world.says("ann", "stop reminding me")
    world.sender.troubles.append(ChatGoneError("blocked"))
    await world.says("joe", "hello")
    await world.live_until(local(2026, 3, 11, 2))  # kim's waits for the morning
    await world.says("kim", "/forget")
    await world.says("kim", "yes")
    await world.live_until(local(2026, 3, 11, 12))
    assert [len(news(world, who)) for who in ("sam", "ann", "joe", "kim")] == [1, 0, 0, 0]


async def test_who_asks_later_is_not_told_what_was_before(world: World) -> None:
    await ask(world, "theme", "ann")
    keep(world, OPEN)
    world.clock.move_on(timedelta(seconds=1))
    await ask(world, "theme", "sam")
    await pass_by(world, hours=1)
    assert [len(news(world, who)) for who in ("ann", "sam")] == [1, 0]


async def off_and_on_again(world: World, at: datetime) -> datetime:
    """Staff withdraw the call and take that back; when the resident hears that it is back."""
    await world.live_until(at)
    for name in ("withdraw", "reopen"):
        act(world, name)
        await pass_by(world, seconds=10)
    [*_before, (told, text)] = news(world)
    assert "is back on" in text
    return told


@pytest.mark.parametrize(
    ("offset", "waits"), [("1d", timedelta(hours=1)), ("2h", timedelta(hours=1)), ("30m", None)]
)
async def test_a_reminder_waits_after_news_of_its_call_unless_it_is_to_the_minute(
    world: World, offset: str, waits: timedelta | None
) -> None:
    keep(world, OPEN, reminders=[offset])
    await ask(world, "call")
    due_at = CLOSES_AT - parse_offset(offset).elapsed - timedelta(days=parse_offset(offset).days)
    told = await off_and_on_again(world, due_at - timedelta(minutes=20))
    await world.live_until(CLOSES_AT)
    assert reminders(world, "sam") == [told + waits if waits else due_at]


async def test_news_of_another_call_or_of_long_ago_hold_up_no_reminder(world: World) -> None:
    keep(world, OPEN, reminders=["1d"])
    keep(world, OPEN, code="kitchen", title="Kitchens for all", theme="ageing")
    await ask(world, "call")
    await world.says("sam", "tell me when something for older people opens")
    due_at = CLOSES_AT - timedelta(days=1)
    await off_and_on_again(world, due_at - timedelta(minutes=61))
    await world.live_until(due_at - timedelta(minutes=20))
    keep(
        world,
        OPEN,
        code="kitchen",
        title="Kitchens for all",
        theme="ageing",
        closes_at=CLOSES_AT + timedelta(days=9),
    )
    await world.live_until(CLOSES_AT)
    assert "Kitchens for all" in news(world)[-1][1]
    assert reminders(world, "sam") == [due_at]
