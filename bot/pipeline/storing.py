"""Storing what came in: for whoever takes turns, or together with the turns themselves."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from sqlalchemy.orm import Session

from storage.database import Database
from storage.waking import wake

T = TypeVar("T")
Work = Callable[[Session], T]


class Store(Protocol):
    """Does the work in a transaction, and gives what came of it once that is committed."""

    async def __call__(self, work: Work[T]) -> T:
        """Raises what the work or the database raises; then nothing is stored."""
        ...


@dataclass(slots=True)
class Storing:
    """Work that is to be done before turns are taken. `done` gets what came of it."""

    work: Work[Any]
    done: asyncio.Future[Any]
    made: Any = None
    error: Exception | None = None

    def tell(self) -> None:
        """Say what came of it to whoever waits."""
        if self.done.done():
            return
        if self.error is not None:
            self.done.set_exception(self.error)
        else:
            self.done.set_result(self.made)


def for_others(database: Database) -> Store:
    """Where this process takes no turns: others are woken."""

    async def store(work: Work[T]) -> T:
        def waking(session: Session) -> T:
            wake(session, "inbox")
            return work(session)

        return await database.write(waking)

    return store
