"""The result of a walk, for people and for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from bot.exploring.faults import Fault
from bot.exploring.walking import Bounds, Graph
from dialogues.model import Content


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, what was walked, and what was left out."""

    faults: list[Fault]
    turns: int
    states: int
    seconds: float
    bounds: Bounds
    not_explored: list[str]

    def as_text(self) -> str:
        blocks = [_block(fault) for fault in self.faults]
        return "\n\n".join([*blocks, "\n".join(self._summary())])

    def as_json(self) -> str:
        faults = [
            {
                "file": fault.where.file,
                "line": fault.where.line,
                "rule": fault.rule,
                "message": fault.message,
                "conversation": fault.conversation,
                "answer": fault.answer,
            }
            for fault in self.faults
        ]
        walked = {"turns": self.turns, "states": self.states, "seconds": round(self.seconds, 1)}
        data = {
            "findings": faults,
            "explored": {**walked, **asdict(self.bounds)},
            "not_explored": self.not_explored,
        }
        return json.dumps(data, ensure_ascii=False, indent=2)

    def _summary(self) -> Iterator[str]:
        bounds = self.bounds
        yield (
            f"{self.turns} turns, {self.states} different states, {self.seconds:.1f} s; at most "
            f"{bounds.depth} turns and {bounds.detours} detours in a conversation"
        )
        yield from (f"not explored: {line}" for line in self.not_explored)
        count = len(self.faults)
        yield f"{count} finding{'' if count == 1 else 's'}" if count else "nothing found"


def report(content: Content, graph: Graph, bounds: Bounds, faults: list[Fault]) -> Report:
    return Report(
        faults=sorted(faults, key=lambda it: (it.where, it.rule, it.message)),
        turns=graph.turns,
        states=len(graph.nodes),
        seconds=graph.seconds,
        bounds=bounds,
        not_explored=list(_left_out(content, graph, bounds)),
    )


def _block(fault: Fault) -> str:
    lines = [f"{fault.where.file}:{fault.where.line}: {fault.rule}: {fault.message}"]
    lines += [f"  {number:2}. {line}" for number, line in enumerate(fault.conversation, 1)]
    if fault.answer:
        lines.append(f"      is answered with: {fault.answer}")
    return "\n".join(lines)


def _left_out(content: Content, graph: Graph, bounds: Bounds) -> Iterator[str]:
    if graph.waiting:
        yield f"{graph.waiting} states, because {bounds.seconds:g} seconds were over"
    if graph.too_deep:
        yield f"{graph.too_deep} states after {bounds.depth} turns (--depth)"
    if graph.too_far:
        yield f"further detours from {graph.too_far} states (--detours)"
    if bounds.flow is None:
        never = sorted(set(content.flows) - graph.started)
        if never:
            yield f"flows that nothing has started: {', '.join(never)}"
