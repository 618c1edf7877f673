"""The team's hours: laws that hold at any instant, also where the clock changes or a holiday is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from actions.times.staff_hours import StaffHours
from dialogues.moments.days import WEEKDAYS

ZONE = ZoneInfo("Europe/London")
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
OFFICE = StaffHours(ZONE, WEEK, "GB-ENG")
NIGHTS = StaffHours(ZONE, {"sunday": "00:30-02:30", "saturday": "22:00-23:59"}, "GB-ENG")
ALWAYS = StaffHours(ZONE)

teams = st.sampled_from([OFFICE, NIGHTS, ALWAYS, StaffHours(ZONE, {}, "GB-ENG")])


def some(begin: date, end: date) -> st.SearchStrategy[datetime]:
    """Instants between two days."""
    seconds = int((end - begin) / timedelta(seconds=1))
    start = datetime.combine(begin, time(), UTC)
    return st.integers(0, seconds).map(lambda it: start + timedelta(seconds=it))


CLOCKS_GO_FORWARD = date(2026, 3, 29)
instants = some(date(2026, 1, 1), date(2027, 12, 31)) | some(
    CLOCKS_GO_FORWARD - timedelta(days=1), CLOCKS_GO_FORWARD + timedelta(days=1)
)
minutes = st.integers(0, 2000)
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
clocks = st.times().map(lambda it: f"{it:%H:%M}")
weeks = st.sets(st.sampled_from(WEEKDAYS)).map(
    lambda theirs: StaffHours(ZONE, dict.fromkeys(theirs, "09:00-17:00"), "GB-ENG")
)


def at(*when: int) -> datetime:
    """A moment by the clock in London."""
    year, month, day, hour, minute = (*when, 0, 0)[:5]
    return datetime(year, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


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
def test_minutes_add_up(team: StaffHours, now: datetime, first: int, more: int) -> None:
    assert team.after(team.after(now, first), more) == team.after(now, first + more)


@given(teams, instants, minutes)
def test_no_less_time_passes_than_was_counted(team: StaffHours, now: datetime, count: int) -> None:
    end = team.after(now, count)
    assert end >= team.open_from(now) + timedelta(minutes=count) or count == 0
    assert team.after(now, count + 1) > end
    assert team.are_open(end - timedelta(microseconds=1)) or count == 0


@given(instants, minutes)
def test_where_somebody_is_always_there_minutes_are_minutes(now: datetime, count: int) -> None:
    assert ALWAYS.are_open(now)
    assert ALWAYS.after(now, count) == now + timedelta(minutes=count)


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


@given(weeks, days, clocks)
def test_each_day_of_the_team_has_one_morning(team: StaffHours, after: date, clock: str) -> None:
    """Also where the clocks change: in order, none left out, each within its own day."""
    found = [it for it, _n in zip(team.days_after(after), range(20), strict=False)]
    assert found == sorted(set(found))
    if found:
        between = [after + timedelta(days=n) for n in range(1, (found[-1] - after).days + 1)]
        assert found == [it for it in between if team.are_on(it)]
    mornings = [team.instant(day, clock) for day in found]
    assert mornings == sorted(set(mornings))
    assert [it.astimezone(ZONE).date() for it in mornings] == found


@given(weeks, days)
def test_a_week_has_at_most_one_first_day(team: StaffHours, day: date) -> None:
    monday = day - timedelta(days=day.weekday())
    week = [monday + timedelta(days=number) for number in range(7)]
    worked = [it for it in week if team.are_on(it)]
    assert [it for it in worked if team.is_first_of_week(it)] == worked[:1]
