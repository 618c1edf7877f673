"""Lists of leads, and how they are found: by one narrow index, whatever is asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from storage import lead_labels, lead_queries, lead_work
from storage.database import Database
from storage.lead_queries import NOBODY, OVERDUE, Sort, Wanted
from storage.models import Lead
from tests.storage.test_lead_search import keep

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ASKED = (
    Wanted(),
    Wanted(status="open"),
    Wanted(status="done", borough="halton"),
    Wanted(assignee_id=7, kind="incubator"),
    Wanted(assignee_id=NOBODY, theme="ageing"),
    Wanted(call_id=3),
    Wanted(words="tool", status="open", borough="halton"),
    Wanted(due=OVERDUE),
    Wanted(due=OVERDUE, assignee_id=7, words="tool"),
)
# Whether one rests is looked up by its id, for the few that all else lets through.
RESTS = "SEARCH leads_1 USING INTEGER PRIMARY KEY"


def plans(database: Database, wanted: Wanted, sort: Sort) -> list[str]:
    """How SQLite goes about what finds the leads, and what counts them."""
    asked: list[tuple[str, object]] = []

    def listen(
        _connection: object, _cursor: object, sql: str, given: object, *_more: object
    ) -> None:
        asked.append((sql, given))

    with database.reading() as session:
        event.listen(database.engine, "before_cursor_execute", listen)
        lead_queries.find_leads(session, wanted, now=NOON, sort=sort, limit=9)
        lead_queries.count_leads(session, wanted, now=NOON, most=9)
        event.remove(database.engine, "before_cursor_execute", listen)
        connection = session.connection()
        return [
            row[3]
            for sql, given in asked
            for row in connection.exec_driver_sql(f"explain query plan {sql}", given)  # type: ignore[arg-type]
        ]


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("wanted", ASKED, ids=str)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_list_reads_leads_that_it_does_not_show(
    database: Database, wanted: Wanted, sort: Sort
) -> None:
    steps = plans(database, wanted, sort)
    reading = [step for step in steps if " leads" in step and not step.startswith(RESTS)]
    assert (len(reading) < len([it for it in steps if " leads" in it])) is bool(wanted.due)
    assert reading
    assert all("USING COVERING INDEX" in step for step in reading), reading


def test_a_page_goes_on_behind_a_lead_that_changed_or_went(database: Database) -> None:
    with database.transaction() as session:
        kept = [keep(session, f"LCR-{name * 5}").id for name in "ABCDE"]
        for lead_id, score in zip(kept, (50, 50, None, 90, 10), strict=True):
            session.get_one(Lead, lead_id).score = score
        session.flush()
        by_score = [kept[3], kept[1], kept[0], kept[4], kept[2]]
        assert ids(session, Sort.SCORE) == by_score
        assert ids(session, Sort.SCORE, beyond=kept[1]) == by_score[2:]
        assert ids(session, Sort.SCORE, beyond=kept[1], back=True) == by_score[:1]
        session.get_one(Lead, kept[1]).score = None
        session.flush()
        assert ids(session, Sort.SCORE, beyond=kept[1]) == []
        gone = max(kept) + 1
        assert ids(session, Sort.NEWEST, beyond=gone) == kept[::-1]
        assert ids(session, Sort.OLDEST, beyond=gone) == []


def test_overdue_is_what_was_to_be_done_and_neither_rests_nor_is_over(database: Database) -> None:
    late, soon = NOON - timedelta(hours=1), NOON + timedelta(hours=1)
    with database.transaction() as session:
        given: dict[str, dict[str, Any]] = {
            "LATE": {"next_action_at": late, "assignee_id": None},
            "WOKE": {"next_action_at": NOON, "snoozed_until": NOON},
            "RESTS": {"next_action_at": late, "snoozed_until": soon},
            "SOON": {"next_action_at": soon},
            "UNDATED": {"next_action": "ring them"},
            "OVER": {"next_action_at": late, "status": "done"},
        }
        for name, values in given.items():
            lead = keep(session, f"LCR-{name}")
            for field, value in values.items():
                setattr(lead, field, value)
        session.flush()
        overdue = Wanted(due=OVERDUE)
        found = lead_queries.find_leads(session, overdue, now=NOON, sort=Sort.NEXT, limit=9)
        assert [lead.reference for lead, _member in found] == ["LCR-LATE", "LCR-WOKE"]
        assert lead_queries.count_leads(session, overdue, now=NOON, most=9) == 2
        nobodys = Wanted(due=OVERDUE, assignee_id=NOBODY, status="done")
        assert lead_queries.lead_ids(session, nobodys, now=NOON) == []
        assert len(lead_queries.lead_ids(session, overdue, now=soon)) == 4


def test_each_label_is_listed_once_however_often_it_stands(database: Database) -> None:
    with database.transaction() as session:
        assert lead_labels.all_labels(session, most=9) == []
        for number, labels in enumerate((["visit"], ["visit", "food"], ["food", "hall"])):
            lead = keep(session, f"LCR-{number:05}")
            lead_work.put_labels(session, lead, labels, who="Kim", now=NOON)
        assert lead_labels.all_labels(session, most=9) == ["food", "hall", "visit"]
        assert lead_labels.all_labels(session, most=2) == ["food", "hall"]


def ids(
    session: Session, sort: Sort, *, beyond: int | None = None, back: bool = False
) -> list[int]:
    found = lead_queries.find_leads(
        session, Wanted(), now=NOON, sort=sort, limit=99, beyond=beyond, back=back
    )
    return [lead.id for lead, _member in found]
