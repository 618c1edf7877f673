"""`python -m tests.soak`: every fault at length, in less than 20 minutes; exit 1 on a loss."""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.process.postgres import PostgresServer, postgres_server
from tests.soak import faults, scene
from tests.soak.ledger import Audit
from tests.soak.scene import Scene

LONGEST = 20 * 60  # seconds
KILLING = 12 * 60  # of these, at most
HEAD = ("fault", "times", "updates", "rounds", "replies", "lost", "doubles", "unexplained", "429")


@dataclass(frozen=True)
class Arena:
    """What the acts share."""

    folder: Path
    server: PostgresServer
    kills: int
    seed: int

    def chance(self) -> random.Random:
        return random.Random(self.seed)


@dataclass
class Outcome:
    """How an act ended."""

    name: str
    audit: Audit
    faults: int
    refused: int
    oldest: float

    def row(self) -> str:
        """Its line of the table."""
        audit = self.audit
        cells = (
            self.name,
            self.faults,
            audit.updates,
            audit.rounds,
            audit.replies,
            len(audit.losses),
            len(audit.doubles),
            len(audit.unexplained),
            self.refused,
        )
        return f"| {' | '.join(map(str, cells))} |"


async def outcome(name: str, stage: Scene) -> Outcome:
    """Balance the books of an act."""
    audit = await stage.audit()
    refused = sum(violation.code == 429 for violation in stage.api.violations)
    oldest = max((double.age for double in audit.doubles if double.excuse), default=0.0)
    return Outcome(name, audit, len(stage.events), refused, oldest)


