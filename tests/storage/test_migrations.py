"""One history for both databases, and it says what the models say."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from storage.calls import find_call
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.models import Base, Lead
from storage.news import has_opened, note_openings, unfinished
from storage.schema import MIGRATIONS, NEWEST, NewerSchemaError, migrate
from storage.submissions import submissions_of
from storage.subscriptions import subscriptions_of_call

pytestmark = pytest.mark.empty_database


def test_history_makes_what_the_models_say(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": _is_modelled})
        assert compare_metadata(context, Base.metadata) == []


def _is_modelled(name: str | None, kind: str, _parents: object) -> bool:
    """The index that leads are found by is each database's own, and no model's."""
    return kind != "table" or not (name or "").startswith("lead_search")


def test_a_second_migration_changes_nothing(database: Database) -> None:
    before = sorted(inspect(database.engine).get_table_names())
    migrate(database.engine)
    assert sorted(inspect(database.engine).get_table_names()) == before


def test_what_an_earlier_version_stored_is_kept(database_url: str) -> None:
    database = open_database(database_url, secret=new_secret())
    migrate(database.engine, to="0001")
    with database.engine.begin() as connection:
        connection.execute(
            text(
                "insert into chats"
                " (id, channel, external_id, kind, created_at, expects_text, missed_reply)"
                " values (7, 'preview', 'ann', 'private', '2026-06-01', false, false)"
            )
        )
        connection.execute(
            text(
                "insert into inbox"
                " (dedupe_key, chat_id, kind, joins, state, received_at, ready_at, attempts)"
                " values ('preview:1', 7, 'update', false, 'waiting',"
                " '2026-06-01', '2026-06-01', 1)"
            )
        )
    migrate(database.engine)
    with database.engine.begin() as connection:
        kept = connection.execute(text("select chat_id, attempts, suspect from inbox")).one()
    database.close()
    assert tuple(kept) == (7, 1, False)


def test_calls_of_an_earlier_version_are_no_drafts_and_keep_their_subscriptions(
    database_url: str,
) -> None:
    database = open_database(database_url, secret=new_secret())
    migrate(database.engine, to="0004")
    with database.engine.begin() as connection:
        for statement in _A_CALL_WITH_A_SUBSCRIPTION:
            connection.execute(text(statement))
    migrate(database.engine)
    with database.transaction() as session:
        call = find_call(session, code="ageing")
        assert call is not None
        assert (call.is_draft, call.sequence, call.offering, call.link) == (False, 0, None, None)
        assert len(subscriptions_of_call(session, call_id=call.id)) == 1
    database.close()


def test_what_was_sent_before_is_the_first_version_of_its_lead(database_url: str) -> None:
    database = open_database(database_url, secret=new_secret())
    migrate(database.engine, to="0012")
    with database.engine.begin() as connection:
        connection.execute(text(_A_LEAD))
    migrate(database.engine)
    with database.transaction() as session:
        lead = session.scalars(select(Lead)).one()
        assert lead.dedupe_key == "idea:5:0"
        [sent] = submissions_of(session, lead_id=lead.id)
        assert (sent.version, sent.standing, sent.attached) == (1, "open", None)
        assert sent.idea == {"title": "Hut", "answers": {}}
        assert sent.sent_at == lead.created_at
    database.close()


_A_LEAD = (
    "insert into leads (reference, dedupe_key, kind, status, applicant_kind, helped, reasons,"
    " facts, idea, to_be_listened, consent_at, created_at)"
    " values ('LCR-1', 'idea:5', 'incubator', 'new', 'individual', false, '[]',"
    """ '{}', '{"title": "Hut", "answers": {}}', false,"""
    " '2026-06-01 12:00:00.000000', '2026-06-01 12:00:00.000000')"
)


def test_nobody_is_told_that_a_call_opened_before_there_was_news(database_url: str) -> None:
    database = open_database(database_url, secret=new_secret())
    migrate(database.engine, to="0004")
    with database.engine.begin() as connection:
        for statement in _A_CALL_WITH_A_SUBSCRIPTION:
            connection.execute(text(statement))
    migrate(database.engine, to="0007")
    with database.engine.begin() as connection:
        connection.execute(text("update calls set opens_at = '2020-01-01 09:00:00'"))
    migrate(database.engine)
    with database.transaction() as session:
        now = datetime(2026, 6, 20, tzinfo=UTC)
        assert note_openings(session, now=now) == 0
        assert unfinished(session) is None
        call = find_call(session, code="ageing")
        assert call is not None
        assert has_opened(session, call)
    database.close()


_A_CALL_WITH_A_SUBSCRIPTION = [
    """
    insert into chats
      (id, channel, external_id, kind, created_at, expects_text, missed_reply)
      values (7, 'preview', 'ann', 'private', '2026-06-01', false, false)
    """,
    """
    insert into calls
      (id, code, title, theme, summary, opens_at, closes_at, reminders, criteria, illustrative,
       updated_at)
      values (3, 'ageing', 'Ageing', 'ageing', 'About', '2026-06-01 09:00:00',
       '2026-07-01 09:00:00', 'null', '[]', false, '2026-06-01 09:00:00')
    """,
    """
    insert into subscriptions (id, chat_id, call_id, closes_at, created_at)
      values (5, 7, 3, '2026-07-01 09:00:00', '2026-06-01 09:00:00')
    """,
]


def test_the_newest_revision_is_where_the_history_ends() -> None:
    history = Config()
    history.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(history).get_current_head() == NEWEST


def test_several_processes_may_start_on_an_empty_database_at_once(database_url: str) -> None:
    databases = [open_database(database_url, secret=new_secret()) for _ in range(4)]
    with ThreadPoolExecutor(len(databases)) as threads:
        list(threads.map(migrate, [database.engine for database in databases]))
    for database in databases:
        assert "outbox" in inspect(database.engine).get_table_names()
        database.close()


def test_a_newer_programs_database_is_refused(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(NewerSchemaError, match="9999"):
        migrate(database.engine)
