"""Delivery: claims what is due, composes it, sends it at the channel's speed, writes the result.

What this process's own turns say is handed over to it, and need not be claimed.
"""

import asyncio
import logging
import math
import time
import uuid
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Any

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pipeline.attempts import Attempts
from bot.pipeline.composing import Composer, Load
from bot.pipeline.cycles import LEASE, Cycles, Done, Task
from bot.pipeline.handover import Allowance
from bot.pipeline.holding import Burden, Hand, Held
from bot.pipeline.outcomes import Outcome, Sent, Unbegun
from bot.pipeline.pacing import Pacer
from bot.pipeline.parcel import Sender
from bot.pipeline.signals import Signals
from storage.claiming import Room, Wanted
from storage.database import Database
from storage.outbox import Lane

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
WRITE_WITHIN = 0.25  # seconds, in which results gather that nobody waits for
WRITE_AGAIN = 0.2  # seconds, for an outcome whose chat had its turn
MOST_UNDER_WAY = 60  # sends at once; what the channel is slow to take must not pile up here
MOST_IN_HAND = 200
MOST_RESTING = 300  # handed over, whose chats have to rest first; what is beyond is left to claim
FEWEST_IN_HAND = 3
UNPACED = 64  # in hand, where no channel has a limit


class Delivery:
    """Sends what the outbox holds, for the channels that have a sender here."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        senders: Mapping[str, Sender],
        pacers: Mapping[str, Pacer],
        composer: Composer,
        signals: Signals,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._pacers = pacers
        self._signals = signals
        self._monotonic = monotonic
        shared = {name: pacer.shared.share for name, pacer in pacers.items() if pacer.shared}
        self._cycles = Cycles(clock=clock, composer=composer, shared=shared, monotonic=monotonic)
        self._attempts = Attempts(clock=clock, senders=senders, pacers=pacers, monotonic=monotonic)
        self._hand = Hand()
        self._met: set[int] = set()
        self._cycling = asyncio.Lock()
        self._sending: asyncio.TaskGroup | None = None  # while it runs
        self._writing: asyncio.TimerHandle | None = None
        self._behind: set[int] = set()  # chats that may have rows behind those in hand
        self._lent = 0  # allowances whose turns are under way
        self._doubtful: list[str] = []

    async def run(self) -> None:
        """Send until told to stop, then give back what was not begun, and write what was sent. What
        it held when it failed is given back once it is begun again."""
        asked = True
        try:
            async with asyncio.TaskGroup() as group:
                self._sending = group
                while not self._signals.stopping.is_set():
                    if not await self._cycle_and_send(claims=True, asked=asked):
                        asked = await self._signals.wait(
                            self._signals.outbox, at_most=self._patience()
                        )
                await self._wind_up()
        finally:
            self._sending = None
            self._leave(self._hand.abandoned())

    async def run_waiting(self) -> int:
        """Send what can be sent now, then return how many messages that were."""
        count = 0
        while True:
            begun, more = await self._cycle(claims=True)
            for held in begun:
                await self._deliver(held)
            count += len(begun)
            if not begun and not more:
                return count

    def allowance(self) -> Allowance | None:
        """See `handover.Outlet`."""
        if self._sending is None or self._signals.stopping.is_set():
            return None
        burden = self._hand.burden(now=self._monotonic())
        channels = self._attempts.open_channels()
        most = self._most(channels) - burden.waiting[Lane.REPLIES]
        if not channels or burden.under_way >= MOST_UNDER_WAY or most <= 0:
            return None
        self._lent += 1
        resting = self._attempts.resting() if burden.resting >= MOST_RESTING else ()
        return Allowance(channels, most, LEASE, burden.chats.union(resting), self._hand.sent())

    def take_over(
        self, loads: Sequence[Load], *, leased_at: float, doubtful: Sequence[str]
    ) -> None:
        """See `handover.Outlet`."""
        self._lent -= 1
        self._doubtful += doubtful
        self._send(self._hand.take(loads, until=leased_at + LEASE.total_seconds()))

    def _send(self, taken: Sequence[Held]) -> None:
        """Begin to send these, those of one chat one after the other."""
        if self._sending is None:
            self._leave(taken)
            return
        for _chat_id, line in groupby(taken, key=lambda held: held.load.claimed.chat_id):
            self._begin(self._deliver_all(list(line)))

    def _begin(self, work: Coroutine[Any, Any, object]) -> None:
        if self._sending is None:
            work.close()
        else:
            self._sending.create_task(work)

    async def _wind_up(self) -> None:
        self._attempts.close()
        while self._hand or self._lent:
            self._signals.outbox.clear()
            await self._cycle_and_send(claims=False)
            if not self._hand.outcomes():
                with suppress(TimeoutError):
                    async with asyncio.timeout(WRITE_AGAIN):
                        await self._signals.outbox.wait()
        with suppress(DBAPIError):
            await self._database.write(self._cycles.leave)

    async def _cycle_and_send(self, *, claims: bool, asked: bool = False) -> bool:
        """One cycle, and sending what it claimed; whether the next should follow at once."""
        try:
            async with self._cycling:
                begun, more = await self._cycle(claims=claims, asked=asked)
        except DBAPIError as error:
            log.error("database: %s; trying again", type(error.orig).__name__)
            await asyncio.sleep(WRITE_AGAIN if self._signals.stopping.is_set() else POLL_SECONDS)
            return True
        self._send(begun)
        return more

    async def _cycle(self, *, claims: bool, asked: bool = False) -> tuple[list[Held], bool]:
        """What it claimed, and whether there is more to claim at once."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        outcomes = self._hand.outcomes()
        claims = claims or (self._frees_others(outcomes) and not self._signals.stopping.is_set())
        burden = self._hand.burden(now=self._monotonic())
        wanted = self._wanted(burden) if claims else None
        if wanted is not None:
            self._behind = burden.chats if asked else self._behind & burden.chats
        task = Task(str(uuid.uuid4()), outcomes, self._attempts.holds(), wanted)
        doubtful, self._doubtful = self._doubtful, []
        self._cycles.doubt(doubtful)
        try:
            done = await self._database.write(lambda session: self._cycles.run(session, task))
        except BaseException:
            self._cycles.failed(task.lease)
            raise
        self._cycles.committed()
        return self._take_in(task, done), done.more

    def _frees_others(self, outcomes: Sequence[Outcome]) -> bool:
        """Whether rows may be claimed that wait behind these."""
        return any(it.load.claimed.chat_id in self._behind for it in outcomes)

    def _take_in(self, task: Task, done: Done) -> list[Held]:
        self._hand.let_go(task.outcomes, later=done.later)
        self._attempts.told(task.holds)
        for chat_id, seconds in done.rests.items():
            for pacer in self._pacers.values():
                pacer.chats.rest(chat_id, seconds)
        for channel, attendance in done.attended.items():
            self._pacers[channel].attended(attendance, asked_at=done.begun_at)
        self._behind |= {outcome.load.claimed.chat_id for outcome in done.later}
        if task.wanted is not None:
            self._met = done.met
        self._signals.wake(done.wakes)
        return self._hand.take(done.loads, until=done.until)

    def _wanted(self, burden: Burden) -> Wanted | None:
        """What there is room for, so that nobody waits behind more than a second's worth."""
        channels = self._attempts.open_channels()
        space = MOST_UNDER_WAY - burden.under_way
        if not channels or space <= 0:
            return None
        most = self._most(channels)
        room = Room(min(most, space), max(1, most // 10), burden.waiting)
        resting = self._attempts.resting().keys()
        spare = len(resting - burden.chats) + burden.lost
        return Wanted(channels, room, burden.chats | resting, spare)

    def _most(self, channels: tuple[str, ...]) -> int:
        """How many may wait here: a second's worth."""
        rate = self._attempts.rate(channels) or UNPACED
        return min(max(math.ceil(rate), FEWEST_IN_HAND), MOST_IN_HAND)

    def _patience(self) -> float:
        """How long nothing happens unless somebody says so."""
        if self._writing is None and self._hand.outcomes():
            return WRITE_AGAIN
        hold = self._attempts.shortest_hold()
        resting = self._attempts.resting()
        waits = [wait for chat_id, wait in resting.items() if chat_id in self._met]
        return min([POLL_SECONDS, *waits, *([] if hold is None else [hold])])

    async def _deliver_all(self, line: Sequence[Held]) -> None:
        """Send these to one chat, each once the one before has gone out."""
        for place, held in enumerate(line):
            await self._deliver(held)
            if held.outcome is None or not isinstance(held.outcome.result, Sent):
                self._leave(line[place + 1 :])
                return

    async def _deliver(self, held: Held) -> None:
        result = await self._attempts.attempt(held)
        held.outcome = Outcome(held.load, result, self._monotonic())
        if isinstance(result, Sent) and not held.load.claimed.followed:
            self._write_soon()
        else:
            self._signals.outbox.set()

    def _leave(self, rest: Sequence[Held]) -> None:
        """These have to be claimed again."""
        for held in rest:
            held.outcome = Outcome(held.load, Unbegun(), self._monotonic())
            self._signals.outbox.set()

    def _write_soon(self) -> None:
        """Nobody waits for this result: it goes along with whatever comes in meanwhile."""
        if self._writing is None:
            loop = asyncio.get_running_loop()
            self._writing = loop.call_later(WRITE_WITHIN, self._write)

    def _write(self) -> None:
        self._begin(self._cycle_and_send(claims=False))
