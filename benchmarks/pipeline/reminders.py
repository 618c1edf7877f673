"""A million subscriptions, a hundred thousand of them due at once: at Telegram's own pace?"""

import asyncio
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from benchmarks.pipeline import seeding
from benchmarks.pipeline.cpu import cpu_of_tree
from benchmarks.pipeline.crowd import most_within
from benchmarks.pipeline.databases import KINDS, Databases
from benchmarks.pipeline.figures import Figure, machine, percentile, print_table, say
from benchmarks.pipeline.ours import settings_for
from benchmarks.pipeline.residents import Crowd, Walker
from benchmarks.pipeline.serving import assistant_for
from bot.call_reports import import_file
from bot.clock import SystemClock
from bot.core import open_core
from storage import news
from tests.botapi import BotApi

RATE = 28  # a second, as TELEGRAM_RATE is by default
TOTAL, DUE = 1_000_000, 100_000
DRAINED = 0.9
CODE = "bench_2026"
SETTLE = 5.0  # seconds from the first reminder to the window
TURNS = 10  # a second, in the window that has them
PEOPLE = 120


@dataclass
class Window:
    """What was seen through it."""

    name: str
    rate: float  # sends a second, of every kind
    reminders: int
    most: int  # in any sliding second
    refused: int
    claims: list[float]  # milliseconds
    share: float  # of a core
    waits: list[float]  # seconds that residents waited for replies

    def row(self) -> tuple[object, ...]:
        """Its line of the table."""
        return (
            self.name,
            f"{self.rate:.2f}",
            self.reminders,
            self.most,
            self.refused,
            f"{percentile(self.claims, 0.5):.0f}",
            f"{percentile(self.claims, 0.99):.0f}",
            f"{self.share:.0%}",
            f"{1000 * percentile(self.waits, 0.99):.0f}" if self.waits else "–",
        )


@dataclass(frozen=True)
class Wanted:
    """Where and how long to look."""

    kind: str
    sent: int  # reminders that have gone out before
    turns: int  # a second beside them
    seconds: float

    @property
    def name(self) -> str:
        """For the tables."""
        where = f"{self.sent:,} of {DUE:,} sent"
        beside = f", beside {self.turns} turns/s" if self.turns else ""
        return f"{self.kind}, {where}{beside}"


async def _window(databases: Databases, wanted: Wanted, folder: Path) -> Window:
    times = folder / "claims"
    async with BotApi() as api:
        url = databases.fresh(wanted.kind)
        known = min(int(RATE * (wanted.seconds + 60)), DUE - wanted.sent)
        _known_people(api, known)
        secret = await asyncio.to_thread(_seed, url, folder, wanted, known)
        assistant = assistant_for(
            api, url, folder, SECRET_KEY=secret, CLAIM_TIMES=str(times), TELEGRAM_RATE=str(RATE)
        )
        assistant.module = "benchmarks.pipeline.timed_bot"
        crowd = Crowd(api, Walker, PEOPLE if wanted.turns else 0)
        try:
            await assistant.start()
            async with crowd.listening():
                window = await _look(crowd, assistant.pid, wanted, times)
            window.refused = sum(violation.code == 429 for violation in api.violations)
            await assistant.stop()
        finally:
            await assistant.kill()
    return window


def _known_people(api: BotApi, count: int) -> None:
    """Those who are reminded have written to the bot before."""
    for _ in range(count):
        api.person("Ann").chat.started = True


def _seed(url: str, folder: Path, wanted: Wanted, known: int) -> str:
    """Fill the database; the secret it was made with."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = settings_for(url, folder)
    assert settings.secret_key is not None
    with open_core(settings, clock=SystemClock()) as core:
        now = core.clock.now()
        closes_at = now.astimezone(UTC) + timedelta(hours=23)
        import_file(core, seeding.call_file(folder, CODE, closes_at), by="benchmark")
        with core.database.transaction() as session:
            _everybody_knows(session, now)
        seeding.subscriptions(
            url, CODE, now=now, total=TOTAL, due=DUE - wanted.sent, sent=wanted.sent, known=known
        )
    return settings.secret_key.get_secret_value()


def _everybody_knows(session: Session, now: datetime) -> None:
    """That the call has opened was told before: only reminders are to be sent."""
    news.note_openings(session, now=now)
    while (item := news.unfinished(session)) is not None:
        news.finish(session, item, now=now)


async def _look(crowd: Crowd, pid: int, wanted: Wanted, times: Path) -> Window:
    """Let it settle, then count for as long as is wanted."""
    await _write_for(crowd, wanted, SETTLE)
    crowd.tally.clear()
    before = len(_claims(times))
    began, cpu = time.monotonic(), cpu_of_tree(pid)
    await _write_for(crowd, wanted, wanted.seconds)
    took, cpu = time.monotonic() - began, cpu_of_tree(pid) - cpu
    tally = crowd.tally
    return Window(
        name=wanted.name,
        rate=tally.replies / took,
        reminders=tally.replies - tally.to_residents,
        most=most_within(tally.sent_at, 1.0),
        refused=0,
        claims=_claims(times)[before:],
        share=cpu / took,
        waits=list(tally.latencies),
    )


def _claims(times: Path) -> list[float]:
    """Milliseconds of every claim so far."""
    return [float(line) for line in times.read_text().split()] if times.exists() else []


async def _write_for(crowd: Crowd, wanted: Wanted, seconds: float) -> None:
    if wanted.turns:
        await crowd.write_for(seconds, every=1 / wanted.turns)
    else:
        await asyncio.sleep(seconds)


def measure(
    databases: Databases, *, seconds: float, kinds: tuple[str, ...] = KINDS
) -> list[Figure]:
    """At the start, at 90 % drained, and at the start beside turns; on each kind of database."""
    windows: dict[str, list[Window]] = {}
    for kind in kinds:
        for sent, turns in ((0, 0), (int(DUE * DRAINED), 0), (0, TURNS)):
            wanted = Wanted(kind, sent, turns, seconds)
            say(f"reminders: {wanted.name}")
            folder = databases.folder / f"reminders-{kind}-{sent}-{turns}"
            window = asyncio.run(_window(databases, wanted, folder))
            windows.setdefault(kind, []).append(window)
    head = (
        f"{TOTAL:,} subscriptions, {DUE:,} due, {seconds:.0f} s",
        "sends/s",
        "reminders",
        "most in a second",
        "429",
        "claim p50, ms",
        "claim p99, ms",
        "of a core",
        "reply p99, ms",
    )
    print_table(head, [window.row() for each in windows.values() for window in each])
    print(f"\n{machine()}.")
    return [figure for kind, each in windows.items() for figure in _figures(kind, each)]


def _figures(kind: str, windows: list[Window]) -> list[Figure]:
    """The worst of the windows; the one beside turns is the goal's."""
    alone, beside = windows[:2], windows[2:]
    slowest = 100 * min(window.rate for window in alone) / RATE
    busy = 100 * min(window.rate for window in beside) / RATE
    most = max(window.most for window in windows)
    claims = max(percentile(window.claims, 0.99) for window in alone)
    return [
        Figure(f"reminders: share of the rate, {kind}", slowest, 97, 97, "%", at_least=True),
        Figure(f"the same beside {TURNS} turns/s, {kind}", busy, None, 97, "%", at_least=True),
        Figure(f"reminders: most in any second, {kind}", most, 30, 30, "sends"),
        Figure(f"reminders: claim p99, {kind}", claims, 50, 50, "ms"),
    ]
