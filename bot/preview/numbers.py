"""Message numbers: what the preview has in place of Telegram's message ids."""

from bot.clock import Clock


class Numbers:
    """Counts upwards, never the same twice: milliseconds since 1970, or one more than the last."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def pass_over(self, number: int) -> None:
        """Give out only numbers above this one: it was used before the process began."""
        self._last = max(self._last, number)

    def next(self) -> int:
        """A fresh number."""
        self._last = max(self._last + 1, int(self._clock.now().timestamp() * 1000))
        return self._last
