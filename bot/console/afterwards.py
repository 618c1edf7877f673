"""What is written down once a page has been answered, so that nobody waits for it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.database import Database

log = logging.getLogger(__name__)


class Afterwards:
    """Does such work, and ends with it when the site does."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._under_way: set[asyncio.Task[None]] = set()

    def do(self, work: Callable[[Session], None]) -> None:
        """Do this in a transaction of its own, soon. Where it fails, that is logged and no more."""
        task = asyncio.create_task(self._do(self._database.write(work)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what is under way."""
        await asyncio.gather(*self._under_way)

    async def _do(self, writing: Awaitable[None]) -> None:
        try:
            await writing
        except DBAPIError:
            log.exception("not written down after a page was answered")
