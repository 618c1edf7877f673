"""Two who are at the same leads in the same moment: one has read them, the other changes them and
is done, and the first goes on with them as they are now. On SQLite they cannot meet: one writes."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from storage import (
    decisions,
    duplicates,
    lead_events,
    lead_steps,
    lead_work,
    leads,
    releasing,
    resending,
    staff,
)
from storage.database import Database
from storage.models import Lead, StaffMember
from tests.storage.test_lead_work import make, member

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def lead_of(session: Session, reference: str) -> Lead:
    lead = leads.find_by_reference(session, reference=reference)
    assert lead is not None
    return lead


def some(database: Database) -> None:
    with database.transaction() as session:
        for name in ("ONE", "TWO", "THREE"):
            make(session, name)
        for name in ("Ann", "Bob"):
            member(session, name)


def merge(session: Session, name: str, into: str) -> Lead | None:
    lead, other = lead_of(session, name), lead_of(session, into)
    return duplicates.merge(session, lead, into=other, who="Ann", now=NOW)


def kinds(database: Database, reference: str) -> list[str]:
    with database.reading() as session:
        lead = lead_of(session, f"LCR-{reference}")
        return [event.kind for event in lead_events.events_of(session, lead)]


def test_what_was_taken_back_meanwhile_is_not_closed(database: Database) -> None:
    some(database)
    with database.transaction() as late:
        lead = lead_of(late, "LCR-ONE")
        with database.transaction() as early:
            assert resending.withdraw(early, lead_of(early, "LCR-ONE"), who="Sam", now=NOW)
        told = lead_steps.close(late, reference="LCR-ONE", outcome="Seen", who="Ann", now=NOW)
        assert told == lead_steps.Closed(lead, changed=False)
        assert lead.status == "withdrawn"
    assert kinds(database, "ONE") == ["sent", "withdrawn"]


def test_what_was_closed_meanwhile_is_not_taken_back(database: Database) -> None:
    some(database)
    with database.transaction() as late:
        lead = lead_of(late, "LCR-ONE")
        with database.transaction() as early:
            lead_steps.close(early, reference="LCR-ONE", outcome="Seen", who="Ann", now=NOW)
        assert not resending.withdraw(late, lead, who="Sam", now=NOW)
    assert kinds(database, "ONE") == ["sent", "done"]


def test_what_was_merged_elsewhere_meanwhile_comes_back_from_there(database: Database) -> None:
    some(database)
    with database.transaction() as session:
        assert merge(session, "LCR-THREE", "LCR-ONE") is not None
    with database.transaction() as late:
        lead = lead_of(late, "LCR-THREE")
        with database.transaction() as early:
            duplicates.unmerge(early, lead_of(early, "LCR-THREE"), who="Ann", now=NOW)
            assert merge(early, "LCR-THREE", "LCR-TWO") is not None
        above = duplicates.unmerge(late, lead, who="Bob", now=NOW)
        assert above is lead_of(late, "LCR-TWO")
        assert (lead.status, lead.duplicate_of) == ("new", None)
    assert kinds(database, "ONE") == ["sent", "took_in", "gave_back"]
    assert kinds(database, "TWO") == ["sent", "took_in", "gave_back"]


def test_of_two_who_take_it_apart_one_does(database: Database) -> None:
    some(database)
    with database.transaction() as session:
        assert merge(session, "LCR-THREE", "LCR-ONE") is not None
    with database.transaction() as late:
        lead = lead_of(late, "LCR-THREE")
        with database.transaction() as early:
            duplicates.unmerge(early, lead_of(early, "LCR-THREE"), who="Ann", now=NOW)
        assert duplicates.unmerge(late, lead, who="Bob", now=NOW) is None
    assert kinds(database, "THREE") == ["sent", "merged", "unmerged"]


def test_what_is_kept_was_merged_itself_meanwhile(database: Database) -> None:
    some(database)
    with database.transaction() as late:
        lead, into = lead_of(late, "LCR-THREE"), lead_of(late, "LCR-TWO")
        with database.transaction() as early:
            assert merge(early, "LCR-TWO", "LCR-ONE") is not None
        kept = duplicates.merge(late, lead, into=into, who="Bob", now=NOW)
        assert kept is lead_of(late, "LCR-ONE")


def test_what_was_taken_apart_meanwhile_is_not_taken_apart_again(database: Database) -> None:
    some(database)
    with database.transaction() as session:
        assert merge(session, "LCR-THREE", "LCR-ONE") is not None
    with database.transaction() as late:
        lead, below = lead_of(late, "LCR-ONE"), lead_of(late, "LCR-THREE")
        with database.transaction() as early:
            duplicates.unmerge(early, lead_of(early, "LCR-THREE"), who="Ann", now=NOW)
        assert resending.withdraw(late, lead, who="Sam", now=NOW)
        assert below.duplicate_of in (None, lead.id)  # not written, whatever was read
    assert kinds(database, "THREE") == ["sent", "merged", "unmerged"]


def test_who_decides_holds_the_lead_before_its_preview(database: Database) -> None:
    """So two who come to both from either side never wait for each other."""
    some(database)
    with database.transaction() as session:
        lead, ann = lead_of(session, "LCR-ONE"), member(session, "Ann")
        made = decisions.preview(session, lead, kind="qualified", by=ann, now=NOW)
        made.message_id = 7
    with database.transaction() as early:
        leads.hold_leads(early, [lead_of(early, "LCR-ONE").id])
        assert has_to_wait(database, lambda late: decisions.shown_in(late, 7))
        decisions.preview(early, lead_of(early, "LCR-ONE"), kind="done", by=ann, now=NOW)
    with database.transaction() as late:
        shown = decisions.shown_in(late, 7)
        assert shown is not None
        assert shown.outcome == decisions.DROPPED


def test_who_leaves_meanwhile_is_given_nothing(database: Database) -> None:
    some(database)
    with database.transaction() as late:
        bob = member_of(late, "Bob")
        assert bob.left_at is None
        with database.transaction() as early:
            staff.let_go(early, member_of(early, "Bob"), now=NOW)
        assert staff.hold_member(late, bob).left_at == NOW


def test_nobody_is_taken_off_while_a_lead_is_given_to_them(database: Database) -> None:
    some(database)
    with database.transaction() as early:
        bob = staff.hold_member(early, member_of(early, "Bob"))
        assert has_to_wait(
            database, lambda late: staff.let_go(late, member_of(late, "Bob"), now=NOW)
        )
        lead_work.assign(early, lead_of(early, "LCR-ONE"), bob, who="Ann", now=NOW)
    with database.transaction() as late:
        bob = member_of(late, "Bob")
        staff.let_go(late, bob, now=NOW)
        assert releasing.release_leads(late, bob, who="Ann", now=NOW) == [lead_of(late, "LCR-ONE")]


def test_several_may_do_something_as_the_same_member(database: Database) -> None:
    some(database)
    with database.transaction() as one, database.transaction() as other:
        impatient(other)
        assert member(one, "Ann").id == member(other, "Ann").id


def member_of(session: Session, name: str) -> StaffMember:
    found = staff.find_member(session, channel="preview", external_id=name)
    assert found is not None
    return found


def has_to_wait(database: Database, deed: Callable[[Session], object]) -> bool:
    try:
        with database.transaction() as session:
            impatient(session)
            deed(session)
    except OperationalError:
        return True
    return False


def impatient(session: Session) -> None:
    """It fails where it would have to wait."""
    session.execute(text("set local lock_timeout = '200ms'"))
