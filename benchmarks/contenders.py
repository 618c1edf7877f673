"""What is measured: this project's runner, and the dialogue parts of two well-known libraries.

Each gets ready-made update objects and answers into the void: reading updates, sending messages and
keeping anything in a database are left out for all of them.
"""

import time
from typing import Protocol

from benchmarks.script import ENDS_WITH, TURNS, Doing


class Contender(Protocol):
    """Somebody who can hold the conversation."""

    name: str

    async def begin(self) -> None:
        """Start afresh, as for somebody who has never written."""

    async def prepare(self, doing: Doing) -> object:
        """The update for it, ready to be handed over; not measured."""

    async def take(self, update: object) -> None:
        """One turn; this is what is measured."""

    def last_words(self) -> str:
        """What was said last."""


async def converse(contender: Contender) -> list[int]:
    """CPU nanoseconds of each turn. Fails unless the conversation ended as it should."""
    await contender.begin()
    costs = []
    for doing in TURNS:
        update = await contender.prepare(doing)
        before = time.process_time_ns()
        await contender.take(update)
        costs.append(time.process_time_ns() - before)
    said = contender.last_words()
    if said != ENDS_WITH:
        raise RuntimeError(f"{contender.name} ended with {said!r}")
    return costs
