"""A thousand residents write within five seconds; Telegram's limits are on."""

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pipeline.cpu import cpu_of_tree
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, percentile, print_table
from benchmarks.pipeline.residents import Crowd, Walker
from benchmarks.pipeline.serving import serving
from tests.botapi import BotApi

RESIDENTS, WITHIN, RATE = 1000, 5.0, 28


@dataclass
class Rush:
    """How it went."""

    seconds: float
    cpu: float
    refused: int
    median: float
    last: float
    most_in_a_second: int


async def _rush(databases: Databases, kind: str) -> Rush:
    folder = Path(databases.folder, f"crowd-{kind}")
    async with (
        BotApi() as api,
        serving(api, databases.fresh(kind), folder) as assistant,
    ):
        crowd = Crowd(api, Walker, RESIDENTS)
        async with crowd.listening():
            began, cpu = time.monotonic(), cpu_of_tree(assistant.pid)
            await crowd.write_once(every=WITHIN / RESIDENTS)
            await crowd.fall_silent(within=180)
            took, cpu = time.monotonic() - began, cpu_of_tree(assistant.pid) - cpu
        waits = crowd.tally.latencies
        assert crowd.tally.replies == RESIDENTS, crowd.tally.replies
        refused = sum(violation.code == 429 for violation in api.violations)
        most = most_within(crowd.tally.sent_at, 1.0)
        return Rush(took, cpu, refused, percentile(waits, 0.5), max(waits), most)


def most_within(moments: list[float], window: float) -> int:
    """The most of these moments that any sliding window holds."""
    ordered, first, most = sorted(moments), 0, 0
    for number, moment in enumerate(ordered):
        while ordered[first] <= moment - window:
            first += 1
        most = max(most, number - first + 1)
    return most


def measure(databases: Databases) -> list[Figure]:
    """On each kind of database, against what the limit dictates."""
    dictated = RESIDENTS / RATE
    rushes = {kind: asyncio.run(_rush(databases, kind)) for kind in KINDS}
    head = (
        f"{RESIDENTS} write within {WITHIN:.0f} s",
        "all answered, s",
        f"{RATE}/s dictate, s",
        "median wait, s",
        "CPU, s",
        "429",
        "most in a second",
    )
    rows = [
        (
            kind,
            f"{rush.seconds:.1f}",
            f"{dictated:.1f}",
            f"{rush.median:.1f}",
            f"{rush.cpu:.1f}",
            rush.refused,
            rush.most_in_a_second,
        )
        for kind, rush in rushes.items()
    ]
    print_table(head, rows)
    figures = []
    for kind, rush in rushes.items():
        over = 100 * (rush.seconds / dictated - 1)
        figures += [
            Figure(f"{RESIDENTS} at once: longer than dictated, {kind}", over, 15, 5, "%"),
            Figure(f"{RESIDENTS} at once: refused with 429, {kind}", rush.refused, 0, 0, "calls"),
        ]
    return figures
