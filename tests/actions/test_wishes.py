"""When people want to be reminded, in their own words: the words are the content's."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.times.deadlines import parse_offset
from actions.times.planning import nearest_allowed
from actions.times.quiet_hours import is_allowed
from actions.times.wishes import Wishes, instant_at, read_wishes
from dialogues.programme import Moments
from tests.reading import read_once

UK = ZoneInfo("Europe/London")
MONDAY_NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)
PROGRAMME = read_once(Path(__file__).parents[2] / "dialogues").content.programme
MOMENTS = PROGRAMME.moments


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
        ("half ten", "2026-06-02 10:30"),
        ("half past six", "2026-06-01 18:30"),
        ("quarter to six", "2026-06-01 17:45"),
        ("friday at ten to 3", "2026-06-05 14:50"),
        ("at seven on friday", "2026-06-05 19:00"),
        ("at 7 tonight", "2026-06-01 19:00"),
        ("at 8 tonight", "2026-06-01 20:00"),
        ("tomorrow morning at 7", "2026-06-02 07:00"),
        ("friday at 07:30", "2026-06-05 07:30"),
        ("in 3 days, at 25 past", "2026-06-04 12:00"),
        ("a week on tuesday at tea time", "2026-06-09 17:00"),
        ("tuesday week", "2026-06-09 10:00"),
        ("friday week at half ten", "2026-06-12 10:30"),
        ("a week on friday", "2026-06-12 10:00"),
        ("a fortnight on friday", "2026-06-19 10:00"),
        ("2 weeks on wednesday, dinner time", "2026-06-17 12:30"),
        ("in a week on tuesday", "2026-06-09 10:00"),
        ("a week today", "2026-06-08 10:00"),
        ("a week from tomorrow at 3", "2026-06-09 15:00"),
        ("a week on monday at 9", "2026-06-08 09:00"),  # it is Monday
        ("friday next week", "2026-06-12 10:00"),
        ("next week on tuesday at 4pm", "2026-06-09 16:00"),
        ("next week", "2026-06-08 10:00"),
        ("in 2 hours today", "2026-06-01 14:00"),
        ("on the 3rd", "2026-06-03 10:00"),
        ("on the 1st", "2026-07-01 10:00"),  # ten has gone by today
        ("on the 1st at 3", "2026-06-01 15:00"),
        ("on the 31st", "2026-07-31 10:00"),  # June has none
        ("the 3rd of december", "2026-12-03 10:00"),
        ("December the 3rd at half past six", "2026-12-03 18:30"),
        ("3 dec at 4pm", "2026-12-03 16:00"),
        ("dec 3 at 10 am", "2026-12-03 10:00"),
        ("the 2nd of may", "2027-05-02 10:00"),
        ("29 feb", "2028-02-29 10:00"),
        ("today at 9am", "2026-06-01 09:00"),  # it is for others to say that this is past
    ],
)
def test_a_moment(said: str, at: str) -> None:
    wishes = heard(said)
    assert wishes.at is not None
    assert f"{wishes.at.astimezone(UK):%Y-%m-%d %H:%M}" == at
    assert not wishes.is_habit


@pytest.mark.parametrize(
    ("said", "names_day"),
    [
        ("friday", True),
        ("tuesday week", True),
        ("in 2 hours", True),
        ("at 4pm", False),
        ("tea", False),
    ],
)
def test_whether_it_names_a_day_or_only_a_time(said: str, names_day: bool) -> None:
    assert heard(said).names_day is names_day


@pytest.mark.parametrize(
    ("said", "offsets"),
    [
        ("remind me every week", ("28d", "21d", "14d", "7d", "1d")),
        ("only remind me the day before", ("1d",)),
        ("a week before", ("7d",)),
        ("remind me a fortnight before", ("14d",)),
        ("3 days before it closes", ("3d",)),
        ("two hours before", ("2h",)),
        ("2 weeks before", ("14d",)),
        ("half an hour before", ("30m",)),
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
    "said",
    [
        "remind me",
        "about the ageing call",
        "dont bother me no more",
        "there are 3 of us",
        "at 25 past",
        "",
        "?!",
        "about one of the calls",
        "30th of february",
        "0 days before",
        "999 weeks before",
        "i may do 3 things",
        "at 31:00",
        "at 24",
    ],
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


DAYS_OF_MONTHS = [f"{day} {month}" for month in MOMENTS.months for day in range(1, 29)]
ENDS_OF_DAYS = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}
INSTANTS = st.datetimes(
    datetime(2026, 1, 1),  # noqa: DTZ001
    datetime(2027, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


@given(INSTANTS, st.sampled_from(DAYS_OF_MONTHS))
def test_a_date_is_the_next_of_its_name(now: datetime, said: str) -> None:
    at = heard(f"{said} at 3pm", now).at
    assert at is not None
    local = at.astimezone(UK)
    assert f"{local.day} {local:%B}".lower() == said
    assert local.time() == time(15)
    assert timedelta() < at - now <= timedelta(days=366, hours=1)


@given(INSTANTS, st.integers(1, 31))
def test_a_day_of_the_month_is_the_next_that_there_is(now: datetime, day: int) -> None:
    at = heard(f"on the {day}{ENDS_OF_DAYS.get(day, 'th')}", now).at
    assert at is not None
    assert at.astimezone(UK).day == day
    assert timedelta() < at - now <= timedelta(days=62, hours=1)


SAID = st.sampled_from(
    [
        "half ten",
        "half past six",
        "quarter to 12",
        "at 3",
        "at 11pm",
        "07:15",
        "at 9",
        "at seven",
        "in the morning",
        "tonight",
        "in 5 minutes",
        "in a fortnight",
        "",
    ]
)
DAYS_SAID = st.sampled_from(["", "on the 3rd", "the 31st of december", "friday", "tomorrow"])


@given(INSTANTS, SAID, DAYS_SAID, st.integers(1, 60 * 24 * 400))
def test_a_promised_moment_is_never_past_nor_at_night(
    now: datetime, said: str, day: str, minutes: int
) -> None:
    wanted, ends_at = heard(f"{day} {said}", now).at, now + timedelta(minutes=minutes)
    if wanted is None or wanted <= now:
        return  # they are told that it is past
    at = nearest_allowed(wanted, programme=PROGRAMME, now=now, ends_at=ends_at)
    if at is not None:
        assert now < at < ends_at
        assert is_allowed(at, zone=UK, quiet=PROGRAMME.quiet_hours)
        assert abs(at - wanted) <= timedelta(hours=14) or at < wanted


@given(st.integers(0, 2000), st.sampled_from([*MOMENTS.numbers]), st.sampled_from([*MOMENTS.units]))
def test_whatever_time_before_is_heard_can_be_planned(number: int, word: str, unit: str) -> None:
    for count in (str(number), word):
        for offset in heard(f"{count} {MOMENTS.units[unit][0]} before").offsets or ():
            assert parse_offset(offset)


@given(st.text(max_size=80), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))  # noqa: DTZ001
def test_whatever_is_said_is_taken(said: str, naive: datetime) -> None:
    heard(said, naive.replace(tzinfo=UTC))


def test_a_time_that_the_clocks_skip_is_as_much_later() -> None:
    at = instant_at(datetime(2026, 3, 29).date(), time(1, 30), UK)  # noqa: DTZ001
    assert f"{at.astimezone(UK):%H:%M}" == "02:30"
