"""What staff do around a lead: nothing is lost when several do it at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from storage import chats, lead_events, lead_labels, lead_work, leads, staff
from storage.chats import ChatKey
from storage.database import Database
from storage.leads import NewLead
from storage.models import Lead, StaffMember

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LABELS = st.sampled_from(["garden", "schools", "later"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), LABELS),
        st.tuples(st.just("take"), LABELS),
        st.tuples(st.just("assign"), st.sampled_from(["alex", "bo"])),
        st.tuples(st.just("unassign"), st.none()),
        st.tuples(st.just("snooze"), st.none()),
        st.tuples(st.just("wake"), st.none()),
    ),
    max_size=12,
)


def make(session: Session, key: str = "one") -> Lead:
    chat_id = chats.chat_id_for(session, ChatKey("preview", key), now=NOW)
    lead, _made = leads.create_lead(
        session,
        NewLead(
            reference=f"LCR-{key}",
            dedupe_key=key,
            kind="incubator",
            chat_id=chat_id,
            applicant_kind="individual",
            applicant_name="Sam",
            contact="telegram",
            reasons=[],
            facts={},
        ),
        now=NOW,
    )
    return lead


def member(session: Session, name: str) -> StaffMember:
    return staff.staff_member(session, channel="preview", external_id=name, name=name, now=NOW)


def test_of_many_who_change_it_at_once_each_counts(database: Database) -> None:
    with database.transaction() as session:
        lead_id = make(session).id

    def note(number: int) -> None:
        with database.transaction() as session:
            lead = leads.get_lead(session, lead_id)
            assert lead is not None
            lead_work.add_note(session, lead, f"{number}", who="Alex", now=NOW)
            lead_work.put_labels(session, lead, [f"label{number % 3}"], who="Alex", now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(note, range(12)))
    with database.transaction() as session:
        lead = leads.get_lead(session, lead_id)
        assert lead is not None
        assert lead.version == len(lead_events.events_of(session, lead)) + 1
        assert lead.version == 2 + 12 + 3
        assert lead_labels.labels_of(session, lead_id) == ["label0", "label1", "label2"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_versions_and_events_go_together(database: Database, steps: list[tuple[str, str]]) -> None:
    """Each change is one event and one version; what changes nothing is neither."""
    with database.transaction() as session:
        lead = make(session)
        had: set[str] = set()
        for verb, value in steps:
            _do(session, lead, verb, value)
            had = had | {value} if verb == "put" else had - {value} if verb == "take" else had
        assert lead.version - 1 == len(lead_events.events_of(session, lead))
        assert set(lead_labels.labels_of(session, lead.id)) == had
        assert (lead.assignee_id is None) == (lead.claimed_at is None)
        assert lead.status == ("claimed" if lead.assignee_id else "new")
        session.rollback()


def _do(session: Session, lead: Lead, verb: str, value: str) -> None:
    if verb == "put":
        lead_work.put_labels(session, lead, [value], who="Alex", now=NOW)
    elif verb == "take":
        lead_work.take_labels(session, lead, {value}, who="Alex", now=NOW)
    elif verb == "assign":
        lead_work.assign(session, lead, member(session, value), who="Alex", now=NOW)
    elif verb == "unassign":
        lead_work.unassign(session, lead, who="Alex", now=NOW)
    elif verb == "snooze":
        lead_work.snooze(session, lead, until=NOW, who="Alex", now=NOW)
    else:
        lead_work.wake(session, lead, who="Alex", now=NOW)
