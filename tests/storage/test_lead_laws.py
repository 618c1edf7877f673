"""What holds of leads, whatever staff and residents do to them, in whichever order."""

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import duplicates, lead_events, lead_senders, lead_steps, resending
from storage.database import Database
from storage.lead_statuses import AS_BEFORE, OPEN, OVER, STATUSES, STEPS, may
from storage.lead_steps import Claimed
from storage.models import Lead, StaffMember
from storage.resending import Content
from tests.storage.test_leads import make_lead, member

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONTENT = Content(None, None, {}, None, [], None, None, to_be_listened=False)
MANY = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
_numbers = count(1)

Deed = Callable[[Session, Lead, Lead, StaffMember], Any]


def _record(kind: str) -> Deed:
    return lambda session, lead, _other, by: lead_events.record_event(
        session, lead, kind=kind, who=by.name, words=None, now=NOW
    )


def _decide(kind: str) -> Deed:
    def decide(session: Session, lead: Lead, _other: Lead, by: StaffMember) -> None:
        if may(kind, lead.status):
            lead_steps.decide(session, lead, kind=kind, reason=None, words="Well", by=by, now=NOW)

    return decide


DEEDS: dict[str, Deed] = {
    "claim": lambda session, lead, _other, by: lead_steps.claim(
        session, lead_id=lead.id, staff_member=by, now=NOW
    ),
    "close": lambda session, lead, _other, by: lead_steps.close(
        session, reference=lead.reference, outcome="See you", who=by.name, now=NOW
    ),
    "merge": lambda session, lead, other, by: duplicates.merge(
        session, lead, into=other, who=by.name, now=NOW
    ),
    "unmerge": lambda session, lead, _other, by: duplicates.unmerge(
        session, lead, who=by.name, now=NOW
    ),
    "withdraw": lambda session, lead, _other, _by: resending.withdraw(
        session, lead, who="Sam", now=NOW
    ),
    "send again": lambda session, lead, _other, _by: (
        lead_senders.is_anonymous(lead)
        or resending.send_again(session, lead, CONTENT, who="Sam", now=NOW)
    ),
    "forget": lambda session, lead, _other, _by: lead_senders.make_anonymous(
        session, lead, now=NOW
    ),
    **{f"{kind}!": _decide(kind) for kind in ("qualified", "declined", "done", "reopened")},
    **{kind: _record(kind) for kind in ("staff_said", "changes_asked", "answered", "noted")},
}
WITHOUT_FORGETTING = sorted(DEEDS.keys() - {"forget", "withdraw", "send again"})
steps_of = st.tuples(
    st.sampled_from(sorted(DEEDS)), st.integers(0, 2), st.integers(0, 2), st.sampled_from("AB")
)


def some_leads(session: Session) -> list[Lead]:
    def made() -> Lead:
        number = next(_numbers)
        return make_lead(session, reference=f"LCR-{number}", dedupe_key=f"idea:{number}")

    return [made() for _ in range(3)]


def columns(lead: Lead) -> dict[str, Any]:
    return {name: getattr(lead, name) for name in Lead.table().columns.keys()}  # noqa: SIM118


def is_led_to(before: str, after: str) -> bool:
    if before == after:
        return True
    if before == "duplicate" and after in STEPS["merged"]:
        return True  # it was that before
    return any(led.get(before) == after for led in STEPS.values())


def is_sound(session: Session, lead: Lead) -> bool:
    seen = {lead.id}
    above = lead
    while above.duplicate_of is not None:
        above = session.get_one(Lead, above.duplicate_of)
        if above.id in seen:
            return False
        seen.add(above.id)
    return (
        lead.status in STATUSES
        and (lead.status == "duplicate") == (lead.duplicate_of is not None)
        and (lead.status_before is not None) == (lead.duplicate_of is not None)
        and (lead.status in OPEN) == (lead.closed_at is None)
        and (above.status != "withdrawn" or above.id == lead.id)
    )


def test_the_graph_knows_each_status_and_leaves_each() -> None:
    assert set(STATUSES) == {*OPEN, *OVER}
    for led in STEPS.values():
        assert set(led) <= set(STATUSES)
        assert set(led.values()) <= {*STATUSES, AS_BEFORE}
    for status in STATUSES:
        assert any(led.get(status, status) != status for led in STEPS.values())


