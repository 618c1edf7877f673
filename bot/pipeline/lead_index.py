"""Leads that an earlier version kept, on their way into the index in which words are looked for."""

import asyncio

from sqlalchemy.orm import Session

from storage import lead_search
from storage.database import Database

MANY = 100  # leads in a transaction
PAUSE = 0.1  # seconds between them, in which others write


async def catch_up(database: Database) -> None:
    """Index what is in no index yet, in steps nobody notices."""

    def index(session: Session) -> int:
        return lead_search.catch_up(session, limit=MANY)

    count = MANY
    while count == MANY:
        count = await database.write(index)
        await asyncio.sleep(PAUSE)
