"""A steady thirty replies a second: what share of a core, how long people wait, and memory."""

import asyncio
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pipeline.cpu import cpu_of_tree, resident_megabytes
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.disk import watching_syncs
from benchmarks.pipeline.figures import Figure, machine, percentile, print_table, say
from benchmarks.pipeline.residents import Crowd, Walker
from benchmarks.pipeline.serving import serving
from benchmarks.pipeline.walk import PRESSES
from tests.botapi import BotApi, Limits

REPLIES = 30  # a second
REPLIES_OF_A_WALK = 23  # to hello and all presses
PEOPLE = 96
LIMITS = Limits(overall=60)  # so that the limit does not add to what is measured
SETTLE = 5.0  # seconds before counting
WATCH_EVERY = 30.0


@dataclass
class Steady:
    """What a steady load took."""

    replies: float  # a second
    share: float  # of a core
    waits: list[float]  # seconds from update to reply
    syncs: list[float]  # seconds that the disk took to sync a page meanwhile
    memory: list[float]  # megabytes, at even intervals


async def _steady(databases: Databases, kind: str, seconds: float) -> Steady:
    interval = REPLIES_OF_A_WALK / (len(PRESSES) + 1) / REPLIES
    folder = Path(databases.folder, f"rate-{kind}-{seconds:.0f}")
    async with (
        BotApi(limits=LIMITS) as api,
        serving(api, databases.fresh(kind), folder, TELEGRAM_RATE="56") as assistant,
    ):
        crowd = Crowd(api, Walker, PEOPLE)
        async with crowd.listening():
            await crowd.mix()
            await crowd.write_for(SETTLE, every=interval)
            crowd.tally.clear()
            watching = asyncio.create_task(_watch(assistant.pid))
            began, cpu = time.monotonic(), cpu_of_tree(assistant.pid)
            with watching_syncs(databases.folder) as syncs:
                await crowd.write_for(seconds, every=interval)
            took, cpu = time.monotonic() - began, cpu_of_tree(assistant.pid) - cpu
            replies, waits = crowd.tally.replies / took, crowd.tally.latencies
            watching.cancel()
            (memory,) = await asyncio.gather(watching)
            await crowd.fall_silent()
        return Steady(replies, cpu / took, waits, syncs, memory)


async def _watch(pid: int) -> list[float]:
    """Megabytes at even intervals, until told to end."""
    seen = []
    try:
        while True:
            seen.append(resident_megabytes(pid))
            await asyncio.sleep(WATCH_EVERY)
    except asyncio.CancelledError:
        return seen


def measure(databases: Databases, *, seconds: float) -> list[Figure]:
    """The share of a core and the waits, on each kind of database."""
    taken = {kind: asyncio.run(_steady(databases, kind, seconds)) for kind in KINDS}
    head = (
        *("at 30 replies a second", "replies/s", "of a core"),
        *("p50, ms", "p99, ms", "worst, ms", "the disk alone: p99, ms", "worst, ms"),
    )
    print_table(head, [(kind, *_cells(steady)) for kind, steady in taken.items()])
    print(f"\nWaits are wall time from update to reply: {machine()}.")
    figures = []
    for kind, steady in taken.items():
        p99 = 1000 * percentile(steady.waits, 0.99)
        figures += [
            Figure(f"share of a core at 30 replies/s, {kind}", 100 * steady.share, 15, 8, "%"),
            Figure(f"p99 update to reply at 30 replies/s, {kind}", p99, 150, 150, "ms"),
        ]
    return figures


def _cells(steady: Steady) -> tuple[str, ...]:
    waits = [percentile(steady.waits, share) for share in (0.5, 0.99, 1.0)]
    waits += [percentile(steady.syncs, share) for share in (0.99, 1.0)]
    return (
        *(f"{steady.replies:.1f}", f"{steady.share:.1%}"),
        *(f"{1000 * wait:.0f}" for wait in waits),
    )


def measure_memory(databases: Databases, *, seconds: float) -> list[Figure]:
    """Whether memory stays what it was under the same load, after a fifth of the time."""
    figures = []
    for kind in KINDS:
        say(f"memory: {seconds:.0f} s on {kind}")
        memory = asyncio.run(_steady(databases, kind, seconds)).memory
        growth = _growth(memory[len(memory) // 5 :])
        print(f"\n{kind}, megabytes each 30 s: " + " ".join(f"{mb:.0f}" for mb in memory))
        name = f"growth of memory in {seconds / 60:.0f} minutes of load, {kind}"
        figures.append(Figure(name, growth, 5, 2, "%"))
    return figures


def _growth(memory: list[float]) -> float:
    """Percent from first to last, along the straight line that fits best."""
    if len(memory) < 2:
        return 0.0
    slope, start = statistics.linear_regression(range(len(memory)), memory)
    return 100 * slope * (len(memory) - 1) / start
