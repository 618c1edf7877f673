"""Lists of leads, and how they are found: by one narrow index, whatever is asked for."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from storage import lead_labels, lead_queries, lead_work
from storage.database import Database
from storage.lead_queries import NOBODY, Sort, Wanted
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
)


def plans(database: Database, wanted: Wanted, sort: Sort) -> list[str]:
    """How SQLite goes about what finds the leads, and what counts them."""
    asked: list[tuple[str, object]] = []

    def listen(
        _connection: object, _cursor: object, sql: str, given: object, *_more: object
    ) -> None:
        asked.append((sql, given))

    with database.reading() as session:
        event.listen(database.engine, "before_cursor_execute", listen)
        lead_queries.find_leads(session, wanted, sort=sort, limit=9)
        lead_queries.count_leads(session, wanted, most=9)
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
    reading = [step for step in plans(database, wanted, sort) if " leads" in step]
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
        session, Wanted(), sort=sort, limit=99, beyond=beyond, back=back
    )
    return [lead.id for lead, _member in found]
