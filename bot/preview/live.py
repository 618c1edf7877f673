"""Open pages, and how they hear that something may have changed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.preview.viewer import Viewer


class Watch:
    """One open page: wakes when its chat stirs, and carries the notices meant for it."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._stirred = asyncio.Event()
        self._notices: list[str] = []

    def wake(self) -> None:
        """There may be something new."""
        self._stirred.set()

    def notify(self, words: str) -> None:
        """Show these words for a moment."""
        self._notices.append(words)
        self.wake()

    def take_notices(self) -> list[str]:
        """The notices since last asked."""
        taken, self._notices = self._notices, []
        return taken

    async def wait(self, *, at_most: float) -> None:
        """Wait until woken, or for so many seconds."""
        try:
            async with asyncio.timeout(at_most):
                await self._stirred.wait()
        except TimeoutError:
            pass
        self._stirred.clear()


class Live:
    """All open pages of this process."""

    def __init__(self) -> None:
        self.closed = False
        self._watches: set[Watch] = set()

    @contextmanager
    def watch(self, viewer: Viewer) -> Iterator[Watch]:
        """Be told what concerns this viewer, while the block lasts."""
        watch = Watch(viewer)
        self._watches.add(watch)
        try:
            yield watch
        finally:
            self._watches.discard(watch)

    def stir(self, chat_name: str) -> None:
        """Something happened in this chat; every page shows it, the others as unread."""
        for watch in self._watches:
            if watch.viewer.name == chat_name:
                watch.wake()

    def notify(self, chat_name: str, sender_id: str, words: str) -> None:
        """Tell the pages of one person in this chat."""
        for watch in self._watches:
            if (watch.viewer.name, watch.viewer.sender.external_id) == (chat_name, sender_id):
                watch.notify(words)

    def close(self) -> None:
        """Let every page go, so that the server can stop at once."""
        self.closed = True
        for watch in self._watches:
            watch.wake()
