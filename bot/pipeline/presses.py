"""Answers to button presses: after the turn, or empty once the resident has waited long enough."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping
from typing import Any, NamedTuple

from bot.pipeline.parcel import Sender
from bot.pipeline.turn import Press

PATIENCE = 2.0  # seconds until a press is answered whatever happens
GATHER = 0.2  # seconds, in which those that become late are looked at together
FORGET = 10.0  # seconds after which Telegram takes no answer any more
MOST_AT_ONCE = 200  # answers under way; beyond them the button stops spinning by itself
REMEMBERED = 10_000  # presses that were answered late

StillWaiting = Callable[[Collection[str]], Awaitable[Collection[str]]]  # which of these updates do


class _Arrived(NamedTuple):
    """A press whose turn is still to come, as far as we know."""

    press: Press
    waits_as: str  # what the inbox knows its update by
    late_at: float


class Presses:
    """Sees to it that no button spins for ever. Nothing here is stored.

    The turn of a press may run in another process than the one that took it in: a turn's own
    answer is given wherever it runs, and the late one only if the press still waits.
    """

    def __init__(
        self, senders: Mapping[str, Sender], *, still_waiting: StillWaiting | None = None
    ) -> None:
        self._senders = senders
        self._still_waiting = still_waiting
        self._arrived: dict[str, _Arrived] = {}  # by callback id, the longest waiting first
        self._look: asyncio.TimerHandle | None = None
        self._answered_late: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def arrived(self, channel: str, callback_id: str, *, waits_as: str) -> None:
        """A press was stored; if it still waits for its turn in a while, it is answered empty."""
        press = Press(channel, callback_id, None)
        self._arrived[callback_id] = _Arrived(press, waits_as, time.monotonic() + PATIENCE)
        self._look_later(PATIENCE)

    def answer(self, press: Press) -> None:
        """The turn is over: answer, but without words only if that was not done before."""
        self._arrived.pop(press.callback_id, None)
        if press.text is not None or press.callback_id not in self._answered_late:
            self._begin(self._send(press))

    async def finish(self) -> None:
        """This process stops: answer what still waits, and see all answers off."""
        if self._look is not None:
            self._look.cancel()
        for arrived in list(self._arrived.values()):
            self.answer(arrived.press)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE)

    def _look_later(self, seconds: float) -> None:
        if self._look is None:
            self._look = asyncio.get_running_loop().call_later(seconds, self._look_at_late)

    def _look_at_late(self) -> None:
        self._look = None
        moment = time.monotonic()
        late = [it for it in self._arrived.values() if it.late_at <= moment + GATHER]
        for it in late:
            del self._arrived[it.press.callback_id]
        if late:
            self._begin(self._answer_late(late))
        if self._arrived:
            self._look_later(max(next(iter(self._arrived.values())).late_at - moment, GATHER))

    async def _answer_late(self, late: list[_Arrived]) -> None:
        waiting: Collection[str] = {it.waits_as for it in late}
        if self._still_waiting is not None:
            waiting = await self._still_waiting(waiting)
        for it in late:
            if it.waits_as in waiting:
                self._answered_late[it.press.callback_id] = None
                self._begin(self._send(it.press))
        while len(self._answered_late) > REMEMBERED:
            self._answered_late.popitem(last=False)

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        if len(self._tasks) >= MOST_AT_ONCE:
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, press: Press) -> None:
        sender = self._senders.get(press.channel)
        if sender is None:  # its pages are open in another process
            return
        try:
            async with asyncio.timeout(FORGET):
                await sender.answer_press(press.callback_id, press.text)
        except TimeoutError:
            return
