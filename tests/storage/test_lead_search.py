"""Looking for leads by words, on each kind of database."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from storage import lead_search, lead_senders, lead_work, leads
from storage.chats import ChatKey, chat_id_for
from storage.database import Database
from storage.leads import NewLead
from storage.models import Lead

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
IDEA = {
    "title": "The Tool Hut",
    "answers": {"idea_problem": "Sheds full of rusting tools in Kirkby", "idea_who": None},
}


def keep(session: Session, reference: str, **more: object) -> Lead:
    fields = {"applicant_name": "Zoë O'Malley", "idea": IDEA, **more}
    lead, _made = leads.create_lead(
        session,
        NewLead(
            reference=reference,
            dedupe_key=reference,
            kind="incubator",
            chat_id=chat_id_for(session, ChatKey("preview", reference), now=NOON),
            applicant_kind="individual",
            contact="telegram",
            reasons=[],
            facts={},
            **fields,  # type: ignore[arg-type]
        ),
        now=NOON,
    )
    return lead


def found(session: Session, words: str) -> list[str]:
    statement = select(Lead.reference).where(lead_search.matching(session, words))
    return list(session.scalars(statement.order_by(Lead.id)))


@pytest.mark.parametrize(
    "words",
    ["LCR-BBBBB", "lcrbb", "zoe", "ZOË", "omal", "o'malley zoe", "tool", "rusting", "KIRKBY sheds"],
)
def test_a_lead_is_found_by_its_names_and_its_idea(database: Database, words: str) -> None:
    with database.transaction() as session:
        keep(session, "LCR-BBBBB")
        keep(session, "LCR-CCCCC", applicant_name="Ann", idea=None)
        assert found(session, words) == ["LCR-BBBBB"]


@pytest.mark.parametrize("words", ["malley", "rust", "zoe nobody", "'); drop", "* OR x"])
def test_it_is_not_found_by_others(database: Database, words: str) -> None:
    with database.transaction() as session:
        keep(session, "LCR-BBBBB")
        assert found(session, words) == []


def test_all_that_are_meant_are_found(database: Database) -> None:
    with database.transaction() as session:
        references = [f"LCR-{letter * 5}" for letter in "BCDFG"]
        for reference in references:
            keep(session, reference)
        assert found(session, "rusting") == found(session, "zoe tool") == references


def test_no_words_find_everything(database: Database) -> None:
    with database.transaction() as session:
        keep(session, "LCR-BBBBB")
        assert found(session, " - ") == ["LCR-BBBBB"]


def test_it_is_found_by_what_staff_put_on_it_as_long_as_it_is_there(database: Database) -> None:
    with database.transaction() as session:
        lead = keep(session, "LCR-BBBBB")
        lead_work.add_note(session, lead, "wants to visit Huyton", who="Kim", now=NOON)
        assert found(session, "huyton") == ["LCR-BBBBB"]
        lead_senders.make_anonymous(session, lead, now=NOON)
        assert found(session, "huyton") == found(session, "zoe") == []
        assert found(session, "LCR-BBBBB") == ["LCR-BBBBB"]


def test_who_is_taken_out_of_a_group_s_lead_is_not_what_it_is_found_by(database: Database) -> None:
    with database.transaction() as session:
        members = [{"name": it, "role": "member", "named_at": None} for it in ("Bea", "Cat")]
        keep(session, "LCR-BBBBB", group_id=7, members=members)
        assert found(session, "bea") == found(session, "cat") == ["LCR-BBBBB"]
        lead_senders.take_out_member(session, group_id=7, chat_id=0, name="Bea")
        assert found(session, "bea") == []
        assert found(session, "cat") == ["LCR-BBBBB"]


def test_the_index_tells_nobody_a_word(database: Database) -> None:
    with database.transaction() as session:
        keep(session, "LCR-BBBBB")
        kept = str(session.execute(text("select * from lead_search")).all()).lower()
    assert not any(word in kept for word in ("zo", "malley", "tool", "kirkby", "bbbbb"))


def test_what_was_there_before_the_index_comes_into_it(database: Database) -> None:
    with database.transaction() as session:
        lead = keep(session, "LCR-BBBBB")
        lead_search.unindex(session, lead.id)
        assert found(session, "zoe") == []
        assert lead_search.catch_up(session, limit=10) == 1
        assert lead_search.catch_up(session, limit=10) == 0
        assert found(session, "zoe") == ["LCR-BBBBB"]
