"""`python -m benchmarks.pipeline [NAME …]` prints tables; exit code 1 if a must is not met."""

import argparse
import platform
import sys
from collections.abc import Callable

from benchmarks.pipeline import (
    crowd,
    history,
    loop,
    rate,
    reminders,
    replan,
    starting,
    turns,
)
from benchmarks.pipeline.databases import Databases, open_databases
from benchmarks.pipeline.figures import Figure, figures_table, machine

Measure = Callable[[Databases, argparse.Namespace], list[Figure]]
MEASURES: dict[str, Measure] = {
    "turns": lambda databases, wanted: turns.measure(databases, rounds=wanted.rounds),
    "loop": lambda databases, wanted: loop.measure(
        databases, rounds=wanted.rounds, seconds=wanted.seconds, size=wanted.people
    ),
    "rate": lambda databases, wanted: rate.measure(databases, seconds=wanted.steady),
    "crowd": lambda databases, _wanted: crowd.measure(databases),
    "reminders": lambda databases, wanted: reminders.measure(databases, seconds=60 * wanted.window),
    "replan": lambda databases, _wanted: replan.measure(databases),
    "history": lambda databases, wanted: history.measure(
        databases, many=wanted.stored, rounds=wanted.rounds
    ),
    "start": lambda databases, wanted: starting.measure(databases, rounds=wanted.rounds),
    "memory": lambda databases, wanted: rate.measure_memory(databases, seconds=60 * wanted.minutes),
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pipeline", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--rounds", type=int, default=5, help="rounds in which peers take turns")
    parser.add_argument("--seconds", type=float, default=8, help="loop: of each bot in a round")
    parser.add_argument("--people", type=int, default=256, help="loop: residents of each bot")
    parser.add_argument("--steady", type=float, default=60, help="rate: seconds of steady load")
    parser.add_argument("--stored", type=int, default=1_000_000, help="history: conversations")
    parser.add_argument("--window", type=float, default=5, help="reminders: minutes of each window")
    parser.add_argument("--minutes", type=float, default=10, help="memory: of steady load")
    wanted = parser.parse_args()
    unknown = set(wanted.names) - set(MEASURES)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return wanted


def main() -> int:
    """Measure what was asked for, or everything."""
    wanted = _arguments()
    print(f"Python {platform.python_version()}, {machine()}")
    figures: list[Figure] = []
    with open_databases() as databases:
        for name in wanted.names or MEASURES:
            print(f"\n## {name}", flush=True)
            figures += MEASURES[name](databases, wanted)
    print("\n" + figures_table(figures))
    return 0 if all(figure.met for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
