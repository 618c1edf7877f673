"""`python -m benchmarks.console` prints a table for each database; exit code 1 if a page costs more
than it may."""

import argparse
import asyncio
import json
import platform
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from benchmarks.console.databases import KEPT, KINDS, Filled, filled
from benchmarks.console.measuring import MOST_CPU, MOST_WALL, Measured, signed_in
from benchmarks.console.scale import NOW, Scale
from benchmarks.console.visits import Visit, routes, visits
from benchmarks.pipeline.figures import machine, print_table, say
from bot.clock import ManualClock
from bot.core import open_core

TIMES = 60
HEAD = ("page", "asked for", "status", "kB", "CPU, ms", "server, ms", "p50, ms", "p95, ms", "")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.console", description=__doc__)
    parser.add_argument("routes", nargs="*", metavar="ROUTE", help="only these; all if none")
    parser.add_argument("--on", choices=KINDS, action="append", help="the database; both if none")
    parser.add_argument("--times", type=int, default=TIMES, help="that each page is asked for")
    parser.add_argument("--share", type=float, default=1, help="of all that has happened")
    parser.add_argument("--json", type=Path, default=KEPT / "figures.json", help="figures go there")
    wanted = parser.parse_args()
    if unknown := set(wanted.routes) - set(routes()):
        parser.error(f"no such pages: {', '.join(sorted(unknown))}")
    return wanted


def main() -> int:
    """Fill what is not filled yet, and measure every page on it."""
    wanted = _arguments()
    scale = Scale().times(wanted.share) if wanted.share != 1 else Scale()
    print(f"Python {platform.python_version()}, {scale.leads} leads, {scale.messages} messages")
    figures: dict[str, list[Measured]] = {}
    for kind in wanted.on or KINDS:
        say(f"{kind}: filling it, or finding it filled")
        with filled(kind, scale) as found:
            before = machine()
            figures[kind] = asyncio.run(measure(found, scale, wanted.routes, wanted.times))
        print(f"\n## {kind}\n\nBefore: {before}; after: {machine()}.")
        print_table(HEAD, map(_row, figures[kind]))
    wanted.json.parent.mkdir(parents=True, exist_ok=True)
    wanted.json.write_text(json.dumps({it: _plain(figures[it]) for it in figures}, indent=1))
    return _verdict(figures)


async def measure(found: Filled, scale: Scale, only: list[str], times: int) -> list[Measured]:
    """What each visit costs, to these routes or to all."""
    with (
        tempfile.TemporaryDirectory() as folder,
        open_core(found.settings(Path(folder)), clock=ManualClock(NOW)) as core,
    ):
        with core.database.transaction() as session:
            asked = list(visits(session, scale, only))
        async with signed_in(core.database, found) as browser:
            return [await browser.measure(visit, times) for visit in asked]


def _row(it: Measured) -> tuple[str, ...]:
    return (
        *(it.visit.route, it.visit.name or "plain", str(it.status), f"{it.size / 1000:.0f}"),
        *(f"{1000 * each:.1f}" for each in (it.cpu, it.server_cpu, it.p50, it.p95)),
        "met" if it.is_met else "**not met**",
    )


def _plain(measured: list[Measured]) -> list[dict[str, object]]:
    return [{**asdict(it), "is_met": it.is_met} for it in measured]


def _name(visit: Visit) -> str:
    return f"{visit.route}, {visit.name or 'plain'} ({visit.path})"


def _verdict(figures: dict[str, list[Measured]]) -> int:
    slow = [(kind, it) for kind, each in figures.items() for it in each if not it.is_met]
    print(
        f"\nA page may cost {1000 * MOST_CPU:.0f} ms of CPU, a database's own included, and"
        f" {1000 * MOST_WALL:.0f} ms at p95."
    )
    for kind, it in slow:
        print(f"not met on {kind}: {_name(it.visit)}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
