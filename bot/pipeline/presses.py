"""Answers to button presses: after the turn, or empty once the resident has waited long enough."""

import asyncio
from collections.abc import Mapping

from bot.pipeline.parcel import Sender
from bot.pipeline.turn import Press

PATIENCE = 2.0  # seconds until a press is answered whatever happens
FORGET = 10.0  # seconds after which Telegram takes no answer any more


class Presses:
    """Sees to it that no button spins for ever. Nothing here is stored."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def arrived(self, channel: str, callback_id: str) -> None:
        """A press was stored; if its turn does not come soon, it is answered without words."""
        loop = asyncio.get_running_loop()
        late = Press(channel, callback_id, None)
        self._waiting[callback_id] = loop.call_later(PATIENCE, self.answer, late)

    def answer(self, press: Press) -> None:
        """Answer once; a second answer to the same press is left out."""
        timer = self._waiting.pop(press.callback_id, None)
        if timer is None and press.text is None:
            return
        if timer is not None:
            timer.cancel()
        task = asyncio.create_task(self._send(press))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, press: Press) -> None:
        try:
            async with asyncio.timeout(FORGET):
                await self._senders[press.channel].answer_press(press.callback_id, press.text)
        except TimeoutError:
            return
