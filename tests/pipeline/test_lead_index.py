"""Leads of an earlier version come into the index."""

from sqlalchemy import select

from bot.pipeline import lead_index
from storage import lead_search
from storage.database import Database
from storage.models import Lead
from tests.storage.test_lead_search import found, keep


async def test_all_of_them_are_found_afterwards(database: Database) -> None:
    count = lead_index.MANY + 5
    with database.transaction() as session:
        for number in range(count):
            keep(session, f"LCR-{number:05}")
        for lead_id in session.scalars(select(Lead.id)):
            lead_search.unindex(session, lead_id)
        assert found(session, "rusting") == []
    await lead_index.catch_up(database)
    with database.transaction() as session:
        assert len(found(session, "rusting")) == count
