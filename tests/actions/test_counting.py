"""What counts as the moment, and as in time."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.counting import COUNTS_AFTER, Moment, Outage, Standing, standing_of

DEADLINE = datetime(2026, 3, 6, 17, 0, tzinfo=UTC)
DOWN = Outage(DEADLINE - timedelta(minutes=5), DEADLINE + timedelta(minutes=10))
SECOND = timedelta(seconds=1)

instants = st.integers(-18000, 68400).map(lambda seconds: DEADLINE + seconds * SECOND)
outages = st.tuples(instants, instants).map(sorted).map(lambda ends: Outage(*ends))
rules = st.fixed_dictionaries(
    {
        "deadline": st.none() | instants,
        "leave": st.none() | instants,
        "outage": st.none() | outages,
        "asked_until": st.none() | instants,
    }
)


def press(at: datetime) -> Moment:
    return Moment(at)


def words(at: datetime, *, stored_at: datetime | None = None) -> Moment:
    return Moment(stored_at or at + SECOND, said_at=at)


def counts(moment: Moment, kept: dict) -> bool:
    return standing_of(moment, **kept) is not Standing.LATE


@given(rules, instants, instants, st.sampled_from([press, words]))
def test_nothing_later_counts_where_something_earlier_would_not(kept, one, other, make) -> None:
    earlier, later = sorted((one, other))
    assert counts(make(earlier), kept) or not counts(make(later), kept)


@given(rules, instants, instants)
def test_words_count_by_when_they_were_said_however_late_they_come(kept, at, stored_at) -> None:
    late = words(at, stored_at=max(at, stored_at))
    assert standing_of(late, **kept) is standing_of(words(at), **kept)


@given(rules, instants, st.sampled_from([press, words]))
def test_nothing_that_helps_takes_anything_away(kept, at, make) -> None:
    plain = {"deadline": kept["deadline"]}
    if counts(make(at), plain):
        assert standing_of(make(at), **kept) is standing_of(make(at), **plain)


@given(rules, instants)
def test_an_outage_in_which_no_deadline_lay_changes_nothing(kept, at) -> None:
    outage, deadline = kept["outage"], kept["deadline"]
    if outage is None or deadline is None or not outage.holds(deadline):
        assert standing_of(press(at), **kept) is standing_of(press(at), **{**kept, "outage": None})


@pytest.mark.parametrize(
    ("moment", "standing"),
    [
        (press(DEADLINE - SECOND), Standing.IN_TIME),
        (press(DEADLINE), Standing.AFTER_OUTAGE),
        (press(DOWN.until), Standing.AFTER_OUTAGE),
        (press(DOWN.until + COUNTS_AFTER), Standing.AFTER_OUTAGE),
        (press(DOWN.until + COUNTS_AFTER + SECOND), Standing.LATE),
        (words(DEADLINE - SECOND, stored_at=DOWN.until), Standing.IN_TIME),
        (words(DEADLINE, stored_at=DOWN.until), Standing.LATE),
    ],
)
def test_around_an_outage_at_the_deadline(moment: Moment, standing: Standing) -> None:
    assert standing_of(moment, deadline=DEADLINE, outage=DOWN) is standing


def test_leave_and_what_staff_asked_for_go_on_after_the_deadline() -> None:
    after = DEADLINE + timedelta(hours=2)
    late = press(after - SECOND)
    assert standing_of(late, deadline=DEADLINE) is Standing.LATE
    assert standing_of(late, deadline=DEADLINE, leave=after) is Standing.BY_LEAVE
    assert standing_of(late, deadline=DEADLINE, asked_until=after) is Standing.ON_REQUEST
    assert standing_of(press(after), deadline=DEADLINE, leave=after) is Standing.LATE


def test_what_is_for_no_call_has_no_deadline() -> None:
    assert standing_of(press(DEADLINE), deadline=None) is Standing.OPEN
