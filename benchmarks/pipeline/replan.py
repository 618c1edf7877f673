"""A deadline moves for a hundred thousand subscriptions."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.pipeline import seeding
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, print_table
from benchmarks.pipeline.ours import opened
from bot.call_reports import import_file
from bot.core import Core

SUBSCRIPTIONS = 100_000
CODE = "bench_2026"


def _replan(databases: Databases, kind: str) -> tuple[float, float, float]:
    """Wall seconds, CPU seconds of ours, CPU seconds of the server."""
    url = databases.fresh(kind)
    with opened(url, databases.folder) as core:
        now = core.clock.now()
        closes_at = (now + timedelta(days=20)).replace(second=0, microsecond=0, hour=12, minute=0)
        _import(core, databases.folder, closes_at)
        seeding.subscriptions(url, CODE, now=now, total=SUBSCRIPTIONS, due=0, sent=0, known=0)
        wall, cpu, server = time.monotonic(), time.process_time(), databases.server_cpu()
        _import(core, databases.folder, closes_at + timedelta(days=3))
        return (
            time.monotonic() - wall,
            time.process_time() - cpu,
            databases.server_cpu() - server,
        )


def _import(core: Core, folder: Path, closes_at: datetime) -> None:
    report = import_file(
        core, seeding.call_file(folder, CODE, closes_at.astimezone(UTC)), by="benchmark"
    )
    assert not report.failed, report.text


def measure(databases: Databases) -> list[Figure]:
    """`calls import` of the moved deadline, on each kind of database."""
    taken = {kind: _replan(databases, kind) for kind in KINDS}
    rows = [
        (kind, *(f"{seconds:.2f}" for seconds in seconds_of)) for kind, seconds_of in taken.items()
    ]
    print_table((f"re-plan of {SUBSCRIPTIONS:,}", "wall, s", "CPU, s", "server's CPU, s"), rows)
    return [
        Figure(
            f"re-plan of {SUBSCRIPTIONS:,}, {kind}, with the server's CPU", ours + server, 5, 1, "s"
        )
        for kind, (_wall, ours, server) in taken.items()
    ]
