"""Answers to button presses: after the turn, or empty once the resident has waited long enough."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from bot.pipeline.parcel import Sender
from bot.pipeline.turn import Press

PATIENCE = 2.0  # seconds until a press is answered whatever happens
FORGET = 10.0  # seconds after which Telegram takes no answer any more
MOST_AT_ONCE = 200  # answers under way; beyond them the button stops spinning by itself
REMEMBERED = 10_000  # presses that were answered late

Check = Callable[[], Awaitable[bool]]


class Presses:
    """Sees to it that no button spins for ever. Nothing here is stored.

    The turn of a press may run in another process than the one that took it in: a turn's own
    answer is given wherever it runs, and the late one only if the press still waits.
    """

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders
        self._waiting: dict[str, tuple[Press, asyncio.TimerHandle]] = {}
        self._answered_late: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def arrived(self, channel: str, callback_id: str, *, still_waits: Check) -> None:
        """A press was stored; if it still waits for its turn in a while, it is answered empty."""
        press = Press(channel, callback_id, None)
        timer = asyncio.get_running_loop().call_later(
            PATIENCE, lambda: self._begin(self._answer_late(press, still_waits))
        )
        self._waiting[callback_id] = press, timer

    def answer(self, press: Press) -> None:
        """The turn is over: answer, but without words only if that was not done before."""
        self._forget(press)
        if press.text is not None or press.callback_id not in self._answered_late:
            self._begin(self._send(press))

    async def finish(self) -> None:
        """This process stops: answer what still waits, and see all answers off."""
        for press, _timer in list(self._waiting.values()):
            self.answer(press)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=PATIENCE)

    async def _answer_late(self, press: Press, still_waits: Check) -> None:
        self._forget(press)
        if not await still_waits():
            return
        self._answered_late[press.callback_id] = None
        if len(self._answered_late) > REMEMBERED:
            self._answered_late.popitem(last=False)
        await self._send(press)

    def _forget(self, press: Press) -> None:
        waiting = self._waiting.pop(press.callback_id, None)
        if waiting is not None:
            waiting[1].cancel()

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
