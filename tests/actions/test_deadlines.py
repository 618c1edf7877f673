"""When reminders fall due: laws for any deadline, and the nights when the clocks change."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from actions.times.deadlines import Schedule, Step, parse_offset, step
from actions.times.quiet_hours import allowed_from, allowed_until, is_allowed, parse_quiet_hours
from actions.times.working_days import is_working_day
from storage.reminders import Entry

UK = ZoneInfo("Europe/London")
ZONES = [
    UK,
    ZoneInfo("America/New_York"),
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kolkata"),
]
OFFSETS = ["14d", "7d", "2d", "1d", "2h"]
NIGHT = "20:00-09:00"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
CLOCK_CHANGES = [datetime(2026, 3, 29), datetime(2026, 10, 25), datetime(2027, 3, 28)]  # noqa: DTZ001


def uk(text: str, fold: int = 0) -> datetime:
    """An instant by its British wall clock."""
    return datetime.fromisoformat(text).replace(tzinfo=UK, fold=fold).astimezone(UTC)


def wall(instant: datetime) -> str:
    """The British wall clock at an instant."""
    return f"{instant.astimezone(UK):%Y-%m-%d %H:%M}"


def plan(
    closes_at: datetime, offsets: list[str], *, zone: ZoneInfo, quiet: str, after: datetime
) -> list[Entry]:
    return Schedule(closes_at, tuple(offsets), zone, quiet).plan(after=after)


def reminder_times(
    closes_at: datetime, offsets: list[str], zone: ZoneInfo, quiet: str, after: datetime
) -> list[tuple[str, datetime]]:
    """What is left to be sent: each offset with its moment in UTC, by time."""
    entries = plan(closes_at, offsets, zone=zone, quiet=quiet, after=after)
    return [(entry.offset, entry.due_at) for entry in entries if entry.skipped is None]


@st.composite
def quiet_hours(draw: st.DrawFn) -> str:
    start, end = draw(st.lists(st.integers(0, 1439), min_size=2, max_size=2, unique=True))
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in (start, end))


@st.composite
def near_a_clock_change(draw: st.DrawFn) -> datetime:
    around = draw(st.sampled_from(CLOCK_CHANGES)).replace(tzinfo=UTC)
    return around + timedelta(minutes=draw(st.integers(-3 * 1440, 16 * 1440)))


instants = st.one_of(
    near_a_clock_change(),
    st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001
        lambda naive: naive.replace(second=0, microsecond=0, tzinfo=UTC)
    ),
)
offsets = st.lists(
    st.one_of(
        st.integers(1, 20).map("{}d".format),
        st.integers(1, 15).map("{}wd".format),
        st.integers(1, 20).map("{}d@wd".format),
        st.integers(1, 72).map("{}h".format),
        st.integers(1, 200).map("{}m".format),
        st.tuples(st.integers(1, 3), st.integers(1, 30)).map(lambda pair: "{}d{}h".format(*pair)),
    ),
    max_size=8,
)
quiets = st.one_of(st.just("off"), st.just(NIGHT), quiet_hours())


@given(instants, offsets, st.sampled_from(ZONES), quiets, st.integers(0, 20 * 1440))
def test_what_is_sent_is_allowed_before_the_deadline_and_still_to_come(
    closes_at: datetime, chosen: list[str], zone: ZoneInfo, quiet: str, minutes_before: int
) -> None:
    after = closes_at - timedelta(minutes=minutes_before, seconds=1)
    times = reminder_times(closes_at, chosen, zone, quiet, after)
    for _offset, due_at in times:
        assert after < due_at < closes_at
        assert is_allowed(due_at, zone=zone, quiet=quiet)
        assert (due_at.second, due_at.microsecond) == (0, 0)
    moments = [due_at for _offset, due_at in times]
    assert moments == sorted(set(moments))


@given(instants, offsets, st.sampled_from(ZONES), quiets, instants)
def test_every_offset_is_sent_or_says_why_not_in_the_order_of_time(
    closes_at: datetime, chosen: list[str], zone: ZoneInfo, quiet: str, after: datetime
) -> None:
    entries = plan(closes_at, chosen, zone=zone, quiet=quiet, after=after)
    meant = [parse_offset(entry.offset).before(closes_at, zone, country="") for entry in entries]
    assert meant == sorted(meant)
    assert {entry.offset for entry in entries} == set(chosen)


@given(instants, offsets, st.sampled_from(ZONES))
def test_without_quiet_hours_nothing_moves(
    closes_at: datetime, chosen: list[str], zone: ZoneInfo
) -> None:
    for entry in plan(closes_at, chosen, zone=zone, quiet="off", after=LONG_AGO):
        assert entry.due_at == parse_offset(entry.offset).before(closes_at, zone, country="")


@given(instants, st.sampled_from(ZONES), quiet_hours())
@example(datetime(2026, 10, 25, 0, 1, tzinfo=UTC), UK, "01:01-00:00")  # 01:00 comes once more
def test_moving_finds_the_nearest_allowed_minute(
    instant: datetime, zone: ZoneInfo, quiet: str
) -> None:
    later = allowed_from(instant, zone=zone, quiet=quiet)
    earlier = allowed_until(instant, zone=zone, quiet=quiet)
    assert earlier <= instant <= later
    if is_allowed(instant, zone=zone, quiet=quiet):
        assert earlier == later == instant
        return
    steps = (later - earlier) // timedelta(minutes=1)
    between = (earlier + timedelta(minutes=step) for step in range(1, steps))
    assert not any(is_allowed(moment, zone=zone, quiet=quiet) for moment in between)
    assert is_allowed(later, zone=zone, quiet=quiet)
    assert is_allowed(earlier, zone=zone, quiet=quiet)


@given(near_a_clock_change(), st.integers(1, 14))
def test_days_keep_the_time_of_day(closes_at: datetime, days: int) -> None:
    before = parse_offset(f"{days}d").before(closes_at, UK, country="")
    local, wanted = before.astimezone(UK), closes_at.astimezone(UK)
    assert (wanted.date() - local.date()).days == days
    skipped = time(1) <= wanted.time() < time(2)
    assert local.time() == wanted.time() or skipped


@given(instants, st.integers(1, 30), st.sampled_from(["", "GB-ENG", "US"]))
def test_working_days_count_back_over_weekends_and_holidays(
    closes_at: datetime, count: int, country: str
) -> None:
    before = parse_offset(f"{count}wd").before(closes_at, UK, country=country)
    first, last = before.astimezone(UK).date(), closes_at.astimezone(UK).date()
    between = [first + timedelta(days=number) for number in range((last - first).days)]
    assert is_working_day(first, country)
    assert sum(is_working_day(day, country) for day in between) == count


@given(instants, st.integers(1, 30), st.sampled_from(["", "GB-ENG", "US"]))
def test_a_day_that_is_not_worked_gives_way_to_the_working_day_before(
    closes_at: datetime, days: int, country: str
) -> None:
    plain, moved = (
        parse_offset(text).before(closes_at, UK, country=country).astimezone(UK).date()
        for text in (f"{days}d", f"{days}d@wd")
    )
    assert is_working_day(moved, country)
    skipped = [moved + timedelta(days=number) for number in range(1, (plain - moved).days + 1)]
    assert not any(is_working_day(day, country) for day in skipped)


@given(near_a_clock_change(), st.integers(1, 14), st.sampled_from(["wd", "d@wd"]))
def test_working_days_keep_the_time_of_day(closes_at: datetime, days: int, worked: str) -> None:
    before = parse_offset(f"{days}{worked}").before(closes_at, UK, country="GB-ENG")
    assert before.astimezone(UK).time() == closes_at.astimezone(UK).time()


@pytest.mark.parametrize(
    ("closes", "offset", "due"),
    [
        ("2026-04-10 17:00", "5wd", "2026-04-01 17:00"),  # over Good Friday and Easter Monday
        ("2026-04-13 12:00", "7d@wd", "2026-04-02 12:00"),  # a week before is Easter Monday
        ("2026-04-14 12:00", "7d@wd", "2026-04-07 12:00"),
        ("2026-12-29 12:00", "1wd", "2026-12-24 12:00"),  # Boxing Day was a Saturday
        ("2026-03-31 12:00", "2wd", "2026-03-27 12:00"),  # over the spring change, still noon
        ("2026-10-26 12:00", "1wd2h", "2026-10-23 10:00"),
    ],
)
def test_over_weekends_and_bank_holidays(closes: str, offset: str, due: str) -> None:
    schedule = Schedule(uk(closes), (offset,), UK, NIGHT, country="GB-ENG")
    [entry] = schedule.plan(after=LONG_AGO)
    assert (wall(entry.due_at), entry.skipped) == (due, None)


@pytest.mark.parametrize(
    ("closes", "offset", "due"),
    [
        ("2026-04-02 12:00", "7d", "2026-03-26 12:00"),  # over the spring change, still noon
        ("2026-03-29 12:00", "1d", "2026-03-28 12:00"),
        ("2026-03-29 12:00", "24h", "2026-03-28 11:00"),  # elapsed hours are hours
        ("2026-10-25 12:00", "1d", "2026-10-24 12:00"),
        ("2026-10-25 12:00", "24h", "2026-10-24 13:00"),
        ("2026-10-31 17:00", "14d", "2026-10-17 17:00"),
        ("2027-03-28 17:00", "2h", "2027-03-28 15:00"),
        ("2027-04-03 17:00", "14d", "2027-03-20 17:00"),
    ],
)
def test_over_the_clock_changes(closes: str, offset: str, due: str) -> None:
    [(_offset, due_at)] = reminder_times(uk(closes), [offset], UK, NIGHT, LONG_AGO)
    assert wall(due_at) == due


def test_a_day_before_may_be_a_time_that_the_clocks_skip() -> None:
    [(_offset, due_at)] = reminder_times(uk("2026-03-30 01:30"), ["1d"], UK, "off", LONG_AGO)
    assert wall(due_at) == "2026-03-29 02:30"


def test_a_day_before_may_be_a_time_that_comes_twice() -> None:
    [(_offset, due_at)] = reminder_times(uk("2026-10-26 01:30"), ["1d"], UK, "off", LONG_AGO)
    assert due_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_deadline_in_the_hour_that_comes_twice() -> None:
    second = uk("2026-10-25 01:30", fold=1)
    times = reminder_times(second, ["1d", "1h", "30m"], UK, "off", LONG_AGO)
    assert [due_at for _offset, due_at in times] == [
        datetime(2026, 10, 24, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    ]


def test_at_night_it_moves_to_the_evening_before() -> None:
    times = reminder_times(uk("2026-03-30 09:00"), ["2h"], UK, NIGHT, LONG_AGO)
    assert [wall(due_at) for _offset, due_at in times] == ["2026-03-29 19:59"]


def test_the_quiet_hours_hold_their_first_minute_and_not_their_last() -> None:
    quiet = {"zone": UK, "quiet": NIGHT}
    assert is_allowed(uk("2026-03-02 19:59"), **quiet)
    assert not is_allowed(uk("2026-03-02 20:00"), **quiet)
    assert not is_allowed(uk("2026-03-03 08:59"), **quiet)
    assert is_allowed(uk("2026-03-03 09:00"), **quiet)


def test_when_the_evening_before_is_past_it_moves_to_the_morning() -> None:
    closes_at, after = uk("2026-03-30 09:30"), uk("2026-03-29 22:00")
    assert reminder_times(closes_at, ["2h"], UK, NIGHT, after) == [("2h", uk("2026-03-30 09:00"))]


def test_when_the_morning_is_too_late_it_is_skipped() -> None:
    closes_at, after = uk("2026-03-30 09:00"), uk("2026-03-29 22:00")
    [entry] = plan(closes_at, ["2h"], zone=UK, quiet=NIGHT, after=after)
    assert entry.skipped == "no allowed moment is left before the deadline"


def test_what_is_over_is_skipped() -> None:
    closes_at = uk("2026-04-17 17:00")
    entries = plan(closes_at, OFFSETS, zone=UK, quiet=NIGHT, after=uk("2026-04-15 18:00"))
    assert [(entry.offset, entry.skipped) for entry in entries] == [
        ("14d", "its time had passed"),
        ("7d", "its time had passed"),
        ("2d", "its time had passed"),
        ("1d", None),
        ("2h", None),
    ]


def test_two_at_the_same_moment_become_one() -> None:
    entries = plan(
        uk("2026-03-31 08:00"), ["3h", "10m", "2h"], zone=UK, quiet=NIGHT, after=LONG_AGO
    )
    assert [(entry.offset, entry.skipped) for entry in entries] == [
        ("3h", "it falls together with 2h"),
        ("2h", "it falls together with 10m"),
        ("10m", None),
    ]
    assert {wall(entry.due_at) for entry in entries} == {"2026-03-30 19:59"}


def test_minutes_before_a_deadline_by_day() -> None:
    times = reminder_times(uk("2026-03-02 17:00"), ["15m", "2m"], UK, NIGHT, uk("2026-03-02 16:50"))
    assert times == [("2m", uk("2026-03-02 16:58"))]


clocks = st.none() | st.times().map(lambda it: it.replace(second=0, microsecond=0, fold=0))
schedules = st.builds(
    Schedule, instants, offsets.map(tuple), st.sampled_from(ZONES), quiets, clocks
)


@given(schedules, st.integers(0, 20 * 1440))
def test_one_after_the_other_gives_what_was_planned_at_once(
    schedule: Schedule, minutes_before: int
) -> None:
    """Each next reminder is computed when the one before has gone: none comes twice or is lost."""
    after = schedule.closes_at - timedelta(minutes=minutes_before, seconds=1)
    planned = [it for it in schedule.plan(after=after) if it.skipped is None]
    assert schedule.ahead(schedule.first(after=after)) == planned
    gone: list[Entry] = []
    upcoming = schedule.first(after=after)
    while upcoming is not None:
        settled = step(schedule, upcoming, now=upcoming.due_at)
        assert (settled.goes, settled.skipped) == (upcoming, ())
        gone.append(upcoming)
        upcoming = settled.upcoming
    assert gone == planned


@given(instants, offsets, st.sampled_from(ZONES), quiets, st.integers(0, 20 * 1440))
def test_after_an_outage_each_overdue_one_goes_or_says_why(
    closes_at: datetime, chosen: list[str], zone: ZoneInfo, quiet: str, minutes_before: int
) -> None:
    schedule = Schedule(closes_at, tuple(chosen), zone, quiet)
    first = schedule.first(after=LONG_AGO)
    if first is None:
        return
    now = max(closes_at - timedelta(minutes=minutes_before), first.due_at)
    settled = step(schedule, first, now=now)
    overdue = [it for it in schedule.ahead(first) if it.due_at <= now]
    goes = [settled.goes.offset] if settled.goes else []
    told = [*(it.offset for it in settled.skipped), *goes]
    assert told[: len(overdue)] == [it.offset for it in overdue]
    assert all(it.skipped for it in settled.skipped)
    if settled.upcoming is not None:
        assert settled.upcoming.due_at > now
        assert settled.upcoming.offset not in told


def settled_at(now: str, *offsets: str) -> Step:
    """What becomes of a plan for 5pm on 17 April of which nothing has gone out by now."""
    schedule = Schedule(uk("2026-04-17 17:00"), offsets, UK, NIGHT)
    first = schedule.first(after=LONG_AGO)
    assert first is not None
    return step(schedule, first, now=uk(now))


def test_of_several_overdue_the_last_says_it_all() -> None:
    settled = settled_at("2026-04-16 18:00", "14d", "7d", "1d", "2h")
    assert settled.goes == Entry("1d", uk("2026-04-16 17:00"))
    assert [(it.offset, it.skipped) for it in settled.skipped] == [
        ("14d", "a later one was due as well"),
        ("7d", "a later one was due as well"),
    ]
    assert settled.upcoming == Entry("2h", uk("2026-04-17 15:00"))


def test_what_would_come_in_the_morning_beside_another_is_one() -> None:
    settled = settled_at("2026-04-16 23:00", "1d", "8h")
    assert settled.goes is not None
    assert (settled.goes.offset, settled.upcoming) == ("8h", None)


def test_after_the_deadline_nothing_goes() -> None:
    settled = settled_at("2026-04-17 17:00", "1d", "2h")
    assert settled.goes is None
    assert [(it.offset, it.skipped) for it in settled.skipped] == [
        ("1d", "a later one was due as well"),
        ("2h", "no allowed moment is left"),
    ]
    assert settled.upcoming is None


def test_whole_days_may_have_a_time_of_day_of_their_own() -> None:
    schedule = Schedule(uk("2026-04-17 12:00"), ("7d", "1d", "2h"), UK, NIGHT, time(18, 30))
    assert [wall(it.due_at) for it in schedule.plan(after=LONG_AGO)] == [
        "2026-04-10 18:30",
        "2026-04-16 18:30",
        "2026-04-17 10:00",
    ]


def test_which_one_was_before() -> None:
    schedule = Schedule(uk("2026-04-17 17:00"), ("7d", "1d", "2h"), UK, NIGHT)
    first, second, _third = schedule.plan(after=LONG_AGO)
    assert schedule.previous_due_at(second) == first.due_at
    assert schedule.previous_due_at(first) is None


@pytest.mark.parametrize("text", ["", "0m", "0d", "14", "d", "2 h", "-1d", "1w", "2h1d", "1.5h"])
def test_no_offset(text: str) -> None:
    with pytest.raises(ValueError, match="no offset"):
        parse_offset(text)


@pytest.mark.parametrize("text", ["", "on", "20-9", "24:00-09:00", "20:00-09:60", "09:00-09:00"])
def test_no_quiet_hours(text: str) -> None:
    with pytest.raises(ValueError, match="'"):
        parse_quiet_hours(text)
