"""How far people get: from the first word to what became of what they sent."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.insight.hiding import Cell, cell, share, total
from actions.insight.weeks import Weeks
from storage.day_figures import WeekCounts

STEPS = ("people", "checks", "verdicts", "ideas", "sent", "lead_qualified", "lead_done")


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the way: how many, and how many of a hundred of the first and of the one before."""

    figure: str
    count: Cell
    of_first: int | None
    of_former: int | None


def funnel(counts: WeekCounts, weeks: Weeks) -> list[Stage]:
    """The steps in order. Each is what happened in these weeks, whenever those people came."""
    found = {step: _sum(counts, step, weeks) for step in STEPS}
    return [_stage(found, number) for number in range(len(STEPS))]


def _sum(counts: WeekCounts, figure: str, weeks: Weeks) -> Cell:
    return total(cell(counts.get((figure, "", monday), 0)) for monday in weeks.mondays)


def _stage(found: Mapping[str, Cell], number: int) -> Stage:
    step = STEPS[number]
    if number == 0:
        return Stage(step, found[step], None, None)
    first, former = found[STEPS[0]], found[STEPS[number - 1]]
    return Stage(step, found[step], share(found[step], first), share(found[step], former))
