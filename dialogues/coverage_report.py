"""A coverage, told to people and to scripts."""

from collections.abc import Iterator
from dataclasses import asdict

from dialogues.coverage import Coverage, Part, Tally


def as_lines(coverage: Coverage) -> Iterator[str]:
    """What is not reached, each with its file and line; then a line for each flow, and the sum."""
    for point in coverage.whole.missed:
        yield f"{point}: not reached"
    parts = (*coverage.flows, coverage.whole)
    width = max(len(part.name) for part in parts)
    yield f"{'flow':{width}}  {'steps':>9}  {'branches':>9}"
    for part in parts:
        numbers = f"{_of(part.steps):>9}  {_of(part.branches):>9}"
        yield f"{part.name:{width}}  {numbers}  {part.total.percent:5.1f} %"


def _of(tally: Tally) -> str:
    return f"{tally.reached}/{tally.all}"


def as_data(coverage: Coverage) -> dict[str, object]:
    """The sum, and each flow under `flows`. `branch` is null where a step itself is missed."""
    return {**_part(coverage.whole), "flows": [_part(it) for it in coverage.flows]}


def _part(part: Part) -> dict[str, object]:
    return {
        "name": part.name,
        "steps": asdict(part.steps),
        "branches": asdict(part.branches),
        "percent": part.total.percent,
        "missed": [
            {
                "file": it.where.file,
                "line": it.where.line,
                "flow": it.mark.flow,
                "step": it.mark.step,
                "branch": it.words or None,
            }
            for it in part.missed
        ],
    }
