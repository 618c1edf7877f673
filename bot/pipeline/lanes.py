"""Who goes next: the first lane, but every lane that waits gets its share."""

from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from storage.outbox import SENT, Lane

T = TypeVar("T")

SHARE = 0.1  # of what is sent, for each lane that waits behind another


class LaneQueue(Generic[T]):
    """What waits to be sent, by lane; within one lane, first come, first served."""

    def __init__(self) -> None:
        self._waiting: dict[Lane, deque[T]] = {lane: deque() for lane in SENT}
        self._owed = dict.fromkeys(SENT, 0.0)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def add(self, lane: Lane, item: T) -> None:
        """Queue up in this lane."""
        self._waiting[lane].append(item)

    def take(self) -> T:
        """Whose turn it is. Raises ValueError if nobody waits."""
        first, *others = (lane for lane in SENT if self._waiting[lane])
        for lane in others:
            self._owed[lane] += SHARE
        owed = next((lane for lane in others if self._owed[lane] >= 1), None)
        if owed is not None:
            self._owed[owed] -= 1
        return self._waiting[first if owed is None else owed].popleft()

    def remove(self, leaves: Callable[[T], bool]) -> list[T]:
        """Take out all those of whom this is true."""
        left = [item for queue in self._waiting.values() for item in queue if leaves(item)]
        for lane, queue in self._waiting.items():
            self._waiting[lane] = deque(item for item in queue if not leaves(item))
        return left
