"""Staff say when and what in one line."""

from datetime import UTC, datetime

import pytest

from actions.times.said_moments import moment_said
from tests.content import SHIPPED
from tests.reading import read_once

PROGRAMME = read_once(SHIPPED).content.programme
MONDAY = datetime(2026, 6, 1, 11, tzinfo=UTC)  # noon in London


@pytest.mark.parametrize(
    ("line", "at", "rest"),
    [
        ("friday 10am ring them", (5, 10, 0), "ring them"),
        ("friday ring them", (5, 10, 0), "ring them"),
        ("ring them on friday at 2pm", (5, 14, 0), "ring them"),
        ("tomorrow at ten see the shed", (2, 10, 0), "see the shed"),
        ("tomorrow", (2, 10, 0), ""),
        ("in two hours ring back", (1, 14, 0), "ring back"),
        ("in 3 days write", (4, 12, 0), "write"),
        ("friday for the money", (5, 10, 0), "for the money"),
        ("12 june 9.30am visit", (12, 9, 30), "visit"),
        ("2026-06-12 16:00 visit", (12, 16, 0), "visit"),
        ("2026-06-12 visit", (12, 10, 0), "visit"),
        ("next week ring", (8, 10, 0), "ring"),
        ("friday a call", (5, 10, 0), "a call"),
    ],
)
def test_when_and_what_are_told_apart(line: str, at: tuple[int, int, int], rest: str) -> None:
    programme = PROGRAMME
    found, left = moment_said(line, now=MONDAY, zone=programme.zone, moments=programme.moments)
    assert found is not None
    local = found.astimezone(programme.zone)
    assert (local.day, local.hour, local.minute) == at
    assert left == rest


@pytest.mark.parametrize("line", ["", "ring them", "2026-13-40 visit", "for the money"])
def test_a_line_without_a_moment_stays_whole(line: str) -> None:
    programme = PROGRAMME
    assert moment_said(line, now=MONDAY, zone=programme.zone, moments=programme.moments) == (
        None,
        line,
    )
