"""What a turn of the dialogue costs, side by side with others on the same conversation.

    make bench        # or: build/bench-venv/bin/python -m benchmarks.dialogue_turn

CPU time, never wall time. All contenders take turns within each round, so that what else the
machine does falls on all of them; the figures are medians over all rounds. Prints Markdown.
Exit code 1 when a bar is not met.
"""

import asyncio
import gc
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.aiogram_visit import AiogramVisit
from benchmarks.contenders import Contender, converse
from benchmarks.generated import write
from benchmarks.ours import NOW, OurRunner
from benchmarks.script import TURNS
from benchmarks.telegram_conversation import TelegramConversation
from dialogues.exchange import Did, Incoming
from dialogues.loader import check, load
from dialogues.runner import ActionResult, Runner
from dialogues.state import State

ROUNDS, CONVERSATIONS, WARM_UP = 15, 20, 10
FEW, MANY = 10, 100
SHIPPED = Path(__file__).parent.parent / "dialogues"
REQUESTS = {
    "a flow asked for as in an example": "i want a visit",
    "a flow asked for in other words": "could somebody please tell us how a visit works",
    "a message that nobody understands": "the number nine bus is always late in the mornings",
}


@dataclass
class Costs:
    """CPU nanoseconds of every turn that a contender took, by place in the conversation."""

    turns: list[list[int]] = field(default_factory=lambda: [[] for _ in TURNS])

    def add(self, costs: Iterable[int]) -> None:
        for kept, cost in zip(self.turns, costs, strict=True):
            kept.append(cost)

    def median(self, how: str | None = None) -> float:
        """Microseconds: of all turns, or of those that were typed or pressed."""
        fitting = zip(TURNS, self.turns, strict=True)
        return micros(cost for doing, kept in fitting if how in {None, doing.how} for cost in kept)


@dataclass
class Bar:
    """A figure that has to hold."""

    name: str
    figure: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        return self.figure <= self.limit

    def row(self) -> str:
        verdict = "met" if self.met else "**not met**"
        measured, limit = f"{self.figure:.3g} {self.unit}", f"{self.limit:g} {self.unit}"
        return f"| {self.name} | {measured} | {limit} | {verdict} |"


def micros(costs: Iterable[int]) -> float:
    return statistics.median(costs) / 1000


async def compare(contenders: list[Contender]) -> list[Costs]:
    """Let all of them hold the conversation, in turns."""
    costs = [Costs() for _ in contenders]
    for number in range(ROUNDS + 1):
        for kept, contender in zip(costs, contenders, strict=True):
            gc.collect()
            for _ in range(CONVERSATIONS if number else WARM_UP):
                taken = await converse(contender)
                if number:
                    kept.add(taken)
    return costs


def cost_of_requests(folders: Iterable[Path]) -> list[list[float]]:
    """Microseconds for each of the requests, with no question open, on each folder's content."""
    runners = [(content, Runner(content)) for content in map(load, folders)]
    costs: list[list[list[int]]] = [[[] for _ in runners] for _ in REQUESTS]
    for _ in range(ROUNDS * CONVERSATIONS):
        for kept, words in zip(costs, REQUESTS.values(), strict=True):
            for here, (content, runner) in zip(kept, runners, strict=True):
                state, incoming = State.new(content), Incoming(Did.TEXT, words)
                before = time.process_time_ns()
                runner.take(state, incoming, run_action=lambda _call: ActionResult(), now=NOW)
                here.append(time.process_time_ns() - before)
    return [[micros(here) for here in kept] for kept in costs]


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds, the median of five."""
    taken = []
    for _ in range(5):
        gc.collect()
        before = time.process_time()
        work()
        taken.append(time.process_time() - before)
    return statistics.median(taken)


def seconds_of_command(folder: Path) -> float:
    """CPU seconds of `python -m dialogues check`, from its start, with the registered actions."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "dialogues", "check", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def flatness(many: Costs, few: Costs, how: str) -> Bar:
    """Whether flows that are not concerned slow a turn down."""
    ratio = many.median(how) / few.median(how)
    return Bar(f"the same turn with {MANY} flows against {FEW}: who {how}", ratio, 1.2, "×")


def print_comparison(contenders: list[Contender], costs: list[Costs]) -> None:
    ours = costs[0].median()
    print("| CPU of a turn, µs, median | all eight | pressed | typed | against ours |")
    print("|---|---|---|---|---|")
    for contender, kept in zip(contenders, costs, strict=True):
        figures = (kept.median(), kept.median("presses"), kept.median("types"))
        cells = " | ".join(f"{it:.0f}" for it in figures)
        print(f"| {contender.name} | {cells} | {kept.median() / ours:.2f} × |")


def print_requests(costs: list[list[float]]) -> None:
    print(f"\n| CPU, µs, median | {FEW} flows | {MANY} flows | ratio |")
    print("|---|---|---|---|")
    for name, (few, many) in zip(REQUESTS, costs, strict=True):
        print(f"| {name} | {few:.0f} | {many:.0f} | {many / few:.2f} |")


def print_bars(bars: Iterable[Bar]) -> None:
    print("\n| figure | measured | must be at most | |\n|---|---|---|---|")
    for bar in bars:
        print(bar.row())


def main() -> int:
    warnings.filterwarnings("ignore", message=".*per_message=False.*")  # how its examples are
    with tempfile.TemporaryDirectory() as scratch:
        few, many = Path(scratch, "few"), Path(scratch, "many")
        write(few, flows=FEW)
        write(many, flows=MANY)
        contenders: list[Contender] = [
            OurRunner(f"this runner, {MANY} flows", many),
            OurRunner(f"this runner, {FEW} flows", few),
            OurRunner(
                f"this runner, {MANY} flows, its state read and written as JSON", many, kept=True
            ),
            TelegramConversation(),
            AiogramVisit(),
        ]
        costs = asyncio.run(compare(contenders))
        print(f"Python {platform.python_version()}, {os.cpu_count()} cores\n")
        print_comparison(contenders, costs)
        print_requests(cost_of_requests([few, many]))
        bars = [
            Bar("a turn of the runner, typed or pressed", costs[0].median(), 100, "µs"),
            *(flatness(costs[0], costs[1], how) for how in ("presses", "types")),
            Bar(f"loading {MANY} flows", seconds(lambda: load(many)), 0.5, "s"),
            Bar(f"checking {MANY} flows", seconds(lambda: check(many)), 2, "s"),
            Bar(f"the command that checks {MANY} flows", seconds_of_command(many), 2, "s"),
            Bar("loading the content that is shipped", seconds(lambda: load(SHIPPED)), 0.5, "s"),
        ]
        print_bars(bars)
    return 0 if all(bar.met for bar in bars) else 1


if __name__ == "__main__":
    raise SystemExit(main())
