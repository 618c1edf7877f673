"""How fast a bot may speak: Telegram's limits, in whole messages."""

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.botapi.errors import too_many


@dataclass
class Limits:
    """Sends, edits and new topics count; callback answers, typing and look-ups are free."""

    on: bool = True
    overall: int = 30  # in any second
    private_every: float = 1.0  # seconds between messages to one person, in the long run
    private_burst: int = 5  # messages to one person that may come at once
    group: int = 20  # in any `group_window` seconds
    group_window: float = 60.0
    callback_lifetime: float = 15.0  # seconds in which a press may be answered


@dataclass
class Pace:
    """Counts what was said and refuses what comes too soon."""

    limits: Limits
    clock: Callable[[], float] = time.monotonic
    _overall: deque[float] = field(default_factory=deque)
    _groups: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _due: dict[int, float] = field(default_factory=dict)
    _floods: dict[int | None, float] = field(default_factory=dict)

    def flood(self, chat_id: int | None, seconds: float) -> None:
        """Refuse everything to this chat, or to all when None, for so many seconds."""
        self._floods[chat_id] = self.clock() + seconds

    def spend(self, chat_id: int, *, group: bool, messages: int = 1) -> None:
        """Count messages to a chat. Raises 429 and counts nothing when they come too soon."""
        self._refuse_flooded(chat_id)
        if not self.limits.on:
            return
        waits = [self._overall_wait(messages)]
        waits.append(
            self._group_wait(chat_id, messages) if group else self._private_wait(chat_id, messages)
        )
        if max(waits) > 0:
            raise too_many(max(1, math.ceil(max(waits))), fault=True)
        self._count(chat_id, group=group, messages=messages)

    def _refuse_flooded(self, chat_id: int) -> None:
        until = max(self._floods.get(chat_id, 0.0), self._floods.get(None, 0.0))
        left = until - self.clock()
        if left > 0:
            raise too_many(max(1, math.ceil(left)), fault=False)

    def _overall_wait(self, messages: int) -> float:
        return _window_wait(self._overall, messages, self.limits.overall, 1.0, self.clock())

    def _group_wait(self, chat_id: int, messages: int) -> float:
        said, limits = self._groups[chat_id], self.limits
        return _window_wait(said, messages, limits.group, limits.group_window, self.clock())

    def _private_wait(self, chat_id: int, messages: int) -> float:
        ahead = max(self._due.get(chat_id, 0.0) - self.clock(), 0.0)
        spare = (self.limits.private_burst - messages) * self.limits.private_every
        return ahead - max(spare, 0.0)

    def _count(self, chat_id: int, *, group: bool, messages: int) -> None:
        now = self.clock()
        self._overall.extend([now] * messages)
        if group:
            self._groups[chat_id].extend([now] * messages)
            return
        due = max(self._due.get(chat_id, 0.0), now)
        self._due[chat_id] = due + messages * self.limits.private_every


def _window_wait(said: deque[float], messages: int, most: int, window: float, now: float) -> float:
    """Seconds until so many more fit into the window; 0 when they fit now."""
    while said and said[0] <= now - window:
        said.popleft()
    over = len(said) + messages - most
    if over <= 0 or not said:
        return 0.0
    return said[min(over, len(said)) - 1] + window - now
