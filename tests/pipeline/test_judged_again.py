"""When a call asks for something else, those hear of it to whom it makes a difference."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from storage.models import ToldVerdict
from tests.pipeline.test_news import NOON, OPEN, act, keep, news, pass_by
from tests.pipeline.test_reminders import subscribe
from tests.world import World, open_world


def asks_for(fact: str, unmet: str, **comparison: Any) -> dict[str, Any]:
    words = {"met": "That's fine.", "unmet_text": f"It asks about {fact}.", "fix": "Ask us."}
    return {"fact": fact, **comparison, "unmet": unmet, **words}


ANYBODY = asks_for("applicant_who", "no", one_of=["individual", "group", "organisation"])
GROUPS = asks_for("applicant_who", "no", is_="group")
GROUPS["is"] = GROUPS.pop("is_")
GROUPS_IN_TIME = {**GROUPS, "unmet": "not_yet"}
ADULTS = asks_for("adult", "not_yet", is_=True)
ADULTS["is"] = ADULTS.pop("is_")
FOR_ANYBODY = replace(OPEN, criteria=[ANYBODY])
TOLD = {
    "eligible": "you can apply now",
    "nearer": "you can get there",
    "not_yet": "asks for something new",
    "unknown": "Press <b>Check if I can apply</b>",
    "no": "not the right door any more",
}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


async def check(world: World, who: str = "sam") -> None:
    """Somebody on their own goes through the questions, and is told a verdict."""
    await world.says(who, "/eligibility")
    await world.presses(who, "Just me")
    world.clock.move_on(timedelta(seconds=1))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ([GROUPS], [ANYBODY], "eligible"),
        ([GROUPS], [GROUPS_IN_TIME], "nearer"),
        ([ANYBODY], [GROUPS_IN_TIME], "not_yet"),
        ([ANYBODY], [ANYBODY, ADULTS], "unknown"),
        ([ANYBODY], [GROUPS], "no"),
    ],
)
async def test_who_was_judged_hears_the_new_verdict_once(
    world: World, before: list[Any], after: list[Any], told: str
) -> None:
    keep(world, OPEN, criteria=before)
    await check(world)
    keep(world, OPEN, criteria=after)
    await pass_by(world, minutes=1)
    [(_at, text)] = news(world)
    assert TOLD[told] in text
    labels = [key.button.label for key in world.last("sam").keys]
    assert labels[0] == "Check if I can apply"
    assert "Talk to a person" in labels
    keep(world, OPEN, criteria=[*after, after[-1]])  # asks the same
    await pass_by(world, minutes=1)
    assert len(news(world)) == 1


async def test_the_first_button_leads_to_the_new_question(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    keep(world, FOR_ANYBODY, criteria=[ANYBODY, ADULTS])
    await pass_by(world, minutes=1)
    await world.presses("sam", "Check if I can apply")
    assert "18 or over" in world.last("sam").text


async def test_whom_it_makes_no_difference_to_hears_nothing(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    keep(world, FOR_ANYBODY, criteria=[{**ANYBODY, "fix": "Ask us about it."}], title="Gardens!")
    await pass_by(world, hours=1)
    assert news(world) == []


async def test_who_was_never_judged_hears_nothing(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await pass_by(world, minutes=1)
    await world.says("sam", "tell me when something for community assets opens")
    await subscribe(world, "ann")
    await pass_by(world, minutes=1)
    keep(world, FOR_ANYBODY, criteria=[GROUPS])
    await pass_by(world, hours=1)
    assert news(world) + news(world, "ann") == []


async def test_a_subscriber_is_held_against_what_they_would_have_heard(world: World) -> None:
    await check(world)  # before there was this call
    keep(world, FOR_ANYBODY)
    await pass_by(world, minutes=1)
    await world.says("sam", "/cancel")
    await subscribe(world, "sam")
    await pass_by(world, minutes=1)
    keep(world, FOR_ANYBODY, criteria=[GROUPS])
    await pass_by(world, minutes=1)
    [(_at, text)] = news(world)
    assert TOLD["no"] in text


async def test_who_was_told_that_they_can_apply_hears_of_a_new_date(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    keep(world, FOR_ANYBODY, closes_at=OPEN.closes_at - timedelta(days=7))
    await pass_by(world, hours=1)
    [(_at, text)] = news(world)
    assert "New dates" in text


async def test_who_was_told_no_hears_of_no_new_date(world: World) -> None:
    keep(world, FOR_ANYBODY, criteria=[GROUPS])
    await check(world)
    keep(world, FOR_ANYBODY, criteria=[GROUPS], closes_at=OPEN.closes_at + timedelta(days=7))
    await pass_by(world, hours=1)
    assert news(world) == []


async def test_who_wanted_no_more_messages_hears_of_no_new_date_nor_rule(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    await world.presses("sam", "Remind me of the date")
    await subscribe(world, "sam")
    await world.says("sam", "stop reminders")
    keep(world, FOR_ANYBODY, closes_at=OPEN.closes_at + timedelta(days=7))
    await pass_by(world, hours=1)
    keep(world, FOR_ANYBODY, criteria=[GROUPS])
    await pass_by(world, hours=1)
    assert news(world) == []


async def test_who_has_begun_an_idea_hears_of_a_new_date(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    await world.presses("sam", "Tell us your idea")
    await world.says("sam", "A garden behind the library, for everybody in our street")
    keep(world, FOR_ANYBODY, closes_at=OPEN.closes_at + timedelta(days=7))
    await pass_by(world, minutes=1)
    assert "New dates" in news(world)[0][1]
    act(world, "close")
    await pass_by(world, minutes=1)
    assert "closed sooner" in news(world)[1][1]


async def test_a_draft_for_the_call_is_enough_to_hear_of_it(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await pass_by(world, minutes=1)
    for who, begins in (("sam", "/start call-garden-web"), ("ann", "/start")):
        await world.says(who, begins)
        await world.presses(who, "Tell us your idea")
        await world.says(who, "A garden behind the library, for everybody in our street")
    world.clock.move_on(timedelta(seconds=1))
    keep(world, FOR_ANYBODY, closes_at=OPEN.closes_at + timedelta(days=7))
    await pass_by(world, hours=1)
    [(_at, text)] = news(world)
    assert "New dates" in text
    assert news(world, "ann") == []
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    act(world, "close")
    await pass_by(world, hours=1)
    assert len(news(world)) == 1


async def test_a_new_date_and_a_new_rule_are_one_message(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await pass_by(world, minutes=1)
    await subscribe(world, "sam")
    await check(world)
    later = OPEN.closes_at + timedelta(days=7)
    keep(world, FOR_ANYBODY, criteria=[GROUPS_IN_TIME], closes_at=later)
    await pass_by(world, minutes=1)
    [(_at, text)] = news(world)
    assert "New dates" in text
    assert TOLD["not_yet"] in text


async def test_a_rule_that_is_taken_back_before_anybody_heard_is_not_told(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    await world.live_until(NOON + timedelta(hours=10))  # at night
    keep(world, FOR_ANYBODY, criteria=[GROUPS])
    await pass_by(world, minutes=1)
    keep(world, FOR_ANYBODY)
    await world.live_until(NOON + timedelta(days=1))
    assert news(world) == []


async def test_verdicts_that_were_told_go_with_the_person(world: World) -> None:
    keep(world, FOR_ANYBODY)
    await check(world)
    with world.core.database.reading() as session:
        assert list(session.scalars(select(ToldVerdict.kind))) == ["eligible"]
    await world.says("sam", "/forget")
    await world.says("sam", "yes")
    with world.core.database.reading() as session:
        assert list(session.scalars(select(ToldVerdict.kind))) == []
    keep(world, FOR_ANYBODY, criteria=[GROUPS])
    await pass_by(world, minutes=1)
    assert news(world) == []
