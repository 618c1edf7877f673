"""Calls by the clock: open, coming, closed."""

from datetime import UTC, datetime, timedelta

from storage.calls import (
    CallDetails,
    closed_calls,
    coming_calls,
    ends_at,
    find_call,
    open_calls,
    save_call,
)
from storage.database import Database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DETAILS = CallDetails(
    code="ageing",
    title="Ageing well",
    theme="ageing",
    summary="Company",
    opens_at=NOW,
    closes_at=NOW + DAY,
    criteria=[],
)


def test_a_call_is_open_from_its_first_instant_until_before_its_last(database: Database) -> None:
    with database.transaction() as session:
        call = save_call(session, DETAILS, now=NOW).call
        for now, state in (
            (NOW - timedelta(seconds=1), "coming"),
            (NOW, "open"),
            (NOW + DAY - timedelta(seconds=1), "open"),
            (NOW + DAY, "closed"),
        ):
            found = {
                "coming": coming_calls(session, now=now),
                "open": open_calls(session, now=now),
                "closed": closed_calls(session, now=now, since=now - 9 * DAY),
            }
            assert {name for name, calls in found.items() if calls} == {state}, now
        assert ends_at(call) == NOW + DAY


def test_early_closing_and_withdrawing_end_it(database: Database) -> None:
    with database.transaction() as session:
        call = save_call(session, DETAILS, now=NOW).call
        call.closed_early_at = NOW + timedelta(hours=1)
        session.flush()
        later = NOW + timedelta(hours=2)
        assert open_calls(session, now=later) == []
        assert closed_calls(session, now=later, since=NOW) == [call]
        assert ends_at(call) == call.closed_early_at
        call.withdrawn_at = NOW
        session.flush()
        assert open_calls(session, now=NOW) == []
        assert closed_calls(session, now=later, since=NOW) == []


def test_saving_says_what_it_did(database: Database) -> None:
    with database.transaction() as session:
        assert save_call(session, DETAILS, now=NOW).created
        assert not save_call(session, DETAILS, now=NOW + DAY).changed
        moved = CallDetails(**{**_fields(), "closes_at": NOW + 2 * DAY})
        assert save_call(session, moved, now=NOW).moved
        retitled = CallDetails(**{**_fields(), "closes_at": NOW + 2 * DAY, "title": "Other"})
        saved = save_call(session, retitled, now=NOW)
        assert (saved.changed, saved.moved) == (True, False)
        found = find_call(session, code="ageing")
        assert found is not None
        assert found.title == "Other"


def _fields() -> dict[str, object]:
    return {name: getattr(DETAILS, name) for name in CallDetails.__dataclass_fields__}
