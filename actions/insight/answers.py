"""How long people wait for a person: half of them, and nine of ten, and what was promised.

It is reckoned from classes in which the times were counted, so it is right to the class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from actions.insight.counting import CLASSES, LONGER
from actions.insight.hiding import FEWEST, Cell, parts
from actions.insight.weeks import Weeks
from storage.day_figures import WeekCounts


@dataclass(frozen=True, slots=True)
class Waits:
    """A week's: how many were answered, and minutes that half of them and nine of ten waited at
    most; None where few were answered. Then how many were not, and how promises were kept."""

    monday: date
    is_running: bool
    answered: Cell
    median: float | None
    ninetieth: float | None
    unanswered: Cell
    kept: Cell
    broken: Cell


def waits(classes: WeekCounts, others: WeekCounts, weeks: Weeks) -> list[Waits]:
    """Week by week. `classes` are the counts of `answer_minutes` by their class."""
    return [_waits(classes, others, monday, weeks) for monday in weeks.mondays]


def _waits(classes: WeekCounts, others: WeekCounts, monday: date, weeks: Weeks) -> Waits:
    counts = {end: classes.get(("answer_minutes", str(end), monday), 0) for end in _ENDS}
    answered = sum(counts.values())
    promises = {
        figure: others.get((figure, "", monday), 0) for figure in ("promise_kept", "promise_broken")
    }
    shown = parts(promises)
    unanswered = others.get(("unanswered", "", monday), 0)
    asked = parts({"answered": answered, "unanswered": unanswered})  # the whole is shown elsewhere
    is_many = answered >= FEWEST
    return Waits(
        monday,
        monday == weeks.running,
        asked["answered"],
        percentile(counts, 0.5) if is_many else None,
        percentile(counts, 0.9) if is_many else None,
        asked["unanswered"],
        shown["promise_kept"],
        shown["promise_broken"],
    )


def percentile(counts: Mapping[int, int], part: float) -> float:
    """The minutes within which this part of them was answered, inside its class as if they were
    spread evenly. `counts` are by the end of the class, not all nought."""
    wanted, passed, begin = part * sum(counts.values()), 0.0, 0
    for end in sorted(counts):
        if counts[end] and passed + counts[end] >= wanted:
            return begin + (end - begin) * (wanted - passed) / counts[end]
        passed += counts[end]
        begin = end
    return float(begin)


_ENDS = (*CLASSES, LONGER)
