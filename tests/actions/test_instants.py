"""Instants and spans as people say them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from markupsafe import Markup

from actions.times.instants import clock, in_words, plain_words, time_left, zone_name

UK = ZoneInfo("Europe/London")
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2026-12-04T17:00+00:00", "5pm on Friday 4 December (UK time)"),
        ("2026-06-01T11:00+00:00", "noon on Monday 1 June (UK time)"),
        ("2026-06-01T23:00+00:00", "midnight on Tuesday 2 June (UK time)"),
        ("2027-01-04T09:30+00:00", "9.30am on Monday 4 January 2027 (UK time)"),
        ("2026-12-31T12:05+00:00", "12.05pm on Thursday 31 December (UK time)"),
        ("2026-10-25T00:30+00:00", "1.30am on Sunday 25 October (UK time)"),
        ("2026-10-25T01:30+00:00", "1.30am on Sunday 25 October (UK time)"),
    ],
)
def test_words(instant: str, words: str) -> None:
    assert plain_words(datetime.fromisoformat(instant), NOW, UK) == words


def test_the_entity_names_the_instant_and_no_format() -> None:
    entity = in_words(datetime(2026, 12, 4, 17, tzinfo=UTC), NOW, UK)
    assert isinstance(entity, Markup)
    assert entity == '<tg-time unix="1796403600">5pm on Friday 4 December (UK time)</tg-time>'


def test_the_hours_around_noon_and_midnight() -> None:
    said = [clock(datetime(2026, 1, 1, hour, 30, tzinfo=UTC)) for hour in (0, 11, 12, 23)]
    assert said == ["12.30am", "11.30am", "12.30pm", "11.30pm"]


def test_a_zone_is_called_by_its_city() -> None:
    assert zone_name(UK) == "UK time"
    assert zone_name(ZoneInfo("America/New_York")) == "New York time"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=14), "14 days"),
        (timedelta(days=14, seconds=-40), "14 days"),
        (timedelta(days=13, hours=23), "14 days"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=1, hours=23, minutes=50), "2 days"),
        (timedelta(days=1, hours=3), "1 day and 3 hours"),
        (timedelta(days=1, hours=1), "1 day and 1 hour"),
        (timedelta(days=1), "1 day"),
        (timedelta(hours=23, minutes=59), "23 hours"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=2, seconds=-20), "2 hours"),
        (timedelta(hours=1, minutes=30), "1 hour and 30 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(minutes=15, seconds=-3), "15 minutes"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=10), "no time"),
        (timedelta(seconds=-10), "no time"),
    ],
)
def test_time_left(left: timedelta, words: str) -> None:
    assert time_left(NOW + left, NOW, UK) == words


def test_a_clock_change_leaves_the_days_as_they_are() -> None:
    closes_at = datetime(2026, 4, 2, 12, tzinfo=UK)
    begins = datetime(2026, 3, 19, 12, tzinfo=UK)
    assert time_left(closes_at, begins.astimezone(UTC), UK) == "14 days"