@MANY
@given(steps=st.lists(steps_of, max_size=14))
def test_no_sequence_leaves_the_graph_or_loses_who_has_it(
    database: Database, steps: list[tuple[str, int, int, str]]
) -> None:
    with database.transaction() as session:
        found = some_leads(session)
        staff = {name: member(session, name) for name in "AB"}
        for deed, one, other, name in steps:
            before = [(it.status, it.assignee_id, it.version) for it in found]
            gone = [lead_senders.is_anonymous(it) for it in found]
            DEEDS[deed](session, found[one], found[other], staff[name])
            for lead, (status, assignee, version), is_gone in zip(found, before, gone, strict=True):
                assert is_sound(session, lead), (deed, lead.status)
                assert is_led_to(status, lead.status), (deed, status, lead.status)
                assert assignee in (None, lead.assignee_id), deed
                assert lead.version >= version
                assert status == lead.status or lead.version > version or deed == "staff_said"
                assert not is_gone or lead.status == "withdrawn", deed


@MANY
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(WITHOUT_FORGETTING),
            st.integers(0, 2),
            st.integers(0, 2),
            st.sampled_from("AB"),
        ),
        max_size=8,
    )
)
def test_merged_and_unmerged_it_is_as_it_was(
    database: Database, steps: list[tuple[str, int, int, str]]
) -> None:
    with database.transaction() as session:
        found = some_leads(session)
        staff = {name: member(session, name) for name in "AB"}
        for deed, one, other, name in steps:
            DEEDS[deed](session, found[one], found[other], staff[name])
        found[0].snoozed_until = NOW
        session.flush()
        before = [columns(it) for it in found]
        if duplicates.merge(session, found[0], into=found[1], who="A", now=NOW) is None:
            return
        session.flush()
        assert duplicates.unmerge(session, found[0], who="A", now=NOW) is not None
        session.expire_all()
        after = [columns(it) for it in found]
        for was, now in zip(before, after, strict=True):
            assert {**was, "version": 0} == {**now, "version": 0}


def test_what_is_merged_into_a_merged_one_stands_below_the_one_that_is_kept(
    database: Database,
) -> None:
    with database.transaction() as session:
        one, other, third = some_leads(session)
        assert duplicates.merge(session, other, into=one, who="Ann", now=NOW) is one
        assert duplicates.merge(session, third, into=other, who="Ann", now=NOW) is one
        assert duplicates.merge(session, one, into=third, who="Ann", now=NOW) is None
        assert duplicates.merge(session, one, into=one, who="Ann", now=NOW) is None
        assert duplicates.merged_into(session, one) == [other, third]
        assert duplicates.root_of(session, third) is one
        lead_senders.make_anonymous(session, one, now=NOW)
        assert [it.status for it in (one, other, third)] == ["withdrawn", "new", "new"]
        assert duplicates.merge(session, other, into=one, who="Ann", now=NOW) is None
        assert duplicates.merge(session, one, into=other, who="Ann", now=NOW) is None


def test_the_same_people_are_found_with_why(database: Database) -> None:
    with database.transaction() as session:
        one, other, third = some_leads(session)
        third.chat_id = None
        session.flush()
        found = [(it.lead.id, it.why) for it in duplicates.related(session, one)]
        mine = [it for it in found if it[0] in (other.id, third.id)]
        assert mine == [(third.id, ("contact",)), (other.id, ("person", "contact"))]
        resending.withdraw(session, other, who="Sam", now=NOW)
        found_now = [it.lead.id for it in duplicates.related(session, one)]
        assert other.id not in found_now


def test_whoever_reopens_what_nobody_has_has_it(database: Database) -> None:
    with database.transaction() as session:
        [lead, *_] = some_leads(session)
        ann, bob = member(session, "Ann"), member(session, "Bob")
        decide = {"reason": "no_room", "words": None, "by": ann, "now": NOW}
        lead_steps.decide(session, lead, kind="declined", **decide)
        assert (lead.status, lead.decline_reason, lead.decided_at) == ("declined", "no_room", NOW)
        lead_steps.decide(session, lead, kind="reopened", **{**decide, "by": bob})
        assert (lead.status, lead.assignee_id, lead.decline_reason) == ("claimed", bob.id, None)
        claimed = lead_steps.claim(session, lead_id=lead.id, staff_member=bob, now=NOW)
        assert isinstance(claimed, Claimed)
        events = lead_events.changes_since(session, lead, version=lead.version - 1)
        assert [event.kind for event in events] == ["reopened"]
        assert session.scalars(select(Lead).where(Lead.id == lead.id)).one() is lead