async def killed_on_sqlite(arena: Arena) -> Outcome:
    async with scene.on_sqlite(arena.folder / "kills-sqlite") as stage:
        await stage.begin()
        async with stage.traffic(8, pause=2.5):
            await faults.kills(stage, times=arena.kills // 2, chance=arena.chance(), within=KILLING)
        return await outcome("killed, SQLite", stage)


async def killed_on_postgres(arena: Arena) -> Outcome:
    folder = arena.folder / "kills-postgres"
    async with scene.on_postgres(arena.server, folder, processes=2) as stage:
        await stage.begin()
        async with stage.traffic(8, pause=2.5):
            await faults.kills(
                stage, times=arena.kills - arena.kills // 2, chance=arena.chance(), within=KILLING
            )
        return await outcome("one of two killed, PostgreSQL", stage)


async def database_trouble(arena: Arena) -> Outcome:
    with postgres_server() as server:  # of its own: it is restarted
        async with scene.on_postgres(server, arena.folder / "database") as stage:
            await stage.begin()
            async with stage.traffic(6, pause=1.5):
                await faults.database_trouble(stage, chance=arena.chance(), rounds=4)
            return await outcome("database cut, refused, stalled, restarted, crashed", stage)


async def one_cut_off(arena: Arena) -> Outcome:
    folder = arena.folder / "cut-off"
    async with scene.on_postgres(arena.server, folder, processes=2) as stage:
        await stage.begin()
        async with stage.traffic(6, pause=1.5):
            await faults.one_cut_off(stage, seconds=40)
        return await outcome("one of two cut off from the database for 40 s", stage)


async def telegram_trouble(arena: Arena) -> Outcome:
    async with scene.on_sqlite(arena.folder / "telegram") as stage:
        await stage.begin()
        async with stage.traffic(6, pause=1.0):
            everything = [*faults.telegram_troubles(stage, 15), *faults.long_troubles(stage)]
            await faults.telegram_trouble(stage, everything, chance=arena.chance(), pause=6)
        return await outcome("Bot API: 5xx, 429, 401, 409, hanging, cut after delivering", stage)


async def disk_full(arena: Arena) -> Outcome:
    async with scene.on_sqlite(arena.folder / "disk") as stage:
        await stage.begin()
        async with stage.traffic(6, pause=1.0):
            await faults.disk_full(stage, times=4, seconds=6)
        return await outcome("disk full, SQLite", stage)


async def clock_set_back_on_sqlite(arena: Arena) -> Outcome:
    folder = arena.folder / "clock-sqlite"
    async with scene.on_sqlite(folder, module=faults.STEPPING) as stage:
        return await _clock_set_back(stage, "clock set back and right again, SQLite", arena)


async def clock_set_back_on_postgres(arena: Arena) -> Outcome:
    folder = arena.folder / "clock-postgres"
    async with scene.on_postgres(
        arena.server, folder, processes=2, module=faults.STEPPING
    ) as stage:
        return await _clock_set_back(
            stage, "clock set back and right again, two on PostgreSQL", arena
        )


async def _clock_set_back(stage: Scene, name: str, arena: Arena) -> Outcome:
    await stage.begin()
    async with stage.traffic(6, pause=1.0):
        await faults.clock_steps(stage, times=10, chance=arena.chance())
    return await outcome(name, stage)


async def poisoned_on_sqlite(arena: Arena) -> Outcome:
    folder = arena.folder / "poison-sqlite"
    async with scene.on_sqlite(folder, module=faults.POISONED) as stage:
        await _poisoned(stage)
        return await outcome("a message that kills the process, SQLite", stage)


async def poisoned_on_postgres(arena: Arena) -> Outcome:
    folder = arena.folder / "poison-postgres"
    async with scene.on_postgres(
        arena.server, folder, processes=2, module=faults.POISONED
    ) as stage:
        await _poisoned(stage)
        return await outcome("a message that kills the process, two on PostgreSQL", stage)


async def _poisoned(stage: Scene) -> None:
    await stage.begin()
    async with stage.traffic(6, pause=1.0):
        await faults.poison(stage, within=240)


Act = Callable[[Arena], Awaitable[Outcome]]
# Those in one line take turns; the lines run beside each other.
LINES: tuple[tuple[Act, ...], ...] = (
    (killed_on_sqlite, telegram_trouble, disk_full),
    (killed_on_postgres, poisoned_on_postgres, clock_set_back_on_postgres),
    (database_trouble, one_cut_off, poisoned_on_sqlite, clock_set_back_on_sqlite),
)


def _broken(name: str, failure: Exception) -> Outcome:
    """An act that did not end: somebody was never answered, or a process stayed away."""
    words = (str(failure) or type(failure).__name__).splitlines()[0]
    return Outcome(name, Audit(losses=[words]), faults=0, refused=0, oldest=0.0)


async def _play(line: tuple[Act, ...], arena: Arena, ended: list[Outcome]) -> None:
    for act in line:
        began = time.monotonic()
        try:
            result = await act(arena)
        except (AssertionError, TimeoutError) as failure:
            result = _broken(name_of(act), failure)
        ended.append(result)
        _say(f"{result.name}: {time.monotonic() - began:.0f} s")
        for loss in result.audit.losses:
            _say(f"  lost: {loss}")
        for double in result.audit.unexplained:
            _say(f"  unexplained: {double.call.method} {double.call.params}")


async def _soak(arena: Arena, wanted: set[str]) -> list[Outcome]:
    ended: list[Outcome] = []
    async with asyncio.timeout(LONGEST), asyncio.TaskGroup() as group:
        for line in LINES:
            chosen = tuple(act for act in line if not wanted or name_of(act) in wanted)
            group.create_task(_play(chosen, arena, ended))
    return ended


def name_of(act: Act) -> str:
    """What the act is called on the command line."""
    return getattr(act, "__name__", "")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Play everything, or the acts that are named; print the table."""
    names = [name_of(act) for line in LINES for act in line]
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("acts", nargs="*", metavar="ACT", help=", ".join(names))
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if unknown := set(asked.acts) - set(names):
        parser.error(f"no such act: {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory(prefix="soak") as folder, postgres_server() as server:
        arena = Arena(Path(folder), server, asked.kills, asked.seed)
        ended = asyncio.run(_soak(arena, set(asked.acts)))
    _say("\n" + "\n".join(["| " + " | ".join(HEAD) + " |", "|---" * len(HEAD) + "|"]))
    for result in ended:
        _say(result.row())
    excuses = Counter(double.excuse for result in ended for double in result.audit.doubles)
    told = ", ".join(f"{kind}: {count}" for kind, count in excuses.most_common())
    _say(f"\nWhat the doubles were in flight at: {told or 'there were none'}.")
    oldest = max((result.oldest for result in ended), default=0.0)
    _say(f"Of the doubles, the one answered longest before its fault was so by {oldest:.2f} s.")
    return 0 if all(result.audit.clean for result in ended) else 1


if __name__ == "__main__":
    sys.exit(main())
