"""One attempt at sending a row: it waits for its moment, is sent while it is ours and judged."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping

from bot.clock import Clock
from bot.pipeline.holding import Held
from bot.pipeline.outcomes import (
    REFUSED_REST,
    Again,
    MishapError,
    Opened,
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
from storage.outbox import Claimed, Lane
from storage.threads import is_made

log = logging.getLogger(__name__)

SEND_TAKES = 15.0  # seconds of its lease that a send must find: the line's time-outs


class Attempts:
    """Sends rows at the speed of their channel, and holds a channel that will not have it."""

    def __init__(
        self,
        *,
        clock: Clock,
        senders: Mapping[str, Sender],
        pacers: Mapping[str, Pacer],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._senders = senders
        self._pacers = pacers
        self._monotonic = monotonic
        self._scolded: deque[tuple[float, int]] = deque(maxlen=8)
        self._to_hold: dict[str, float] = {}  # shared paces, until when

    def open_channels(self) -> tuple[str, ...]:
        """Those that may be sent to now."""
        return tuple(name for name in self._senders if not self._is_held(name))

    def rate(self, channels: tuple[str, ...]) -> float | None:
        """How many a second the fastest of these takes; None if none has a limit."""
        rates = [self._pacers[name].rate for name in channels if name in self._pacers]
        return max(rates, default=None)

    def resting(self) -> dict[int, float]:
        """Chats that have to rest, and how long still."""
        found: dict[int, float] = {}
        for pacer in self._pacers.values():
            found |= pacer.chats.resting()
        return found

    def shortest_hold(self) -> float | None:
        """Seconds until a channel that is held is open again."""
        return min(
            (wait for it in self._pacers.values() if (wait := it.held_for()) > 0), default=None
        )

    def holds(self) -> dict[str, float]:
        """Shared paces that all processes are to hold, for so many seconds."""
        moment = self._monotonic()
        return {name: until - moment for name, until in self._to_hold.items() if until > moment}

    def told(self, holds: Mapping[str, float]) -> None:
        """All processes know of these."""
        for name in holds:
            self._to_hold.pop(name, None)

    def close(self) -> None:
        """Begin nothing more."""
        for pacer in self._pacers.values():
            pacer.close()

    async def attempt(self, held: Held) -> Result:
        """Send it, and say what came of it."""
        claimed = held.load.claimed
        pacer, latest = self._pacers.get(claimed.channel), held.until - SEND_TAKES
        number: int | None = None
        try:
            if pacer is not None and await self._rested(held, pacer, latest):
                number = await pacer.slot(Lane(claimed.lane), until=latest)
            if self._monotonic() > latest or (pacer is not None and number is None):
                return Unbegun()
            if pacer is not None and not _count(pacer, held):
                return Unbegun()
            held.begun = True
            return _taken(held, await self._send(held))
        except SendError as error:
            return self._judged(claimed, error)
        except Exception as error:  # noqa: BLE001  # a bug of ours: the others go on
            return self._judged(claimed, MishapError(type(error).__name__))
        finally:
            if pacer is not None and number is not None:
                pacer.answered(number)

    async def _rested(self, held: Held, pacer: Pacer, latest: float) -> bool:
        """Wait until its chat may get more; False if that comes too late."""
        chat_id, place = held.load.claimed.chat_id, _place(held.load.claimed)
        held.rests = True
        while rest := pacer.chats.rest_of(chat_id, place=place):
            if self._monotonic() + rest > latest or pacer.is_closed:
                return False
            await pacer.rest(rest)
        held.rests = False
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

    def _is_held(self, channel: str) -> bool:
        pacer = self._pacers.get(channel)
        return pacer is not None and pacer.held_for() > 0


def _count(pacer: Pacer, held: Held) -> bool:
    """Count it, unless its group had enough meanwhile through another topic; whether it may go."""
    claimed = held.load.claimed
    place, is_group = _place(claimed), claimed.chat_kind != "private"
    if place is not None and pacer.chats.rest_of(claimed.chat_id, place=place):
        return False
    for _ in range(1 + held.load.parcel.pins):  # pinning counts as well
        pacer.chats.note_sent(claimed.chat_id, is_group=is_group, place=place)
    return True


def _taken(held: Held, external_id: int | None) -> Result:
    """The channel took it. A topic that was made is a chat of its own from now on."""
    claimed = held.load.claimed
    if held.load.parcel.topic is None or is_made(claimed.external_id):
        return Sent(external_id)
    return Opened(f"{claimed.place}/{external_id}")


def _place(claimed: Claimed) -> str | None:
    return None if claimed.chat_kind == "private" else claimed.place
