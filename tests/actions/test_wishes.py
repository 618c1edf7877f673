"""When people want to be reminded, in their own words: the words are the content's."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actions.wishes import Wishes, instant_at, read_wishes
from dialogues.loader import load
from dialogues.programme import Moments

UK = ZoneInfo("Europe/London")
MONDAY_NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)
MOMENTS = load(Path(__file__).parents[2] / "dialogues").programme.moments


def heard(text: str, now: datetime = MONDAY_NOON, moments: Moments = MOMENTS) -> Wishes:
    return read_wishes(text, now=now, zone=UK, moments=moments)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("nudge me friday dinner time", "2026-06-05 12:30"),
        ("Remind me tomorrow at 10", "2026-06-02 10:00"),
        ("tomoz", "2026-06-02 10:00"),
        ("give us a shout tomorrow night", "2026-06-02 18:30"),
        ("at 5.30pm on Thursday", "2026-06-04 17:30"),
        ("monday at 9", "2026-06-08 09:00"),  # nine has gone by today
        ("monday at 1", "2026-06-01 13:00"),
        ("at tea time", "2026-06-01 17:00"),
        ("in the morning, at 9am tomorrow", "2026-06-02 09:00"),
        ("at 9am", "2026-06-02 09:00"),
        ("17:45", "2026-06-01 17:45"),
        ("at 12am on friday", "2026-06-05 00:00"),
        ("at 12 on friday", "2026-06-05 12:00"),
        ("in half an hour", "2026-06-01 12:30"),
        ("in 2 hours", "2026-06-01 14:00"),
        ("in a couple of days", "2026-06-03 12:00"),
        ("in a fortnight", "2026-06-15 12:00"),
        ("today at 9am", "2026-06-01 09:00"),  # it is for others to say that this is past
    ],
)
def test_a_moment(said: str, at: str) -> None:
    wishes = heard(said)
    assert wishes.at is not None
    assert f"{wishes.at.astimezone(UK):%Y-%m-%d %H:%M}" == at
    assert not wishes.is_habit


@pytest.mark.parametrize(
    ("said", "offsets"),
    [
        ("remind me every week", ("28d", "21d", "14d", "7d", "1d")),
        ("only remind me the day before", ("1d",)),
        ("a week before", ("7d",)),
        ("remind me a fortnight before", ("14d",)),
        ("3 days before it closes", ("3d",)),
        ("two hours before", ("2h",)),
        ("as usual", ()),
    ],
)
def test_how_often(said: str, offsets: tuple[str, ...]) -> None:
    assert heard(said) == Wishes(offsets=offsets)


@pytest.mark.parametrize(
    ("said", "clock"),
    [
        ("always at tea time", "17:00"),
        ("mornings", "10:00"),
        ("dinner time instead", "12:30"),
        ("always at 4pm", "16:00"),
    ],
)
def test_what_time_of_day(said: str, clock: str) -> None:
    assert heard(said) == Wishes(at_clock=clock)


def test_several_wishes_at_once() -> None:
    assert heard("3 days before at dinner time") == Wishes(offsets=("3d",), at_clock="12:30")
    assert heard("every week but not in the mornings") == Wishes(
        offsets=("28d", "21d", "14d", "7d", "1d"), not_at="morning"
    )


@pytest.mark.parametrize(
    "said", ["remind me", "about the ageing call", "there are 3 of us", "at 25 past", "", "?!"]
)
def test_nothing_of_it(said: str) -> None:
    assert heard(said) == Wishes()


def test_without_words_of_its_own_a_programme_hears_nothing() -> None:
    assert heard("friday dinner time every week in 2 hours", moments=Moments()) == Wishes()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.sampled_from([*MOMENTS.days]))  # noqa: DTZ001
def test_a_named_day_is_the_next_of_that_name(naive: datetime, day: str) -> None:
    now = naive.replace(tzinfo=UTC)
    at = heard(f"{MOMENTS.days[day][0]} at 3pm", now).at
    assert at is not None
    local, today = at.astimezone(UK), now.astimezone(UK)
    assert local.time() == time(15)
    if day in ("today", "tomorrow"):
        assert (local.date() - today.date()).days == (day == "tomorrow")
    else:
        assert f"{local:%A}".lower() == day
        assert timedelta() < at - now <= timedelta(days=7, hours=1)


@settings(deadline=None)
@given(st.text(max_size=80), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001
def test_whatever_is_said_is_taken(said: str, naive: datetime) -> None:
    heard(said, naive.replace(tzinfo=UTC))


def test_a_time_that_the_clocks_skip_is_as_much_later() -> None:
    at = instant_at(datetime(2026, 3, 29).date(), time(1, 30), UK)  # noqa: DTZ001
    assert f"{at.astimezone(UK):%H:%M}" == "02:30"
