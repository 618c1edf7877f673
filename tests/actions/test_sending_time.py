"""How long it takes to write to many: at a channel's speed, and never at night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.times.quiet_hours import is_allowed
from actions.times.sending_time import Estimate, estimate

LONDON = ZoneInfo("Europe/London")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=LONDON)


def reckoned(
    count: int, now: datetime, *, rate: float = 28, quiet: str = "20:00-09:00"
) -> Estimate:
    return estimate(count, rate=rate, now=now, zone=LONDON, quiet=quiet)


@pytest.mark.parametrize(
    ("count", "now", "begins_at", "ends_at"),
    [
        (28 * 60, local(10, 12), local(10, 12), local(10, 12, 1)),
        (28 * 60, local(10, 22), local(11, 9), local(11, 9, 1)),
        (28 * 3600, local(10, 19, 30), local(10, 19, 30), local(11, 9, 30)),
        (28 * 3600 * 12, local(10, 19), local(10, 19), local(11, 20)),
        (28 * 3600 * 23, local(10, 9), local(10, 9), local(12, 10)),
        (28 * 3600 * 2, local(28, 19), local(28, 19), local(29, 10)),  # the clocks go forward
        (0, local(10, 12), local(10, 12), local(10, 12)),
    ],
)
def test_it_ends_when_the_last_is_out(
    count: int, now: datetime, begins_at: datetime, ends_at: datetime
) -> None:
    found = reckoned(count, now)
    assert (found.begins_at, found.ends_at) == (begins_at, ends_at)
    assert found.waits_for_morning is (begins_at.date() != ends_at.date())


def test_without_quiet_hours_it_goes_on_through_the_night() -> None:
    found = reckoned(28 * 3600 * 30, local(10, 12), quiet="off")
    assert found.ends_at == local(10, 12) + timedelta(hours=30)


@given(
    count=st.integers(1, 3_000_000),
    minutes=st.integers(0, 60 * 24 * 300),
    quiet=st.sampled_from(["20:00-09:00", "12:00-13:00", "off", "00:00-23:00"]),
)
def test_it_takes_as_long_as_its_speed_and_never_ends_at_night(
    count: int, minutes: int, quiet: str
) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = reckoned(count, now, rate=1000, quiet=quiet)
    assert found.ends_at - found.begins_at >= timedelta(seconds=count / 1000)
    assert is_allowed(found.begins_at, zone=LONDON, quiet=quiet)
    assert is_allowed(found.ends_at - timedelta(microseconds=1), zone=LONDON, quiet=quiet)
