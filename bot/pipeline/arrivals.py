"""When messages reach the channel, as far as that can be known from here.

A message that is handed to the line arrives some time before its answer comes back. The quickest
answers show how long that takes when nothing is in the way; what is not answered by then is late,
and may reach the channel together with those that follow. So that no second has too many there,
whoever sends next waits until there is room.
"""

import math
from collections import deque

SECOND = 1.0
LATEST = 1.0  # seconds; what is later still hardly arrives together with what follows
REMEMBERED = 50  # answers, of which the quickest counts


class Arrivals:
    """Counts those of the last second. All moments are of one monotonic clock."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._under_way: dict[int, float] = {}  # when each was handed to the line
        self._arrived: deque[float] = deque(maxlen=most)
        self._took: deque[float] = deque(maxlen=REMEMBERED)
        self._number = 0

    def begin(self, now: float) -> int:
        """One is handed to the line; its number, for `end`."""
        self._number += 1
        self._under_way[self._number] = now
        return self._number

    def end(self, number: int, now: float) -> None:
        """It was answered, or given up: it has arrived by now if ever."""
        began = self._under_way.pop(number)
        self._took.append(now - began)
        self._arrived.append(now)

    def next_at(self, now: float) -> float:
        """When the next may be handed to the line, if nothing more is heard of the others; in the
        past if it may go now."""
        while self._arrived and self._arrived[0] <= now - SECOND:
            self._arrived.popleft()
        if len(self._arrived) + len(self._under_way) < self._most:
            return -math.inf
        usual = min(self._took, default=0.0)
        expected = (began + usual for began in self._under_way.values())
        coming = [max(at, min(now, at + LATEST)) for at in expected]
        arrivals = sorted([*self._arrived, *coming])
        return arrivals[-self._most] + SECOND - usual
