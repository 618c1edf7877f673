"""Telegram's speed limits, kept by one process: overall, per private chat, per group."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable

PRIVATE_BURST = 3  # short bursts pass, then one a second
PRIVATE_PER_SECOND = 1.0
GROUP_LIMIT = 20  # in any minute
GROUP_WINDOW = 60.0
MOST_CHATS = 20_000  # remembered; an idle chat's record means nothing


class Pacer:
    """Says how long to wait before a send. Time is a monotonic clock's, in seconds."""

    def __init__(self, rate: float, *, monotonic: Callable[[], float]) -> None:
        self._gap = 1 / rate
        self._monotonic = monotonic
        self._next_slot = 0.0
        self._sent: OrderedDict[int, deque[float]] = OrderedDict()

    def chat_delay(self, chat_id: int, *, is_group: bool) -> float:
        """How long this chat has to wait, in seconds; 0 if it may be sent to now."""
        sent = self._sent.get(chat_id)
        if not sent:
            return 0.0
        now = self._monotonic()
        if is_group:
            return max(0.0, sent[0] + GROUP_WINDOW - now) if len(sent) >= GROUP_LIMIT else 0.0
        return (
            max(0.0, sent[0] + PRIVATE_BURST / PRIVATE_PER_SECOND - now)
            if len(sent) >= PRIVATE_BURST
            else 0.0
        )

    def note_sent(self, chat_id: int, *, is_group: bool) -> None:
        """Count a send to this chat."""
        limit = GROUP_LIMIT if is_group else PRIVATE_BURST
        sent = self._sent.pop(chat_id, None) or deque(maxlen=limit)
        sent.append(self._monotonic())
        self._sent[chat_id] = sent
        while len(self._sent) > MOST_CHATS:
            self._sent.popitem(last=False)

    async def slot(self) -> None:
        """Wait for the next place in the overall limit: evenly spaced, never a burst."""
        now = self._monotonic()
        self._next_slot = max(self._next_slot, now)
        delay = self._next_slot - now
        self._next_slot += self._gap
        if delay > 0:
            await asyncio.sleep(delay)

    def hold(self, seconds: float) -> None:
        """Send nothing to anybody for so long."""
        self._next_slot = max(self._next_slot, self._monotonic() + seconds)
