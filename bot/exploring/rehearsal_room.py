"""A scratch that is kept open, so that rehearsing a call takes no longer than its conversations."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TypeVar

from bot.exploring.dead_ends import Explored, explore_call
from bot.exploring.rehearsals import Answers, Rehearsal, Talk
from bot.exploring.scratch import Scratch, open_scratch
from bot.settings import Settings
from dialogues.model import Content
from storage.calls import CallDetails

T = TypeVar("T")


class RehearsalRoom:
    """Rehearses calls in a thread of its own, one after the other. The scratch is opened when it is
    first needed, and anew when the content is another one; `close` throws it away."""

    def __init__(self, settings: Settings, content: Callable[[], Content]) -> None:
        self._settings = settings
        self._content = content
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="rehearsal")
        self._opened = ExitStack()
        self._scratch: Scratch | None = None

    async def explore(self, details: CallDetails) -> Explored:
        """See `explore_call`."""
        return await self._run(lambda scratch: explore_call(scratch, details))

    async def talk(self, details: CallDetails, answers: Answers) -> Talk:
        """The conversation of somebody with these answers who comes by the call's link."""
        return await self._run(lambda scratch: Rehearsal(scratch, details).talk(answers))

    async def close(self) -> None:
        """Wait for what is running, and leave nothing behind."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._opened.close)
        self._thread.shutdown()

    async def _run(self, work: Callable[[Scratch], T]) -> T:
        content = self._content()
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, lambda: work(self._at_hand(content))
        )

    def _at_hand(self, content: Content) -> Scratch:
        if self._scratch is None or self._scratch.core.content is not content:
            self._opened.close()
            self._scratch = self._opened.enter_context(
                open_scratch(self._settings, content=content)
            )
        return self._scratch
