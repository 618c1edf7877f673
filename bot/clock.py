"""The one place that asks what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

STEP = timedelta(seconds=1)  # a clock is set by more than this; by less it is being kept right


class Clock(Protocol):
    """Tells the time as an aware UTC instant."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant, UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved; for tests and trials."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        """The instant it was last set to, UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Set it, forwards or backwards."""
        self._at = at.astimezone(UTC)

    def move_on(self, by: timedelta) -> None:
        """Move it on."""
        self._at += by


class Drift:
    """Holds a clock against one that only goes forwards. `monotonic` tells seconds."""

    def __init__(self, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._monotonic = monotonic
        self._before: tuple[datetime, float] | None = None

    def forget(self) -> None:
        """The next look is the first one again."""
        self._before = None

    def look(self) -> timedelta | None:
        """How far the clock was set forward since the last look; less than nothing if it was set
        back. None at the first look."""
        before, self._before = self._before, (self._clock.now(), self._monotonic())
        if before is None:
            return None
        passed = timedelta(seconds=self._before[1] - before[1])
        return self._before[0] - before[0] - passed
