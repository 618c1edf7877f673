"""How the loops of one process wake each other; a slow poll catches what no one was told of."""

import asyncio


class Signals:
    """One event for each kind of work that may be waiting, and one that ends them all."""

    def __init__(self) -> None:
        self.inbox = asyncio.Event()
        self.outbox = asyncio.Event()
        self.reminders = asyncio.Event()
        self.stopping = asyncio.Event()

    def after_turn(self) -> None:
        """A turn committed: there may be messages to send and reminders to plan."""
        self.outbox.set()
        self.reminders.set()

    def stop(self) -> None:
        """Let every loop finish what it holds, and end."""
        self.stopping.set()
        for event in (self.inbox, self.outbox, self.reminders):
            event.set()

    async def wait(self, event: asyncio.Event, *, at_most: float) -> None:
        """Wait until the event is set or the time (seconds) is over; the event is cleared."""
        if self.stopping.is_set():
            return
        try:
            async with asyncio.timeout(max(at_most, 0)):
                await event.wait()
        except TimeoutError:
            pass
        event.clear()
