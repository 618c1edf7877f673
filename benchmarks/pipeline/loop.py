"""The whole loop over HTTP: replies per CPU-second, beside a bare echo bot."""

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.pipeline.cpu import cpu_of_tree
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, print_table, say
from benchmarks.pipeline.residents import Crowd, Presser, Resident, Talker, Walker
from benchmarks.pipeline.serving import NO_LIMITS, echoing, serving
from tests.botapi import BotApi

PEERS = {
    "python-telegram-bot, echo, pressed": Presser,
    "python-telegram-bot, echo, typed": Talker,
}
HEAD = ("bot", "replies", "replies/s", "of a core", "replies/CPU-s", "rounds", "pressed", "typed")


@dataclass
class Bot:
    """A process under load, and what it has done so far."""

    name: str
    crowd: Crowd
    pid: int
    replies: int = 0
    cpu: float = 0.0
    seconds: float = 0.0
    generator: float = 0.0
    rates: list[float] = field(default_factory=list)

    async def work(self, seconds: float) -> None:
        """Let its residents write for so long, and wait until all are answered."""
        began, cpu, ours = time.monotonic(), cpu_of_tree(self.pid), time.process_time()
        self.crowd.tally.clear()
        await self.crowd.write_for(seconds)
        await self.crowd.fall_silent()
        cpu = cpu_of_tree(self.pid) - cpu
        self.replies += self.crowd.tally.replies
        self.cpu += cpu
        self.seconds += time.monotonic() - began
        self.generator += time.process_time() - ours
        self.rates.append(self.crowd.tally.replies / cpu)

    @property
    def rate(self) -> float:
        """Replies for a second of CPU."""
        return self.replies / self.cpu

    def row(self, peers: list["Bot"]) -> tuple[object, ...]:
        """Its line of the table, with its ratio to each peer."""
        return (
            self.name,
            self.replies,
            f"{self.replies / self.seconds:.0f}",
            f"{self.cpu / self.seconds:.0%}",
            f"{self.rate:.0f}",
            f"{min(self.rates):.0f}–{max(self.rates):.0f}",
            *(f"{self.rate / peer.rate:.2f} ×" for peer in peers),
        )


async def _run(databases: Databases, rounds: int, seconds: float, size: int) -> list[Figure]:
    async with AsyncExitStack() as stack:
        ours = [await _ours(stack, databases, kind, size) for kind in KINDS]
        peers = [await _peer(stack, name, kind, size) for name, kind in PEERS.items()]
        bots = [*ours, *peers]
        for bot in bots:
            await bot.crowd.mix()
        for number in range(rounds):
            for bot in bots:
                await bot.work(seconds)
            say(f"loop: round {number + 1} of {rounds}")
    print_table(HEAD, [bot.row(peers) for bot in bots])
    share = sum(bot.generator for bot in bots) / sum(bot.seconds for bot in bots)
    print(f"\nThe load came from another process, {share:.0%} busy.")
    return [
        Figure(
            f"replies per CPU-second against an echo bot, both pressed, {bot.name}",
            bot.rate / peers[0].rate,
            2,
            4,
            "×",
            at_least=True,
        )
        for bot in ours
    ]


async def _ours(stack: AsyncExitStack, databases: Databases, kind: str, size: int) -> Bot:
    api = await stack.enter_async_context(BotApi(limits=NO_LIMITS))
    folder = Path(databases.folder, f"loop-{kind}")
    assistant = await stack.enter_async_context(
        serving(api, databases.fresh(kind), folder, TELEGRAM_RATE="1000")
    )
    return Bot(kind, await _listening(stack, Crowd(api, Walker, size)), assistant.pid)


async def _peer(stack: AsyncExitStack, name: str, kind: type[Resident], size: int) -> Bot:
    api = await stack.enter_async_context(BotApi(limits=NO_LIMITS))
    pid = await stack.enter_async_context(echoing(api))
    return Bot(name, await _listening(stack, Crowd(api, kind, size)), pid)


async def _listening(stack: AsyncExitStack, crowd: Crowd) -> Crowd:
    await stack.enter_async_context(crowd.listening())
    return crowd


def measure(databases: Databases, *, rounds: int, seconds: float, size: int) -> list[Figure]:
    """All bots run all the time and are put to work in turns."""
    return asyncio.run(_run(databases, rounds, seconds, size))
