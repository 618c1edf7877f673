"""Dates, days and times of day in the shipped content's words: found in messages, and what they
come to on a Monday noon in June."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.times.wishes import read_wishes
from dialogues.moments.dates import SaidDate, SaidEnd, date_said
from dialogues.moments.finding import moments_in
from dialogues.moments.phrases import plain
from dialogues.moments.words import Moments
from tests.content import SHIPPED
from tests.reading import read_once

ZONE = ZoneInfo("Europe/London")
NOON = datetime(2026, 6, 1, 11, tzinfo=UTC)


@pytest.fixture(scope="module")
def words() -> Moments:
    return read_once(SHIPPED).content.programme.moments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("friday dinner time", [("friday 12:30", "friday dinner time")]),
        ("ring us tea time tomoz", [("tomorrow 17:00", "tea time tomoz")]),
        ("first thing", [("10:00", "first thing")]),
        ("a fortnight before pls", [("a fortnight before", "a fortnight before")]),
        ("in two hours", [("in two hours", "in two hours")]),
        ("a week on tuesday", [("tuesday in 7 days", "a week on tuesday")]),
        ("monday week", [("monday in 7 days", "monday week")]),
        ("half six", [("18:30", "half six")]),
        ("at the end of the month", [("end of month", "at the end of the month")]),
        ("since January", [("january", "January")]),
        ("when the kids are at school", [("10:00", "when the kids are at school")]),
        ("3/12", [("3 december", "3/12")]),
        (
            "3/12/26 or 4.12.2026",
            [("3 december 2026", "3/12/26"), ("4 december 2026", "4.12.2026")],
        ),
        ("the 3rd of december 2026", [("3 december 2026", "the 3rd of december 2026")]),
        ("about two years now", []),
        ("we are open 24/7", []),
        ("there are five of us", []),
        ("07700 900123", []),
        ("", []),
    ],
)
def test_what_a_message_says_of_when(
    words: Moments, text: str, found: list[tuple[str, str]]
) -> None:
    assert [(it.value, text[it.start : it.end]) for it in moments_in(text, words)] == found


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("3/12", "2026-12-03 10:00"),
        ("on 03/06 at 5pm", "2026-06-03 17:00"),
        ("3/12/2027", "2027-12-03 10:00"),
        ("31.01.27", "2027-01-31 10:00"),
        ("the 3rd of december 2027", "2027-12-03 10:00"),
        ("end of the month", "2026-06-30 10:00"),
        ("end of next month dinner time", "2026-07-31 12:30"),
        ("end of the week tea time", "2026-06-05 17:00"),
        ("friday when the kids are at school", "2026-06-05 10:00"),
        ("at 3.30", "2026-06-01 15:30"),
    ],
)
def test_what_it_comes_to(words: Moments, text: str, local: str) -> None:
    at = read_wishes(text, now=NOON, zone=ZONE, moments=words).at
    assert at is not None
    assert f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}" == local


@pytest.mark.parametrize("text", ["31/2", "3/13", "30/2/2027", "12/12/12/12", "24/7", "1/2/3/4"])
def test_what_is_no_day(words: Moments, text: str) -> None:
    said, _rest = date_said(plain(text), words)
    assert said is None or next(said.coming(NOON.date()), None) is None


@given(day=st.dates(date(2026, 6, 1), date(2033, 12, 31)), form=st.sampled_from(range(4)))
def test_the_day_stands_first(words: Moments, day: date, form: int) -> None:
    written = [f"{day:%d/%m/%Y}", f"{day.day}/{day.month}/{day:%y}", f"{day:%d.%m.%y}"]
    text = [*written, f"{day.day} {day:%B} {day.year}"][form]
    said, rest = date_said(plain(f"on {text} please"), words)
    assert said == SaidDate(day.day, day.month, day.year)
    assert rest.split() == ["on", "please"]
    assert next(said.coming(date(2026, 6, 1)), None) == day


@given(today=st.dates(date(2026, 1, 1), date(2032, 12, 31)))
def test_ends_are_never_past(today: date) -> None:
    for name in ("week", "month", "next_month"):
        [end] = SaidEnd(name).coming(today)
        assert end >= today
    [last] = SaidEnd("month").coming(today)
    assert (last.month, last.year) == (today.month, today.year)
