"""Telegram's speed limits: overall, per private chat, per group.

Time is a monotonic clock's, in seconds.
"""

import asyncio
import time
import uuid
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bot.pipeline.arrivals import Arrivals
from bot.pipeline.lanes import LaneQueue
from bot.pipeline.slots import BURST, Moment, OwnSlots, SharedSlots, Slots, most_in_a_second
from storage.database import Database
from storage.outbox import Lane
from storage.paces import Attendance, Share

PRIVATE_BURST = 3  # short bursts pass, then one a second
PRIVATE_WINDOW = 3.0
GROUP_LIMIT = 20  # in any minute
GROUP_WINDOW = 61.0  # Telegram's minute, and what a message may take to get there
MOST_CHATS = 20_000  # remembered; an idle chat's record means nothing
GLANCE = 0.5  # seconds between two looks at who cannot wait any longer


class ChatPaces:
    """Which chats have to rest before they get more."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._sent: OrderedDict[int | str, deque[float]] = OrderedDict()
        self._resting: dict[int, float] = {}
        self._topics: dict[str, set[int]] = {}  # the chats of each group that were sent to

    def note_sent(self, chat_id: int, *, is_group: bool, place: str | None = None) -> None:
        """Count a send to this chat. Those of one `place`, the topics of a group, share a pace."""
        limit = GROUP_LIMIT if is_group else PRIVATE_BURST
        sent = self._sent.pop(place or chat_id, None) or deque(maxlen=limit)
        sent.append(self._monotonic())
        self._sent[place or chat_id] = sent
        chats = self._topics.setdefault(place, set()) if place else set()
        chats.add(chat_id)
        if len(sent) == limit:
            until = sent[0] + (GROUP_WINDOW if is_group else PRIVATE_WINDOW)
            self._resting |= dict.fromkeys(chats, until)
        while len(self._sent) > MOST_CHATS:
            forgotten, _sent = self._sent.popitem(last=False)
            self._topics.pop(str(forgotten), None)

    def rest(self, chat_id: int, seconds: float) -> None:
        """Other processes have sent to this chat as well: it has to rest so long."""
        self._resting[chat_id] = self._monotonic() + seconds

    def rest_of(self, chat_id: int, *, place: str | None = None) -> float:
        """How many seconds this chat has to rest, or any other of its place."""
        chats = {chat_id, *self._topics.get(place or "", ())}
        until = max(self._resting.get(chat, 0.0) for chat in chats)
        return max(0.0, until - self._monotonic())

    def resting(self) -> dict[int, float]:
        """The chats that have to rest, and how long still."""
        now = self._monotonic()
        self._resting = {chat: until for chat, until in self._resting.items() if until > now}
        return {chat: until - now for chat, until in self._resting.items()}


@dataclass(slots=True, eq=False)
class _Waiter:
    until: float
    turn: asyncio.Future[int | None]

    def told(self, number: int | None) -> None:
        """Tell it that it goes, under this number, or that it does not."""
        if not self.turn.done():
            self.turn.set_result(number)


class Pacer:
    """Gives each message of one channel its moment; `chats` says which chats have to rest."""

    def __init__(
        self, slots: Slots, *, monotonic: Callable[[], float], shared: SharedSlots | None = None
    ) -> None:
        self.chats = ChatPaces(monotonic=monotonic)
        self.rate = slots.rate
        self.shared = shared  # the slots, if processes share them
        self._slots = slots
        self._monotonic = monotonic
        self._waiting: LaneQueue[_Waiter] = LaneQueue()
        self._moments: deque[Moment] = deque()
        self._arrivals = Arrivals(most_in_a_second(slots.rate))
        self._recent = deque([float("-inf")] * BURST, maxlen=BURST)  # when the last ones went
        self._held_until = float("-inf")
        self._closing = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    async def slot(self, lane: Lane, *, until: float) -> int | None:
        """Wait for the next moment at which the channel may be sent to, and use it at once. The
        send's number, for `answered`.

        None if it does not come before `until`, or the pacer is closed: then nothing may be sent.
        """
        if self._closing.is_set() or until < max(self._monotonic(), self._held_until):
            return None
        waiter = _Waiter(until, asyncio.get_running_loop().create_future())
        self._waiting.add(lane, waiter)
        self._look()
        return await waiter.turn

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is sent."""
        return self._closing.is_set()

    async def rest(self, seconds: float) -> None:
        """Wait so long, or until it is closed."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    def answered(self, number: int) -> None:
        """The send with this number is over, however it ended."""
        self._arrivals.end(number, self._monotonic())

    def attended(self, attendance: Attendance, *, asked_at: float) -> None:
        """This process was seen in the database at `asked_at` or later, beside others or alone."""
        if self.shared is not None:
            self.shared.attended(alone=attendance.alone, asked_at=asked_at)
        if attendance.held_for > 0:
            self.hold(attendance.held_for)

    def held_for(self) -> float:
        """How many seconds nothing may be sent to anybody."""
        return max(0.0, self._held_until - self._monotonic())

    def hold(self, seconds: float) -> None:
        """Send nothing to anybody for so long."""
        self._held_until = max(self._held_until, self._monotonic() + seconds)
        self._turn_away()

    def close(self) -> None:
        """Send away who waits, and who still comes."""
        self._closing.set()
        self._turn_away()

    def _turn_away(self) -> None:
        """Tell those whose moment cannot come in time."""
        earliest = max(self._monotonic(), self._held_until)
        for waiter in self._waiting.remove(
            lambda it: self._closing.is_set() or it.until < earliest or it.turn.done()
        ):
            waiter.told(None)

    def _look(self) -> None:
        """Let those go whose moment it is, and see to it that the others have one to wait for."""
        while self._waiting and (self._let_one_go() or self._have_more()):
            pass
        if self._timer is not None:
            self._timer.cancel()
        if self._waiting:
            delay = self._next_at() - self._monotonic() if self._moments else GLANCE
            self._timer = asyncio.get_running_loop().call_later(
                min(max(delay, 0.0), GLANCE), self._glance
            )

    def _glance(self) -> None:
        if not self._moments or self._next_at() > self._monotonic():
            self._turn_away()
        self._look()

    def _next_at(self) -> float:
        moment = self._moments[0]
        room_at = self._arrivals.next_at(self._monotonic())
        spaced_at = self._recent[0] + BURST * moment.gap
        return max(moment.at, spaced_at, self._held_until, room_at)

    def _let_one_go(self) -> bool:
        now = self._monotonic()
        while self._moments and now > self._moments[0].until:
            self._moments.popleft()
        if not self._moments or self._next_at() > now:
            return False
        waiter = self._waiting.take()
        if waiter.until < now or waiter.turn.done():
            waiter.told(None)
            return True
        self._moments.popleft()
        self._recent.append(now)
        waiter.told(self._arrivals.begin(now))
        return True

    def _have_more(self) -> bool:
        """Ask for as many moments as messages wait for one; whether some were given at once."""
        had = len(self._moments)
        if self.held_for() > 0 or had >= len(self._waiting):
            return False
        count = len(self._waiting) - had
        self._moments.extend(self._slots.ask(count, left=had, give=self._take))
        return len(self._moments) > had

    def _take(self, moments: Sequence[Moment], held_for: float) -> None:
        self._moments.extend(moments)
        if held_for > 0:
            self.hold(held_for)
        self._look()


def open_pacer(rate: float, *, database: Database, name: str) -> Pacer:
    """The pacer of one channel; processes that share a database share its speed."""
    monotonic = time.monotonic
    if database.is_sqlite:
        return Pacer(OwnSlots(rate, monotonic=monotonic), monotonic=monotonic)
    share = Share(name, who=str(uuid.uuid4()))
    slots = SharedSlots(rate, monotonic=monotonic, database=database, share=share)
    return Pacer(slots, monotonic=monotonic, shared=slots)
