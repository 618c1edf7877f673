"""Lists of leads are found by indexes, however many leads there ever were."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.orm import Session

from storage import duplicates, lead_lists, leads
from storage.database import Database
from storage.lead_lists import Looking, View
from storage.models import Lead

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MANY = 20_000
EACH = 100  # one lead of so many is open
LOOKING = Looking(1, NOW, stale_before=NOW - timedelta(days=2))
STAFF = (
    "insert into staff_members (id, channel, external_id, name, created_at)"
    " values (1, 'telegram', 'alex', :sealed, :now)"
)
LEADS = """
    with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < :many)
    insert into leads (reference, dedupe_key, kind, status, applicant_kind, helped, reasons, facts,
      to_be_listened, consent_at, consented, created_at, assignee_id, version)
    select 'LCR-' || n, 'key' || n, 'incubator', case when n % :each = 0 then 'new' else 'done' end,
      'individual', false, '[]', '{}', false, :now, true, :now,
      case when n % (:each * 2) = 0 then 1 end, 1 from numbers
"""


@pytest.fixture
def filled(database: Database) -> Database:
    values = {"now": NOW - timedelta(days=9), "many": MANY, "each": EACH, "sealed": b"x"}
    sqlite = database.engine.dialect.name == "sqlite"
    if sqlite:
        values["now"] = values["now"].strftime("%Y-%m-%d %H:%M:%S.000000")
    with database.transaction() as session:
        session.execute(text(STAFF), values)
        session.execute(text(LEADS), values)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("analyze")
    return database


def plans(database: Database, ask: Callable[[Session], object]) -> list[str]:
    """How the database goes about each statement of this question."""
    asked: list[tuple[str, Any]] = []

    def note(
        _connection: Connection, _cursor: Any, statement: str, values: Any, *_rest: Any
    ) -> None:
        asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.transaction() as session:
        ask(session)
    event.remove(database.engine, "before_cursor_execute", note)
    explain = "explain query plan" if database.engine.dialect.name == "sqlite" else "explain"
    with database.engine.connect() as connection:
        return [
            "\n".join(str(row) for row in connection.exec_driver_sql(f"{explain} {sql}", values))
            for sql, values in asked
            if sql.lstrip().lower().startswith("select")
        ]


@pytest.mark.parametrize("view", View)
def test_no_view_goes_through_all_leads(filled: Database, view: View) -> None:
    found = plans(filled, lambda it: lead_lists.leads_in(it, view, LOOKING, limit=7))
    found += plans(filled, lambda it: lead_lists.leads_in(it, view, LOOKING, limit=7, beyond=900))
    found += plans(filled, lambda it: lead_lists.count_in(it, view, LOOKING))
    assert len(found) == 3
    for plan in found:
        assert "Seq Scan on leads" not in plan
        assert "SCAN leads" not in plan


def test_each_view_has_what_belongs_in_it(filled: Database) -> None:
    with filled.transaction() as session:
        counts = {view: lead_lists.count_in(session, view, LOOKING) for view in View}
    assert counts == {
        View.MINE: 100,
        View.WAITING: 100,
        View.OVERDUE: 200,
        View.SNOOZED: 0,
        View.OPEN: 200,
    }


def test_what_is_due_is_found_by_when(filled: Database) -> None:
    until = NOW + timedelta(days=1)
    found = plans(filled, lambda it: lead_lists.due_next(it, member_id=1, until=until, limit=5))
    found += plans(filled, lambda it: lead_lists.waking(it, LOOKING, until=until, limit=5))
    found += plans(filled, lambda it: lead_lists.handoffs_waiting(it, limit=5))
    for plan in found:
        assert "Seq Scan on leads" not in plan
        assert "SCAN leads" not in plan


def test_one_lead_and_its_like_are_found_without_the_others(filled: Database) -> None:
    with filled.transaction() as session:
        lead = session.scalars(select(Lead).limit(1)).one()
        lead.group_id, lead.contact_index = 7, "a number"
    found = plans(filled, lambda it: leads.find_by_reference(it, reference="lcr 7kx2m"))
    found += plans(filled, lambda it: duplicates.related(it, lead))
    found += plans(filled, lambda it: duplicates.merged_into(it, lead))
    assert len(found) == 3
    for plan in found:
        assert "Seq Scan on leads" not in plan
        assert "SCAN leads" not in plan
