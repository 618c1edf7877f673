"""Delivery: claims what is due, composes it, sends it at the channel's speed, writes the result."""

import asyncio
import logging
import math
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.pipeline.composing import Composer
from bot.pipeline.cycles import Cycles, Done, Task
from bot.pipeline.holding import Hand, Held
from bot.pipeline.outcomes import (
    REFUSED_REST,
    Again,
    MishapError,
    Outcome,
    Result,
    Sent,
    Unbegun,
    judge,
)
from bot.pipeline.pacing import Pacer
from bot.pipeline.parcel import (
    CredentialError,
    Sender,
    SendError,
    TryLaterError,
    UnreachableError,
)
from bot.pipeline.signals import Signals
from storage.claiming import Room, Wanted
from storage.database import Database
from storage.outbox import Claimed, Lane

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
WRITE_WITHIN = 0.15  # seconds, in which results gather that nobody waits for
WRITE_AGAIN = 0.2  # seconds, for an outcome whose chat had its turn
SEND_TAKES = 15.0  # seconds of its lease that a send must find: the line's time-outs
MOST_UNDER_WAY = 60  # sends at once; what the channel is slow to take must not pile up here
MOST_IN_HAND = 200
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
        self._clock = clock
        self._senders = senders
        self._pacers = pacers
        self._signals = signals
        self._monotonic = monotonic
        shared = {name: pacer.shared.share for name, pacer in pacers.items() if pacer.shared}
        self._cycles = Cycles(clock=clock, composer=composer, shared=shared, monotonic=monotonic)
        self._hand = Hand()
        self._met: set[int] = set()
        self._writing: asyncio.TimerHandle | None = None
        self._scolded: deque[tuple[float, int]] = deque(maxlen=8)
        self._to_hold: dict[str, float] = {}  # shared paces, until when

    async def run(self) -> None:
        """Send until told to stop; then what is under way is finished, and the rest given back."""
        async with asyncio.TaskGroup() as group:
            while not self._signals.stopping.is_set():
                more = await self._cycle_and_send(group)
                if not more:
                    await self._signals.wait(self._signals.outbox, at_most=self._patience())
            await self._wind_up(group)

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

    async def _wind_up(self, group: asyncio.TaskGroup) -> None:
        for pacer in self._pacers.values():
            pacer.close()
        while self._hand:
            self._signals.outbox.clear()
            await self._cycle_and_send(group)
            if not self._hand.outcomes():
                with suppress(TimeoutError):
                    async with asyncio.timeout(WRITE_AGAIN):
                        await self._signals.outbox.wait()
        with suppress(DBAPIError):
            await self._database.write(self._cycles.leave)

    async def _cycle_and_send(self, group: asyncio.TaskGroup) -> bool:
        """One cycle, and sending what it claimed; whether the next should follow at once."""
        try:
            begun, more = await self._cycle(claims=not self._signals.stopping.is_set())
        except DBAPIError as error:
            log.error("database: %s; trying again", type(error.orig).__name__)
            await asyncio.sleep(WRITE_AGAIN if self._signals.stopping.is_set() else POLL_SECONDS)
            return True
        for held in begun:
            group.create_task(self._deliver(held))
        return more

    async def _cycle(self, *, claims: bool) -> tuple[list[Held], bool]:
        """What it claimed, and whether there is more to claim at once."""
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        moment = self._monotonic()
        holds = {name: until - moment for name, until in self._to_hold.items() if until > moment}
        wanted = self._wanted() if claims else None
        task = Task(str(uuid.uuid4()), self._hand.outcomes(), holds, wanted)
        try:
            done = await self._database.write(lambda session: self._cycles.run(session, task))
        except BaseException:
            self._cycles.failed(task.lease)
            raise
        self._cycles.committed()
        return self._take_over(task, done), done.more

    def _take_over(self, task: Task, done: Done) -> list[Held]:
        self._hand.let_go(task.outcomes, later=done.later)
        for name in task.holds:
            self._to_hold.pop(name, None)
        for chat_id, seconds in done.rests.items():
            for pacer in self._pacers.values():
                pacer.chats.rest(chat_id, seconds)
        for channel, attendance in done.attended.items():
            self._pacers[channel].attended(attendance, asked_at=done.begun_at)
        self._met = done.met
        return self._hand.take(done.loads, until=done.until)

    def _wanted(self) -> Wanted | None:
        """What there is room for, so that nobody waits behind more than a second's worth."""
        channels = tuple(name for name in self._senders if not self._is_held(name))
        burden = self._hand.burden(now=self._monotonic())
        space = MOST_UNDER_WAY - burden.under_way
        if not channels or space <= 0:
            return None
        rates = [self._pacers[name].rate for name in channels if name in self._pacers]
        most = min(max(math.ceil(max(rates, default=UNPACED)), FEWEST_IN_HAND), MOST_IN_HAND)
        room = Room(min(most, space), max(1, most // 10), burden.waiting)
        resting = set[int]().union(*(pacer.chats.resting() for pacer in self._pacers.values()))
        spare = len(resting - burden.chats) + burden.lost
        return Wanted(channels, room, burden.chats | resting, spare)

    def _is_held(self, channel: str) -> bool:
        pacer = self._pacers.get(channel)
        return pacer is not None and pacer.held_for() > 0

    def _patience(self) -> float:
        """How long nothing happens unless somebody says so."""
        if self._hand.outcomes():
            return WRITE_AGAIN
        waits = [POLL_SECONDS]
        for pacer in self._pacers.values():
            waits += [wait for chat, wait in pacer.chats.resting().items() if chat in self._met]
            waits += [wait] if (wait := pacer.held_for()) > 0 else []
        return min(waits)

    async def _deliver(self, held: Held) -> None:
        result = await self._attempt(held)
        held.outcome = Outcome(held.load, result, self._monotonic())
        if isinstance(result, Sent) and not held.load.claimed.followed:
            self._write_soon()
        else:
            self._signals.outbox.set()

    def _write_soon(self) -> None:
        """Nobody waits for this result: it goes along with whatever is to be done meanwhile."""
        if self._writing is None:
            loop = asyncio.get_running_loop()
            self._writing = loop.call_later(WRITE_WITHIN, self._signals.outbox.set)

    async def _attempt(self, held: Held) -> Result:
        claimed = held.load.claimed
        try:
            if not await self._has_its_moment(held):
                return Unbegun()
            held.begun = True
            return Sent(await self._send(held))
        except SendError as error:
            return self._judged(claimed, error)
        except Exception as error:  # noqa: BLE001  # a bug of ours: the others go on
            return self._judged(claimed, MishapError(type(error).__name__))

    async def _has_its_moment(self, held: Held) -> bool:
        """Wait for it; False if it would not come while the lease is good for a send."""
        claimed, latest = held.load.claimed, held.until - SEND_TAKES
        pacer = self._pacers.get(claimed.channel)
        if pacer is not None and not await pacer.slot(Lane(claimed.lane), until=latest):
            return False
        if self._monotonic() > latest:
            return False
        if pacer is not None:
            pacer.chats.note_sent(claimed.chat_id, is_group=claimed.chat_kind != "private")
        return True

    async def _send(self, held: Held) -> int | None:
        """Send it while it is ours; who takes it over then does not send it beside us."""
        claimed = held.load.claimed
        try:
            async with asyncio.timeout(held.until - self._monotonic()):
                return await self._senders[claimed.channel].send(held.load.parcel)
        except TimeoutError:
            raise UnreachableError("no answer while it was ours") from None

    def _judged(self, claimed: Claimed, error: SendError) -> Result:
        if isinstance(error, TryLaterError):
            self._be_patient(claimed, error.seconds)
        elif isinstance(error, CredentialError):
            log.error("the channel %s refuses our token", claimed.channel)
            self._hold(claimed.channel, REFUSED_REST)
        result = judge(claimed, error, now=self._clock.now())
        if isinstance(result, Again):
            log.warning("outbox row %s (%s): %s", claimed.id, claimed.kind, error)
        return result

    def _be_patient(self, claimed: Claimed, seconds: float) -> None:
        """If two chats are told to wait within a second, everybody waits."""
        moment = self._monotonic()
        self._scolded.append((moment, claimed.chat_id))
        if len({chat for at, chat in self._scolded if moment - at <= 1}) > 1:
            self._hold(claimed.channel, seconds)

    def _hold(self, channel: str, seconds: float) -> None:
        """Send nothing on this channel for so long, here and in all other processes."""
        pacer = self._pacers.get(channel)
        if pacer is None:
            return
        pacer.hold(seconds)
        if pacer.shared is not None:
            self._to_hold[pacer.shared.share.name] = self._monotonic() + seconds
