"""Times in files: each is one instant, and reads back as it was written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.times.local_times import LocalTimeError, local_instant, written_instant

LONDON = ZoneInfo("Europe/London")


@given(
    st.floats(946_684_800, 2_208_988_800).map(lambda at: datetime.fromtimestamp(at, UTC)),
    st.sampled_from(["Europe/London", "Asia/Kolkata", "Australia/Lord_Howe"]).map(ZoneInfo),
)
def test_what_was_written_is_read_to_the_second(instant: datetime, zone: ZoneInfo) -> None:
    assert local_instant(written_instant(instant, zone), zone) == instant.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-10-25 01:30 +01:00", 0),
        ("2026-10-25 01:30 +00:00", 1),
        ("2026-06-01 01:30 +01:00", 0),
        ("2026-06-01 01:30:00", 0),
    ],
)
def test_of_a_time_that_comes_twice_the_offset_says_which(text: str, hour: int) -> None:
    assert local_instant(text, LONDON).hour == hour


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2026-10-25 01:30", "comes twice: the clocks go back over it; write .01:00 or .00:00"),
        ("2026-03-29 01:30", "does not exist: the clocks go forward over it"),
        ("2026-06-01 01:30 +05:00", "here the clocks are at .01:00"),
        ("2026-02-30 09:00", "is no date and time"),
        ("1 June 2026", "must be written as YYYY-MM-DD HH:MM"),
    ],
)
def test_what_is_no_single_instant_is_refused(text: str, reason: str) -> None:
    with pytest.raises(LocalTimeError, match=reason):
        local_instant(text, LONDON)
