"""Reminders say what somebody lacks, come when they chose, and never twice within an hour."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.pipeline.merging import APART
from bot.pipeline.parcel import RefusedError, TryLaterError
from storage import calls, chats
from storage.models import Call, Lead, OutboxRow, Subscription
from tests.pipeline.crowd import fates, gather, move_deadline
from tests.pipeline.test_reminders import add_call, local, reminders, subscribe
from tests.world import World, open_world

NOON = local(2026, 3, 10, 12)  # a Tuesday
CLOSES_AT = local(2026, 3, 20, 17)
DAY_BEFORE = local(2026, 3, 19, 17)
MERGED = "another one's message told it as well"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


def labels(world: World, who: str = "ann") -> list[str]:
    return [key.button.label for key in world.last(who).keys]


def add_two(world: World, *, apart: timedelta, reminders: list[str]) -> None:
    """Two calls of which the second closes so much later."""
    add_call(world, CLOSES_AT, reminders=reminders)
    add_call(world, CLOSES_AT + apart, code="kitchen", reminders=reminders)
    with world.core.database.transaction() as session:
        kitchen = calls.find_call(session, code="kitchen")
        assert kitchen is not None
        kitchen.title = "Kitchens for all"


async def follow_both(world: World, who: str = "ann") -> None:
    await world.says(who, "/remind")
    await world.presses(who, "All of them")


def snoozed_until(world: World) -> datetime | None:
    with world.core.database.reading() as session:
        return session.scalars(select(Subscription.snoozed_until)).one()


# --- what somebody lacks -----------------------------------------------------------------------


async def test_it_says_what_is_missing_and_leads_there(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["7d", "1d"])
    await subscribe(world)
    await world.live_until(local(2026, 3, 13, 17))
    assert "7 days left</b> for Gardens together" in world.last("ann").text
    assert "Your idea isn't down yet" in world.last("ann").text
    assert labels(world) == ["Continue", "Tomorrow at 10am", "Stop these"]
    await world.says("ann", "/idea")
    for answer in (
        "I see that nobody goes out",
        "About forty people",
        "A walk and a brew every week",
    ):
        await world.says("ann", answer)
        world.clock.move_on(timedelta(seconds=5))
        await world.settle()
    await world.live_until(DAY_BEFORE)
    said = world.last("ann").text
    assert "1 day left" in said
    assert "Your idea has 3 of 9 answers. The rest takes about 12 minutes." in said
    await world.presses("ann", "Continue")
    assert "What gets better?" in world.last("ann").text


async def test_the_one_question_that_is_open_is_named(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        wording = {"met": "m", "unmet_text": "u", "fix": "f"}
        call.criteria = [
            {"fact": "applicant_who", "one_of": ["individual"], "unmet": "no", **wording},
            {"fact": "adult", "is": True, "unmet": "not_yet", **wording},
        ]
    await subscribe(world)
    await world.says("ann", "/eligibility")
    await world.presses("ann", "Just me")
    await world.live_until(DAY_BEFORE)
    assert "One question left to see if you can apply: <b>18 or over</b>" in world.last("ann").text


async def test_who_has_sent_theirs_in_hears_no_more(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    await subscribe(world, "bob")
    with world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel="preview", external_id="ann")
        call = calls.find_call(session, code="garden")
        assert call is not None
        lead = {"kind": "incubator", "applicant_kind": "individual", "reasons": [], "facts": {}}
        session.add(
            Lead(
                reference="LCR-SENT1",
                dedupe_key="x",
                chat_id=chat_id,
                call_id=call.id,
                consent_at=NOON,
                created_at=NOON,
                **lead,
            )
        )
    await world.live_until(CLOSES_AT)
    assert (reminders(world), len(reminders(world, "bob"))) == ([], 1)
    assert fates(world) == {
        ("1d", "dropped", "theirs has been sent in"): 1,
        ("1d", "sent", None): 1,
    }


async def test_stop_these_stops_these(world: World) -> None:
    add_two(world, apart=timedelta(days=5), reminders=["1d"])
    await follow_both(world)
    await world.live_until(DAY_BEFORE)
    await world.presses("ann", "Stop these")
    assert "I'll still remind you of: Kitchens for all" in world.last("ann").text
    await world.live_until(CLOSES_AT + timedelta(days=6))
    assert [moment.date() for moment in reminders(world)] == [
        DAY_BEFORE.date(),
        (DAY_BEFORE + timedelta(days=5)).date(),
    ]


# --- snoozing ----------------------------------------------------------------------------------


async def test_tomorrow_at_ten_is_one_more_at_ten(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["7d", "1d"])
    await subscribe(world)
    await world.live_until(local(2026, 3, 13, 17))
    await world.presses("ann", "Tomorrow at 10am")
    assert "10am on Saturday 14 March" in world.last("ann").text
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [
        local(2026, 3, 13, 17),
        local(2026, 3, 14, 10),
        local(2026, 3, 19, 17),
    ]
    assert snoozed_until(world) is None
    assert fates(world) == {
        ("7d", "sent", None): 1,
        ("snooze 2026-03-14T10:00", "sent", None): 1,
        ("1d", "sent", None): 1,
    }


async def test_an_old_button_means_the_day_after_the_press(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["7d"])
    await subscribe(world)
    await world.live_until(local(2026, 3, 13, 17))
    world.clock.move_to(local(2026, 3, 17, 11))
    await world.presses("ann", "Tomorrow at 10am")
    await world.live_until(CLOSES_AT)
    assert reminders(world)[1:] == [local(2026, 3, 18, 10)]
    await world.presses("ann", "Tomorrow at 10am")
    assert "has closed" in world.last("ann").text
    await world.presses("ann", "Continue")
    assert "has closed" in world.last("ann").text


async def test_a_snooze_survives_a_restart_and_a_deadline_that_moves(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path, at=NOON) as world:
        secret = world.core.settings.secret_key
        add_call(world, CLOSES_AT, reminders=["7d", "1d"])
        await subscribe(world)
        await world.says("ann", "remind me on saturday at 11")
        move_deadline(world, CLOSES_AT + timedelta(days=7))
        assert secret is not None
    with open_world(database_url, tmp_path, at=NOON, secret=secret.get_secret_value()) as world:
        await world.live_until(CLOSES_AT + timedelta(days=7))
        assert reminders(world) == [
            local(2026, 3, 14, 11),
            local(2026, 3, 20, 17),
            local(2026, 3, 26, 17),
        ]


async def test_a_snooze_waits_where_the_deadline_comes_before_it_and_moves_back(
    world: World,
) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    await world.says("ann", "remind me on wednesday at 11")
    await world.says("ann", "remind me on tuesday at 11")  # in place of the first
    move_deadline(world, local(2026, 3, 16, 17))
    await world.live_until(local(2026, 3, 16, 12))
    move_deadline(world, CLOSES_AT)
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [
        local(2026, 3, 15, 17),
        local(2026, 3, 17, 11),
        local(2026, 3, 19, 17),
    ]


async def test_a_snooze_is_dropped_when_the_call_closes_early(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    await world.says("ann", "remind me on saturday at 11")
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code="garden")
        assert call is not None
        calls.close_call_early(session, call, by=None, now=world.clock.now())
    await world.live_until(CLOSES_AT)
    assert reminders(world) == []
    assert fates(world)["snooze 2026-03-14T11:00", "skipped", "the call has closed"] == 1


async def test_stopping_takes_the_snooze_along(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    await world.says("ann", "remind me on saturday at 11")
    await world.says("ann", "stop reminding me")
    await subscribe(world)
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [DAY_BEFORE]


async def test_after_an_outage_a_snooze_and_the_plan_are_one(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["7d", "1d"])
    await subscribe(world)
    await world.says("ann", "remind me on saturday at 11")
    world.clock.move_to(local(2026, 3, 15, 12))
    await world.live_until(local(2026, 3, 15, 13))
    assert len(reminders(world)) == 1
    assert fates(world) == {
        ("7d", "sent", None): 1,
        ("snooze 2026-03-14T11:00", "skipped", "another was due as well"): 1,
    }
    assert snoozed_until(world) is None


async def test_a_chosen_time_of_day_counts_for_days_and_not_for_hours(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["2d", "2h"])
    await subscribe(world)
    await world.says("ann", "always at dinner time please")
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [local(2026, 3, 18, 12, 30), local(2026, 3, 20, 15)]


# --- never two within an hour ------------------------------------------------------------------


async def test_two_calls_that_close_together_are_told_in_one_message(world: World) -> None:
    add_two(world, apart=timedelta(), reminders=["1d"])
    await follow_both(world)
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [DAY_BEFORE]
    said = world.last("ann").text
    assert said.count("1 day left") == 2
    assert fates(world) == {("1d", "sent", None): 1, ("1d", "merged", MERGED): 1}


async def test_what_falls_due_within_the_hour_is_told_at_once_by_deadline(world: World) -> None:
    add_two(world, apart=timedelta(minutes=40), reminders=["1d"])
    await follow_both(world)
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [DAY_BEFORE]
    said = world.last("ann").text
    assert said.index("Gardens together") < said.index("Kitchens for all")
    assert fates(world) == {("1d", "sent", None): 1, ("1d", "merged", MERGED): 1}


async def test_what_is_over_an_hour_away_comes_by_itself(world: World) -> None:
    add_two(world, apart=APART + timedelta(minutes=1), reminders=["1d"])
    await follow_both(world)
    await world.live_until(CLOSES_AT)
    assert len(reminders(world)) == 2


async def test_what_nobody_could_foresee_waits_until_the_hour_is_over(world: World) -> None:
    add_two(world, apart=timedelta(days=2), reminders=["1d"])
    await subscribe(world)
    await world.live_until(local(2026, 3, 19, 17))
    world.clock.move_to(local(2026, 3, 19, 17, 10))
    await subscribe(world, title="Kitchens for all")
    move_deadline(world, local(2026, 3, 20, 17, 20), code="kitchen")
    await world.live_until(local(2026, 3, 19, 19))
    assert reminders(world) == [local(2026, 3, 19, 17), local(2026, 3, 19, 18)]


async def test_a_plan_to_the_minute_is_kept_to_the_minute(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["2h", "90m", "15m", "5m"])
    await subscribe(world)
    await world.live_until(CLOSES_AT)
    ends = CLOSES_AT - timedelta(hours=2)
    assert reminders(world) == [
        ends,
        CLOSES_AT - timedelta(minutes=15),
        CLOSES_AT - timedelta(minutes=5),
    ]
    assert fates(world)["90m", "merged", MERGED] == 1


async def test_a_moment_chosen_after_a_reminder_stands(world: World) -> None:
    add_call(world, CLOSES_AT, reminders=["1d"])
    await subscribe(world)
    await world.live_until(DAY_BEFORE)
    await world.says("ann", "remind me in 20 minutes")
    await world.live_until(CLOSES_AT)
    assert reminders(world) == [DAY_BEFORE, DAY_BEFORE + timedelta(minutes=20)]


async def test_a_message_that_is_tried_again_still_tells_of_both(world: World) -> None:
    add_two(world, apart=timedelta(minutes=40), reminders=["1d"])
    await follow_both(world)
    world.clock.move_to(DAY_BEFORE)
    world.sender.troubles = [TryLaterError(30)]
    await world.live_until(DAY_BEFORE + timedelta(hours=2))
    assert len(reminders(world)) == 1
    assert "Kitchens for all" in world.last("ann").text


async def test_what_a_refused_message_was_to_tell_goes_by_itself(world: World) -> None:
    add_two(world, apart=timedelta(minutes=40), reminders=["1d"])
    await follow_both(world)
    world.clock.move_to(DAY_BEFORE)
    world.sender.troubles = [RefusedError("bad text")]
    await world.live_until(DAY_BEFORE + timedelta(hours=2))
    assert len(reminders(world)) == 1
    assert fates(world) == {("1d", "failed", "bad text"): 1, ("1d", "sent", None): 1}


async def test_merging_keeps_every_book(world: World) -> None:
    """Whatever was merged, each reminder has one fate and no row waits for ever."""
    add_two(world, apart=timedelta(minutes=30), reminders=["7d", "1d", "2h"])
    gather(world, 20)
    await follow_both(world)
    await world.live_until(CLOSES_AT + timedelta(hours=2))
    with world.core.database.reading() as session:
        waiting = select(func.count()).where(OutboxRow.state.in_(("waiting", "leased")))
        assert session.scalar(waiting) == 0
        assert session.scalar(select(func.count(Call.id))) == 2
    assert {state for _offset, state, _reason in fates(world)} == {"sent", "merged"}
    moments = reminders(world)
    assert all(later - sooner >= APART for sooner, later in pairwise(moments))
