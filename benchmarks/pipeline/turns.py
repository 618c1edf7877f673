"""CPU of a durable turn: an update as JSON goes in, its replies are committed in the outbox."""

import asyncio
import gc
import statistics
import time
from contextlib import AsyncExitStack
from itertools import count
from typing import NamedTuple

from benchmarks.aiogram_visit import AiogramVisit
from benchmarks.contenders import converse
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, print_table, say
from benchmarks.pipeline.ours import Intake, buttons, opened, pretend_sent, taking_turns
from benchmarks.pipeline.walk import PRESSES, START
from benchmarks.script import TURNS
from bot.core import Core

CHATS = 64
BARS = {"SQLite": (1.5, 0.5), "PostgreSQL": (3.0, 1.5)}


class Cost(NamedTuple):
    """Milliseconds of CPU for one turn: ours, and the database server's own."""

    ours: float
    server: float


class Crowd:
    """As many residents as write at the same time, on one database, each new."""

    def __init__(self, core: Core, intake: Intake, databases: Databases) -> None:
        self.core = core
        self._intake = intake
        self._databases = databases
        self._people = count(5_000_000_001)

    async def walk(self) -> list[Cost]:
        """Let them all press their way through the flows: what a turn cost at each step."""
        chats = [next(self._people) for _ in range(CHATS)]
        await self.greet(chats)
        return [await self.press(chats, label) for label in PRESSES]

    async def press(self, chats: list[int], label: str) -> Cost:
        """All of them press the same button: what a turn cost."""
        await self.core.database.write(pretend_sent)
        found = await self.core.database.read(lambda session: buttons(session, chats))
        return await self._measured(
            [self._intake.press(chat, found[chat][label]) for chat in chats]
        )

    async def greet(self, chats: list[int]) -> None:
        """Say hello, which is not measured; a press behind it tells when all have been heard."""
        hellos = [self._intake.command(chat, START) for chat in chats]
        nudges = [self._intake.press(chat, (1, "…", "…", "0.0")) for chat in chats]
        await self._intake.take([*hellos, *nudges], presses=len(chats))

    async def _measured(self, updates: list[str]) -> Cost:
        gc.collect()
        server, ours = self._databases.server_cpu(), time.process_time()
        await self._intake.take(updates, presses=len(updates))
        ours, server = time.process_time() - ours, self._databases.server_cpu() - server
        return Cost(1000 * ours / len(updates), 1000 * server / len(updates))


async def visit_cost(peer: AiogramVisit, rounds: int) -> list[float]:
    """Milliseconds of CPU for each pressed turn of the peer's conversation."""
    costs = []
    for _ in range(rounds):
        taken = await converse(peer)
        costs += [
            cost / 1e6 for doing, cost in zip(TURNS, taken, strict=True) if doing.how == "presses"
        ]
    return costs


async def _run(databases: Databases, rounds: int) -> list[Figure]:
    costs: dict[str, list[Cost]] = {kind: [] for kind in KINDS}
    peers: list[float] = []
    async with AsyncExitStack() as stack:
        peer = AiogramVisit()
        crowds = {}
        for kind in KINDS:
            core = stack.enter_context(opened(databases.fresh(kind), databases.folder))
            await core.database.write(core.load_samples)
            intake = await stack.enter_async_context(taking_turns(core))
            crowds[kind] = Crowd(core, intake, databases)
        for number in range(rounds + 1):
            for kind, crowd in crowds.items():
                taken = await crowd.walk()
                costs[kind] += taken if number else []  # the first round warms up
            peers += await visit_cost(peer, 20)
            say(f"turns: round {number} of {rounds}")
    return _report(costs, statistics.median(peers))


def _worst(taken: list[Cost]) -> tuple[str, float]:
    """The press that costs most, and its median."""
    steps = {
        label: statistics.median(cost.ours for cost in taken[place :: len(PRESSES)])
        for place, label in enumerate(PRESSES)
    }
    return max(steps.items(), key=lambda step: step[1])


def _report(costs: dict[str, list[Cost]], peer: float) -> list[Figure]:
    ours = {kind: statistics.mean(cost.ours for cost in taken) for kind, taken in costs.items()}
    rows: list[tuple[object, ...]] = [
        (
            f"this assistant, {kind}, committed",
            f"{ours[kind]:.2f}",
            f"{statistics.median(cost.ours for cost in taken):.2f}",
            "{1:.2f}: {0}".format(*_worst(taken)),
            f"{statistics.mean(cost.server for cost in taken):.2f}" if kind != "SQLite" else "–",
            f"{ours[kind] / peer:.2f} ×",
        )
        for kind, taken in costs.items()
    ]
    rows.append(("aiogram-dialog, kept in memory only", "–", f"{peer:.2f}", "–", "–", "1.00 ×"))
    head = ("CPU of a pressed turn, ms", "mean", "median", "the dearest press", "server", "to peer")
    print_table(head, rows)
    return [
        Figure(f"CPU of a durable turn, {CHATS} chats, {kind}", ours[kind], *BARS[kind], "ms")
        for kind in KINDS
    ]


def measure(databases: Databases, *, rounds: int) -> list[Figure]:
    """Both kinds of database and the peer, in turns within each round."""
    return asyncio.run(_run(databases, rounds))
