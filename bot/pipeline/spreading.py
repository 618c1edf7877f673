"""When to begin with reminders that are too many to go out at their moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SHORT = timedelta(minutes=5)  # what is through in this time need not begin early
EARLIEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Burst:
    """So many reminders for one moment, none of which may go before `not_before`."""

    due_at: datetime
    count: int
    not_before: datetime | None = None


def early_starts(bursts: Sequence[Burst], *, rate: float) -> list[datetime]:
    """When to begin with each, so that at `rate` a second the last of it is out by its moment.

    Bursts close together share the time before them. None begins more than an hour early.
    """
    starts = [burst.due_at for burst in bursts]
    latest_first = sorted(range(len(bursts)), key=lambda place: starts[place], reverse=True)
    taken_from: datetime | None = None  # from here on the time belongs to later bursts
    for place in latest_first:
        burst = bursts[place]
        ends = min(burst.due_at, taken_from or burst.due_at)
        taken_from = ends - timedelta(seconds=burst.count / rate)
        if burst.due_at - taken_from > SHORT:
            starts[place] = _bounded(taken_from, burst)
    return starts


def _bounded(begins: datetime, burst: Burst) -> datetime:
    earliest = max(burst.due_at - EARLIEST, burst.not_before or begins)
    return min(max(begins, earliest), burst.due_at)
