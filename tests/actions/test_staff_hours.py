"""The team's hours: laws that hold at any instant, also where the clock changes or a holiday is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from actions.staff_hours import StaffHours

ZONE = ZoneInfo("Europe/London")
WEEK = {day: "09:00-17:00" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
OFFICE = StaffHours(ZONE, WEEK, "GB-ENG")
NIGHTS = StaffHours(ZONE, {"sunday": "00:30-02:30", "saturday": "22:00-23:59"}, "GB-ENG")
ALWAYS = StaffHours(ZONE)

teams = st.sampled_from([OFFICE, NIGHTS, ALWAYS, StaffHours(ZONE, {}, "GB-ENG")])
instants = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)
) | st.datetimes(
    datetime(2026, 3, 28, 20), datetime(2026, 3, 29, 6), timezones=st.just(UTC)
)  # the clocks go forward
minutes = st.integers(0, 2000)


def at(*when: int) -> datetime:
    """A moment by the clock in London."""
    return datetime(*when, tzinfo=ZONE).astimezone(UTC)  # type: ignore[misc, arg-type]


@given(teams, instants)
def test_the_next_open_instant_is_open_and_none_before_it_is(
    team: StaffHours, now: datetime
) -> None:
    opens = team.open_from(now)
    assert opens >= now
    assert team.are_open(opens)
    assert team.open_from(opens) == opens
    between = now + (opens - now) / 2
    assert opens == now or team.open_from(between) == opens


@given(teams, instants, minutes, minutes)
def test_minutes_add_up(team: StaffHours, now: datetime, some: int, more: int) -> None:
    assert team.after(team.after(now, some), more) == team.after(now, some + more)


@given(teams, instants, minutes)
def test_no_less_time_passes_than_was_counted(team: StaffHours, now: datetime, some: int) -> None:
    end = team.after(now, some)
    assert end >= team.open_from(now) + timedelta(minutes=some) or some == 0
    assert team.after(now, some + 1) > end
    assert team.are_open(end - timedelta(microseconds=1)) or some == 0


@given(instants, minutes)
def test_where_somebody_is_always_there_minutes_are_minutes(now: datetime, some: int) -> None:
    assert ALWAYS.are_open(now)
    assert ALWAYS.after(now, some) == now + timedelta(minutes=some)


def test_an_answer_goes_over_the_weekend_and_a_holiday() -> None:
    friday = at(2026, 4, 2, 16, 30)  # a Thursday: Good Friday and Easter Monday follow
    assert OFFICE.after(friday, 60) == at(2026, 4, 7, 9, 30)
    assert OFFICE.open_from(at(2026, 4, 3, 12)) == at(2026, 4, 7, 9)
    assert not OFFICE.are_open(at(2026, 4, 6, 12))


def test_five_is_the_end_and_nine_the_beginning() -> None:
    assert OFFICE.are_open(at(2026, 6, 1, 9))
    assert not OFFICE.are_open(at(2026, 6, 1, 17))
    assert OFFICE.after(at(2026, 6, 1, 16), 60) == at(2026, 6, 1, 17)


def test_the_night_on_which_the_clocks_go_forward_is_an_hour_shorter() -> None:
    assert NIGHTS.after(at(2026, 3, 29, 0, 30), 60) == at(2026, 3, 29, 2, 30)
