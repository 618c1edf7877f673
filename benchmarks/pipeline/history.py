"""The same turn beside a thousand stored conversations, and beside a million."""

import asyncio
import random
import statistics
from contextlib import AsyncExitStack

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.pipeline import seeding
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, print_table, say
from benchmarks.pipeline.ours import opened, pretend_sent, taking_turns
from benchmarks.pipeline.turns import CHATS, Cost, Crowd
from storage.models import Chat

FEW = 1000
TEMPLATE = 5_000_000_000
LABEL = "Check if I can apply"


class Stored:
    """A crowd that is drawn from many stored conversations."""

    def __init__(self, crowd: Crowd, numbers: list[int]) -> None:
        self._crowd = crowd
        self._numbers = numbers

    async def press(self) -> Cost:
        """Sixty-four of them press the same button: what a turn cost."""
        drawn = [self._numbers.pop() for _ in range(CHATS)]
        return await self._crowd.press(drawn, LABEL)


async def _stored(stack: AsyncExitStack, databases: Databases, kind: str, count: int) -> Stored:
    url = databases.fresh(kind)
    core = stack.enter_context(opened(url, databases.folder))
    await core.database.write(core.load_samples)
    intake = await stack.enter_async_context(taking_turns(core))
    crowd = Crowd(core, intake, databases)
    await crowd.greet([TEMPLATE])
    await core.database.write(pretend_sent)
    template = await core.database.read(_template)
    numbers = await asyncio.to_thread(seeding.conversations, url, template, count)
    random.Random(1).shuffle(numbers)
    return Stored(crowd, numbers)


def _template(session: Session) -> int:
    return session.execute(
        select(Chat.id).where(Chat.channel == "telegram", Chat.external_id == str(TEMPLATE))
    ).scalar_one()


async def _compare(
    databases: Databases, kind: str, many: int, rounds: int
) -> tuple[list[Cost], list[Cost]]:
    few_costs: list[Cost] = []
    many_costs: list[Cost] = []
    async with AsyncExitStack() as stack:
        few = await _stored(stack, databases, kind, FEW)
        say(f"history: storing {many} conversations on {kind}")
        lots = await _stored(stack, databases, kind, many)
        for number in range(rounds + 1):
            for stored, costs in ((few, few_costs), (lots, many_costs)):
                cost = await stored.press()
                if number:
                    costs.append(cost)
    return few_costs, many_costs


def measure(databases: Databases, *, many: int, rounds: int) -> list[Figure]:
    """In turns, on each kind of database; the server's CPU is in it."""
    rows, figures = [], []
    rounds = min(max(rounds * 3, 9), FEW // CHATS - 1)
    for kind in KINDS:
        few, lots = asyncio.run(_compare(databases, kind, many, rounds))
        little, much = _median(few), _median(lots)
        cells = [f"{cost.ours:.2f} + {cost.server:.2f}" for cost in (little, much)]
        ratio = sum(much) / sum(little)
        rows.append((kind, *cells, f"{ratio:.2f} ×"))
        name = f"a turn beside {many:,} conversations against {FEW:,}, {kind}"
        figures.append(Figure(name, ratio, 1.2, 1.05, "×"))
    head = ("CPU of a pressed turn, ours + server's, ms", f"{FEW:,} stored", f"{many:,} stored", "")
    print_table(head, rows)
    return figures


def _median(costs: list[Cost]) -> Cost:
    ours, server = zip(*costs, strict=True)
    return Cost(statistics.median(ours), statistics.median(server))
