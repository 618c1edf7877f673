"""How a process stops: asked once it finishes what is under way, asked twice it ends at once."""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.pipeline.signals import Signals

Loop = Callable[[], Coroutine[Any, Any, None]]

ASKING = (signal.SIGTERM, signal.SIGINT)
STOP_WITHIN = 8.0  # seconds for what is under way; the server and the database need the rest
AT_THE_LATEST = 12  # seconds until the process ends even if the database hangs


def when_asked(stop: asyncio.Event) -> None:
    """Set `stop` when the process is asked to end; from then on the system's own way holds.

    So a second SIGTERM or SIGINT ends it at once, and a stop that hangs is ended by an alarm:
    what it held is taken over like that of a process that was killed.
    """
    loop = asyncio.get_running_loop()

    def asked() -> None:
        for signum in ASKING:
            loop.remove_signal_handler(signum)
            signal.signal(signum, signal.SIG_DFL)
        signal.alarm(AT_THE_LATEST)
        stop.set()

    for signum in ASKING:
        loop.add_signal_handler(signum, asked)


async def run_until(stop: asyncio.Event, signals: Signals, loops: Sequence[Loop]) -> None:
    """Run the loops; when told to stop, give them time to finish. A loop that fails stops all:
    what may be begun again is not let fail by the supervisor."""
    tasks = [asyncio.create_task(loop()) for loop in loops]
    for task in tasks:
        task.add_done_callback(lambda ended: stop.set() if _failure(ended) else None)
    await stop.wait()
    signals.stop()
    if not tasks:
        return
    _done, late = await asyncio.wait(tasks, timeout=STOP_WITHIN)
    for task in late:
        task.cancel()
    for failure in filter(None, map(_failure, tasks)):
        raise failure


def _failure(task: asyncio.Task[None]) -> BaseException | None:
    return task.exception() if task.done() and not task.cancelled() else None
