"""Leave to apply late: for one person, once, for a while, and logged."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from storage import calls, chats, traces
from storage.call_changes import changes_of
from storage.calls import CallDetails
from storage.chats import ChatKey
from storage.database import Database
from storage.late_links import Opened, came_late, late_calls, late_until, make_late_link
from storage.late_links import open_late_link as open_link
from storage.models import Call

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
UNTIL = NOW + timedelta(days=3)


def closed_call(session: Session) -> Call:
    details = CallDetails(
        code="over",
        title="Over",
        theme="ageing",
        summary="It was.",
        opens_at=NOW - timedelta(days=20),
        closes_at=NOW - timedelta(days=1),
        criteria=[],
    )
    return calls.save_call(session, details, now=NOW).call


def somebody(session: Session, name: str) -> int:
    return chats.chat_id_for(session, ChatKey("preview", name), now=NOW)


def test_whoever_opens_it_first_may_apply_until_it_expires(database: Database) -> None:
    with database.transaction() as session:
        call = closed_call(session)
        ann, bo = somebody(session, "ann"), somebody(session, "bo")
        token = make_late_link(session, call, expires_at=UNTIL, by="Alex", now=NOW)
        assert late_calls(session, chat_id=ann, now=NOW) == []
        assert open_link(session, token, chat_id=ann, now=NOW) == (Opened.YOURS, call)
        assert open_link(session, token, chat_id=bo, now=NOW) == (Opened.TAKEN, call)
        assert open_link(session, token, chat_id=ann, now=NOW) == (Opened.YOURS, call)
        assert late_calls(session, chat_id=ann, now=NOW) == [call]
        assert late_calls(session, chat_id=bo, now=NOW) == []
        assert late_until(session, chat_id=ann, call_id=call.id, now=NOW) == UNTIL
        assert late_until(session, chat_id=ann, call_id=call.id, now=UNTIL) is None
        assert open_link(session, token, chat_id=ann, now=UNTIL) == (Opened.EXPIRED, call)
        assert came_late(session, chat_id=ann, call_id=call.id)
        assert not came_late(session, chat_id=bo, call_id=call.id)


def test_it_is_logged_when_made_and_when_opened(database: Database) -> None:
    with database.transaction() as session:
        call = closed_call(session)
        token = make_late_link(session, call, expires_at=UNTIL, by="Alex", now=NOW)
        for _ in range(2):
            open_link(session, token, chat_id=somebody(session, "ann"), now=NOW)
        logged = [(it.kind, it.by, it.after) for it in changes_of(session, code="over")[1:]]
    after = {"expires_at": UNTIL.isoformat()}
    assert logged == [("late_link", "Alex", after), ("late_opened", None, after)]


def test_only_a_digest_of_the_link_is_kept(database: Database) -> None:
    with database.transaction() as session:
        token = make_late_link(session, closed_call(session), expires_at=UNTIL, by="A", now=NOW)
        kept = session.execute(text("select token_hash from late_links")).scalar_one()
    assert len(f"late-{token}") <= 64
    assert token not in kept


@pytest.mark.parametrize("token", ["", "nothing-like-it"])
def test_an_unknown_link_opens_nothing(database: Database, token: str) -> None:
    with database.transaction() as session:
        ann = somebody(session, "ann")
        assert open_link(session, token, chat_id=ann, now=NOW) == (Opened.UNKNOWN, None)


def test_a_withdrawn_call_stays_withdrawn(database: Database) -> None:
    with database.transaction() as session:
        call, ann = closed_call(session), somebody(session, "ann")
        token = make_late_link(session, call, expires_at=UNTIL, by="Alex", now=NOW)
        open_link(session, token, chat_id=ann, now=NOW)
        calls.withdraw_call(session, call, by="Alex", now=NOW)
        assert late_calls(session, chat_id=ann, now=NOW) == []
        assert open_link(session, token, chat_id=ann, now=NOW)[0] is Opened.EXPIRED


def test_who_is_forgotten_leaves_no_trace_and_the_link_stays_used(database: Database) -> None:
    with database.transaction() as session:
        call, ann = closed_call(session), somebody(session, "ann")
        chats.note_source(session, ann, "library")
        token = make_late_link(session, call, expires_at=UNTIL, by="Alex", now=NOW)
        open_link(session, token, chat_id=ann, now=NOW)
        traces.forget_chat(session, chat_id=ann)
        assert not came_late(session, chat_id=ann, call_id=call.id)
        assert chats.get_chat(session, ann).source is None
        assert open_link(session, token, chat_id=ann, now=NOW)[0] is Opened.TAKEN


def test_the_first_link_that_somebody_came_by_counts(database: Database) -> None:
    with database.transaction() as session:
        ann = somebody(session, "ann")
        chats.note_source(session, ann, "library")
        chats.note_source(session, ann, "poster")
        session.expire_all()
        assert chats.get_chat(session, ann).source == "library"
