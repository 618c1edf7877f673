"""Reads test cases, with the place of every step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from dialogues.compiling.shapes import fit
from dialogues.compiling.yaml_source import Source, read
from dialogues.findings import ContentError, Finding, Where
from dialogues.testcases.shape import KINDS, CasesFile, Extra, StepSpec

_FILE = TypeAdapter(CasesFile)


@dataclass(frozen=True, slots=True)
class CaseStep:
    spec: StepSpec
    where: Where
    extra: Extra


@dataclass(frozen=True, slots=True)
class Case:
    """`slots` are set before it begins."""

    name: str
    where: Where
    slots: Mapping[str, Any]
    steps: Sequence[CaseStep]

    def __str__(self) -> str:
        return f"{Path(self.where.file).stem}: {self.name}"


def read_cases(path: Path) -> list[Case]:
    """Raises ContentError when the file is not of the format."""
    source = read(path)
    file = fit(_FILE, source, (), source.data)
    cases = [_case(source, file, i) for i in range(len(file.test_cases))] if file else []
    if source.findings:
        raise ContentError(source.findings)
    return cases


def _case(source: Source, file: CasesFile, index: int) -> Case:
    spec = file.test_cases[index]
    fixtures = {name: values for it in file.fixtures for name, values in it.items()}
    extras = {name: extra for it in file.metadata for name, extra in it.items()}
    where = source.where("test_cases", index)
    slots: dict[str, Any] = {}
    for name in spec.fixtures:
        _known(source, where, "fixture", name, fixtures)
        for values in fixtures.get(name, []):
            slots |= values
    steps = []
    for i, step in enumerate(spec.steps):
        at = source.where("test_cases", index, "steps", i)
        if sum(getattr(step, kind) is not None for kind in KINDS) != 1:
            message = f"a step is one of {', '.join(KINDS)}"
            source.findings.append(Finding.at(at, "shape", message))
        if step.metadata is not None:
            _known(source, at, "metadata", step.metadata, extras)
        steps.append(CaseStep(step, at, extras.get(step.metadata or "", Extra())))
    return Case(spec.test_case, where, slots, steps)


def _known(source: Source, where: Where, kind: str, name: str, known: Mapping[str, Any]) -> None:
    if name not in known:
        source.findings.append(Finding.at(where, "no-name", f"there is no {kind} {name}"))
