"""Leads in a real database: made once, claimed once, closed with words, found however written."""

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from storage import lead_events, lead_senders, lead_steps, leads
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.lead_steps import AlreadyClaimed, Claimed
from storage.leads import NewLead
from storage.models import Lead, StaffMember
from storage.staff import staff_member

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def make_lead(session: Session, **changes: object) -> Lead:
    chat_id = chat_id_for(session, ChatKey("preview", "sam"), now=NOW)
    new = NewLead(
        reference="LCR-7KX2M",
        dedupe_key="idea:1",
        kind="incubator",
        chat_id=chat_id,
        applicant_kind="individual",
        applicant_name="Sam",
        contact="sam@example.org",
        reasons=[],
        facts={},
    )
    lead, _is_new = leads.create_lead(session, replace(new, **changes), now=NOW)
    return lead


def member(session: Session, name: str) -> StaffMember:
    return staff_member(session, channel="preview", external_id=name, name=name, now=NOW)


def test_the_same_draft_makes_one_lead(database: Database) -> None:
    with database.transaction() as session:
        first = make_lead(session)
        again = make_lead(session, reference="LCR-OTHER")
        assert first.id == again.id
        assert again.reference == "LCR-7KX2M"
        assert [event.kind for event in lead_events.events_of(session, first)] == ["sent"]


@pytest.mark.parametrize("written", ["LCR-7KX2M", "lcr-7kx2m", "#LCR 7KX2M", " lcr7kx2m "])
def test_a_reference_is_found_however_it_is_written(database: Database, written: str) -> None:
    with database.transaction() as session:
        lead = make_lead(session)
        assert leads.find_by_reference(session, reference=written) is lead
        assert leads.find_by_reference(session, reference="LCR-7KX2") is None


def test_the_first_to_claim_has_it(database: Database) -> None:
    with database.transaction() as session:
        lead = make_lead(session)
        ann, bob = member(session, "Ann"), member(session, "Bob")
        for _ in range(2):
            won = lead_steps.claim(session, lead_id=lead.id, staff_member=ann, now=NOW)
            assert isinstance(won, Claimed)
        lost = lead_steps.claim(session, lead_id=lead.id, staff_member=bob, now=NOW)
        assert isinstance(lost, AlreadyClaimed)
        assert (lost.by, lead.status, lead.claimed_at) == ("Ann", "claimed", NOW)
        assert [event.kind for event in lead_events.events_of(session, lead)] == ["sent", "claimed"]
        assert lead_steps.claim(session, lead_id=99, staff_member=bob, now=NOW) is None


def test_two_who_claim_at_once_are_one_winner(database: Database) -> None:
    with database.transaction() as session:
        lead_id = make_lead(session).id
        for name in ("Ann", "Bob"):
            member(session, name)
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def claim(name: str) -> None:
        ready.wait()
        with database.transaction() as session:
            outcome = lead_steps.claim(
                session, lead_id=lead_id, staff_member=member(session, name), now=NOW
            )
            outcomes.append(type(outcome).__name__)

    threads = [threading.Thread(target=claim, args=(name,)) for name in ("Ann", "Bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["AlreadyClaimed", "Claimed"]


def test_closing_is_told_once(database: Database) -> None:
    with database.transaction() as session:
        lead = make_lead(session)
        done = {"reference": lead.reference, "outcome": "See you", "who": "Ann", "now": NOW}
        first, again = lead_steps.close(session, **done), lead_steps.close(session, **done)
        other = lead_steps.close(session, **{**done, "outcome": "On Friday"})
        assert first is not None
        assert again is not None
        assert other is not None
        assert (first.changed, again.changed, other.changed) == (True, False, True)
        assert (lead.status, lead.outcome, lead.closed_at) == ("done", "On Friday", NOW)
        assert lead_steps.close(session, **{**done, "reference": "LCR-XXXXX"}) is None


def test_words_from_staff_put_it_in_contact(database: Database) -> None:
    with database.transaction() as session:
        lead = make_lead(session)
        lead_events.record_event(session, lead, kind="staff_said", who="Ann", words="Hi", now=NOW)
        assert lead.status == "in_contact"
        assert lead.chat_id is not None
        assert lead_events.last_written_about(session, chat_id=lead.chat_id) is lead


def test_a_key_is_matched_to_the_letter(database: Database) -> None:
    with database.transaction() as session:
        make_lead(session, dedupe_key="callback:1:abc:0")
        make_lead(session, dedupe_key="callback:11abc:0", reference="LCR-2")
        make_lead(session, dedupe_key="joint_prime:1:x:0", reference="LCR-3")
        make_lead(session, dedupe_key="jointXprime:1:x:0", reference="LCR-4")
        assert len(leads.leads_by_key(session, stem="callback:1:")) == 1
        assert len(leads.leads_by_key(session, stem="joint_prime:1:x:")) == 1


def test_an_anonymous_lead_tells_of_nobody(database: Database) -> None:
    with database.transaction() as session:
        lead = make_lead(session, on_behalf_of="Jean", facts={"borough": "sefton"})
        lead_senders.make_anonymous(session, lead, now=NOW)
        assert (lead.applicant_name, lead.contact, lead.contact_index) == (None, None, None)
        assert (lead.on_behalf_of, lead.facts, lead.chat_id) == (None, {}, None)
        assert (lead.status, lead.closed_at) == ("withdrawn", NOW)
        kinds = [(event.kind, event.who) for event in lead_events.events_of(session, lead)]
        assert kinds == [("sent", None), ("forgotten", None)]
        closed = lead_steps.close(
            session, reference=lead.reference, outcome="x", who="Ann", now=NOW
        )
        assert closed is not None
        assert not closed.changed
        assert lead.outcome is None
