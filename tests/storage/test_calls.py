"""Calls by the clock: open, coming, closed."""

from datetime import UTC, datetime, timedelta

import pytest

from storage.call_changes import changes_of
from storage.calls import (
    CallDetails,
    CallState,
    close_call_early,
    closed_calls,
    coming_calls,
    current_calls,
    ends_at,
    find_call,
    open_calls,
    publish_call,
    reopen_call,
    save_call,
    state_of,
    withdraw_call,
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


def test_every_write_is_kept_with_who_did_it_and_what_it_was_before(database: Database) -> None:
    later = NOW + timedelta(hours=1)
    with database.transaction() as session:
        call = save_call(session, DETAILS, now=NOW, by="Ann").call
        renamed = CallDetails(**{**_fields(), "title": "Other", "closes_at": NOW + 2 * DAY})
        save_call(session, renamed, now=NOW)
        close_call_early(session, call, by="Bo", now=later)
        reopen_call(session, call, by="Bo", now=later)
        withdraw_call(session, call, by="Bo", now=later)
        made, changed, *others = changes_of(session, code="ageing")
        assert (made.kind, made.by, made.at, made.before) == ("created", "Ann", NOW, {})
        assert made.after["closes_at"] == (NOW + DAY).isoformat()
        assert (changed.kind, changed.by) == ("changed", None)
        assert changed.before == {"title": "Ageing well", "closes_at": (NOW + DAY).isoformat()}
        assert changed.after == {"title": "Other", "closes_at": (NOW + 2 * DAY).isoformat()}
        assert [(it.kind, it.before, it.after) for it in others] == [
            ("closed_early", {"closed_early_at": None}, {"closed_early_at": later.isoformat()}),
            ("reopened", {"closed_early_at": later.isoformat()}, {"closed_early_at": None}),
            ("withdrawn", {"withdrawn_at": None}, {"withdrawn_at": later.isoformat()}),
        ]


def test_what_is_done_already_is_not_done_again(database: Database) -> None:
    with database.transaction() as session:
        call = save_call(session, DETAILS, now=NOW).call
        for write in (publish_call, reopen_call):
            assert not write(session, call, by=None, now=NOW).changed
        for write in (close_call_early, withdraw_call):
            assert write(session, call, by=None, now=NOW).changed
            assert not write(session, call, by=None, now=NOW + timedelta(hours=1)).changed
        assert [it.kind for it in changes_of(session, code="ageing")] == [
            "created",
            "closed_early",
            "withdrawn",
        ]


def test_what_would_change_a_calendar_raises_the_sequence(database: Database) -> None:
    with database.transaction() as session:
        call = save_call(session, DETAILS, now=NOW).call
        assert call.sequence == 0
        for name, value, sequence in (
            ("offering", "£500", 0),
            ("reminders", ["1d"], 0),
            ("may_close_early", "650 applications", 0),
            ("sign_off", True, 0),
            ("title", "Other", 1),
            ("closes_at", NOW + 2 * DAY, 2),
            ("link", "https://example.org/a", 3),
            ("link", "https://example.org/a", 3),
        ):
            save_call(session, CallDetails(**{**_written(call), name: value}), now=NOW)
            assert call.sequence == sequence, name
        close_call_early(session, call, by=None, now=NOW)
        withdraw_call(session, call, by=None, now=NOW)
        assert call.sequence == 5


@pytest.mark.parametrize(
    ("at", "state"),
    [
        (NOW - timedelta(seconds=1), CallState.SCHEDULED),
        (NOW, CallState.OPEN),
        (NOW + timedelta(hours=12) - timedelta(seconds=1), CallState.OPEN),
        (NOW + timedelta(hours=12), CallState.CLOSING_SOON),
        (NOW + DAY - timedelta(seconds=1), CallState.CLOSING_SOON),
        (NOW + DAY, CallState.CLOSED),
    ],
)
def test_the_state_follows_the_clock(at: datetime, state: CallState, database: Database) -> None:
    with database.transaction() as session:
        call = save_call(session, DETAILS, now=NOW).call
        assert state_of(call, now=at, closing_soon=timedelta(hours=12)) == state
        close_call_early(session, call, by=None, now=NOW - timedelta(seconds=1))
        assert state_of(call, now=at, closing_soon=timedelta(hours=12)) == CallState.CLOSED
        withdraw_call(session, call, by=None, now=NOW)
        assert state_of(call, now=at, closing_soon=timedelta(hours=12)) == CallState.WITHDRAWN


def test_a_draft_is_in_no_list_until_it_is_published(database: Database) -> None:
    with database.transaction() as session:
        draft = CallDetails(**{**_fields(), "is_draft": True})
        call = save_call(session, draft, now=NOW).call
        late = NOW + 2 * DAY
        assert current_calls(session, now=NOW) == []
        assert closed_calls(session, now=late, since=NOW) == []
        assert state_of(call, now=late, closing_soon=DAY) == CallState.DRAFT
        assert publish_call(session, call, by="Ann", now=NOW).changed
        assert current_calls(session, now=NOW) == [call]
        assert closed_calls(session, now=late, since=NOW) == [call]


def test_importing_a_draft_without_the_mark_publishes_it(database: Database) -> None:
    with database.transaction() as session:
        save_call(session, CallDetails(**{**_fields(), "is_draft": True}), now=NOW)
        saved = save_call(session, DETAILS, now=NOW)
        assert saved.change is not None
        assert saved.change.kind == "published"


def _written(call: object) -> dict[str, object]:
    return {name: getattr(call, name) for name in CallDetails.__dataclass_fields__}


def _fields() -> dict[str, object]:
    return {name: getattr(DETAILS, name) for name in CallDetails.__dataclass_fields__}
