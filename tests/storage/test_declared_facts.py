"""What applicants declared, and when each answer was said or confirmed."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from storage import applicants
from storage.chats import ChatKey, chat_id_for
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.schema import migrate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EARLIER = [
    (
        "insert into chats (id, channel, external_id, kind, created_at, expects_text, missed_reply)"
        " values (7, 'preview', 'ann', 'private', '2026-06-01', false, false),"
        " (8, 'preview', 'bob', 'private', '2026-06-01', false, false)"
    ),
    (
        "insert into applicants (id, chat_id, facts, created_at, updated_at) values"
        """ (1, 7, '{"adult"\\: true}', '2026-05-01', '2026-06-01 12:00:00'),"""
        " (2, 8, '{}', '2026-05-01', '2026-06-01 12:00:00')"
    ),
]
LATER = NOW + timedelta(days=40)


def test_each_answer_keeps_the_moment_it_was_said(database: Database) -> None:
    with database.transaction() as session:
        chat_id = chat_id_for(session, ChatKey("preview", "ann"), now=NOW)
        ann = applicants.applicant_of(session, chat_id=chat_id, now=NOW)
        told = {"adult": True, "stage": "spark", "borough": "sefton"}
        applicants.save_facts(session, ann, facts=told, kind="group", now=NOW)
        applicants.save_facts(
            session,
            ann,
            facts={"adult": True, "stage": "tried", "people": 3.0, "borough": "sefton"},
            kind="group",
            now=LATER,
            confirmed=["borough"],
        )
        assert applicants.declared_at(ann) == {
            "adult": NOW,
            "stage": LATER,
            "people": LATER,
            "borough": LATER,
        }
        applicants.save_facts(session, ann, facts={"adult": True}, kind="group", now=LATER)
        assert applicants.declared_at(ann) == {"adult": NOW}


@pytest.mark.empty_database
def test_answers_of_the_revision_before_are_as_old_as_their_row(database_url: str) -> None:
    database = open_database(database_url, secret=new_secret())
    migrate(database.engine, to="0003")
    with database.engine.begin() as connection:
        for statement in EARLIER:
            connection.execute(text(statement))
    migrate(database.engine)
    with database.transaction() as session:
        ann, bob = (applicants.find_applicant(session, chat_id=it) for it in (7, 8))
        assert ann is not None
        assert bob is not None
        said = applicants.declared_at(ann)
        assert list(said) == ["adult"]
        assert abs(said["adult"] - NOW) < timedelta(days=1)  # in the server's own zone
        assert applicants.declared_at(bob) == {}
    database.close()
