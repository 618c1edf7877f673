"""An event loop that waits for no time: it jumps to the next moment when something is due."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _Jumping(selectors.DefaultSelector):
    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self.now += timeout
        return super().select(0)


class QuickLoop(asyncio.SelectorEventLoop):
    """Its `time` is what a pacer may take for the monotonic clock."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_quickly(work: Coroutine[Any, Any, T]) -> T:
    """Run it without waiting."""
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        return runner.run(work)


def loop_time() -> float:
    """The running loop's time."""
    return asyncio.get_running_loop().time()
