"""From the start of the process to the first reply."""

import asyncio
import statistics
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.pipeline.cpu import cpu_of_tree
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, machine, print_table
from benchmarks.pipeline.serving import assistant_for
from tests.botapi import BotApi, Person
from tests.process.assistant import Assistant


class Start(NamedTuple):
    """Seconds until the first reply: wall time and CPU."""

    wall: float
    cpu: float


async def _starts(databases: Databases, kind: str, times: int) -> list[Start]:
    """The first on an empty database, the others on what the one before left."""
    taken = []
    async with BotApi() as api:
        folder = Path(databases.folder, f"start-{kind}")
        assistant = assistant_for(api, databases.fresh(kind), folder)
        for number in range(times):
            person = api.person(f"P{number}")
            await person.start()
            taken.append(await _start(assistant, person))
            await api.all_confirmed(30)
            await assistant.stop()
    return taken


async def _start(assistant: Assistant, person: Person) -> Start:
    began = time.monotonic()
    starting = asyncio.create_task(assistant.start())
    await person.receives("free", timeout=120)
    wall = time.monotonic() - began
    await starting
    return Start(wall, cpu_of_tree(assistant.pid))


def measure(databases: Databases, *, rounds: int) -> list[Figure]:
    """The median start on each kind of database; the first, which makes the schema, apart."""
    taken = {kind: asyncio.run(_starts(databases, kind, rounds + 1)) for kind in KINDS}
    rows, figures = [], []
    for kind, starts in taken.items():
        first, again = starts[0], starts[1:]
        wall = statistics.median(start.wall for start in again)
        cpu = statistics.median(start.cpu for start in again)
        rows += [
            (f"{kind}, an empty database", f"{first.wall:.2f}", f"{first.cpu:.2f}"),
            (f"{kind}, median of {len(again)} more", f"{wall:.2f}", f"{cpu:.2f}"),
        ]
        figures.append(Figure(f"start to first reply, {kind}", wall, 3, 1.5, "s"))
    print_table(("start to first reply", "wall, s", "CPU, s"), rows)
    print(f"\n{machine()}.")
    return figures
