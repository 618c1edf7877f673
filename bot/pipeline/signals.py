"""How the loops of one process wake each other; a slow poll catches what no one was told of."""

import asyncio
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from storage.waking import Kind

T = TypeVar("T")


class Signals:
    """One event for each kind of work that may be waiting, and one that ends them all."""

    def __init__(self) -> None:
        self.inbox = asyncio.Event()
        self.outbox = asyncio.Event()
        self.reminders = asyncio.Event()
        self.news = asyncio.Event()
        self.broadcasts = asyncio.Event()
        self.works = asyncio.Event()
        self.hooks = asyncio.Event()
        self.mails = asyncio.Event()
        self.stopping = asyncio.Event()
        self._events: dict[Kind, asyncio.Event] = {
            "inbox": self.inbox,
            "outbox": self.outbox,
            "reminders": self.reminders,
            "news": self.news,
            "broadcasts": self.broadcasts,
            "works": self.works,
            "hooks": self.hooks,
            "mails": self.mails,
        }

    def of(self, kind: Kind) -> asyncio.Event:
        """The event of this kind of work."""
        return self._events[kind]

    def wake(self, kinds: Iterable[Kind]) -> None:
        """There may be such work now."""
        for kind in kinds:
            self._events[kind].set()

    def stop(self) -> None:
        """Let every loop finish what it holds, and end."""
        self.stopping.set()
        for event in self._events.values():
            event.set()

    async def wait(self, event: asyncio.Event, *, at_most: float) -> bool:
        """Wait until the event is set or the time (seconds) is over; whether it was set. Then it is
        cleared."""
        if self.stopping.is_set():
            return event.is_set()
        try:
            async with asyncio.timeout(max(at_most, 0)):
                await event.wait()
        except TimeoutError:
            pass
        was_set = event.is_set()
        event.clear()
        return was_set

    async def pause(self, seconds: float) -> None:
        """Let so much time pass, if any, unless everything is to stop."""
        if seconds <= 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.stopping.wait()

    async def unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """What the work gives; None if everything is to stop first: then it is cancelled."""
        working = asyncio.create_task(work)
        stopping = asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            return working.result() if working.done() else None
        finally:
            for task in (working, stopping):
                task.cancel()
            await asyncio.wait([working, stopping])
