"""Figures that have to hold, and the tables they are printed in."""

import math
import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One measured figure, what it must reach, and what it should."""

    name: str
    measured: float
    must: float | None  # None where there is only a goal
    goal: float
    unit: str
    at_least: bool = False  # else at most

    @property
    def met(self) -> bool:
        """Whether the figure holds."""
        return self.must is None or self._reaches(self.must)

    def row(self) -> str:
        """The figure as a row of the table."""
        verdict = "goal met" if self._reaches(self.goal) else self._short_of_goal()
        sign = "≥" if self.at_least else "≤"
        cells = (
            self.name,
            f"{self.measured:.3g} {self.unit}",
            "–" if self.must is None else f"{sign} {self.must:.4g} {self.unit}",
            f"{sign} {self.goal:.4g} {self.unit}",
            verdict,
        )
        return f"| {' | '.join(cells)} |"

    def _short_of_goal(self) -> str:
        if self.must is None:
            return "goal not met"
        return "met" if self.met else "**not met**"

    def _reaches(self, bar: float) -> bool:
        if math.isnan(self.measured):
            return False
        return self.measured >= bar if self.at_least else self.measured <= bar


def figures_table(figures: Iterable[Figure]) -> str:
    """All figures against their bars."""
    head = "| figure | measured | must | goal | |\n|---|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    print("\n" + "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines), flush=True)


def percentile(values: Iterable[float], share: float) -> float:
    """The value that `share` of all do not exceed; NaN of nothing."""
    ordered = sorted(values)
    if not ordered:
        return math.nan
    return ordered[min(math.ceil(share * len(ordered)), len(ordered)) - 1]


def machine() -> str:
    """What else the machine is doing, as a note under a latency."""
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def say(words: str) -> None:
    """A line about what is going on, with the time of day."""
    print(f"<!-- {time.strftime('%H:%M:%S')} {words} -->", flush=True)
