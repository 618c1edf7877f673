"""Residents who write to a bot over the emulated Bot API: at their own pace, or at a given one."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Protocol

from benchmarks.pipeline.walk import PRESSES, START
from tests.botapi import BotApi, Call, Person

MOST_PRESSES = 20  # then somebody new comes, so that chats stay as long as those of the others


class Resident(Protocol):
    """Somebody who writes."""

    person: Person

    def may_act(self) -> bool:
        """Whether the bot has said what they wait for."""

    async def act(self) -> None:
        """Write or press the next thing."""

    def finished(self) -> bool:
        """Whether they have nothing more to do: somebody new takes their place."""


class Walker:
    """Says hello and presses their way through the flows."""

    def __init__(self, person: Person, leaves_after: int) -> None:
        self.person = person
        self._last = min(leaves_after, len(PRESSES))
        self._step = -1  # hello comes before the first press

    def may_act(self) -> bool:
        if self._step < 0:
            return True
        return PRESSES[self._step % len(PRESSES)] in self._newest_buttons()

    async def act(self) -> None:
        if self._step < 0:
            await self.person.send(START)
        else:
            await self.person.press(PRESSES[self._step])
        self._step += 1

    def finished(self) -> bool:
        return self._step == self._last

    def _newest_buttons(self) -> tuple[str, ...]:
        return self.person.chat.heard[-1].buttons if self.person.chat.heard else ()


class Talker:
    """Types one thing after the other, and waits for an answer to each."""

    def __init__(self, person: Person, leaves_after: int) -> None:
        self.person = person
        self._last = leaves_after
        self._said = 0

    def may_act(self) -> bool:
        return len(self.person.chat.heard) == self._said

    async def act(self) -> None:
        self._said += 1
        await self.person.send(f"a message of ordinary length, number {self._said}")

    def finished(self) -> bool:
        return self._said > self._last


class Presser:
    """Says hello and then presses the same button for ever."""

    def __init__(self, person: Person, leaves_after: int) -> None:
        self.person = person
        self._last = leaves_after
        self._done = 0

    def may_act(self) -> bool:
        return len(self.person.chat.heard) == self._done

    async def act(self) -> None:
        await (self.person.press("Again") if self._done else self.person.send(START))
        self._done += 1

    def finished(self) -> bool:
        return self._done > self._last


@dataclass
class Tally:
    """What was seen on Telegram's side since it was last cleared."""

    updates: int = 0
    replies: int = 0
    to_residents: int = 0  # of those, to the ones who write
    latencies: list[float] = field(default_factory=list)  # seconds from an update to a reply
    sent_at: list[float] = field(default_factory=list)

    def clear(self) -> None:
        self.updates = self.replies = self.to_residents = 0
        self.latencies, self.sent_at = [], []


class Crowd:
    """As many residents as are wanted, on one emulated Bot API.

    The first of them leave one after the other, so that from then on at any moment some are at
    the beginning, some in the middle and some at the end: see `mix`.
    """

    def __init__(self, api: BotApi, kind: Callable[[Person, int], Resident], size: int) -> None:
        self.api = api
        self.tally = Tally()
        self._kind = kind
        self._people: dict[int, Resident] = {}
        self._wrote_at: dict[int, float] = {}
        self._listening: set[int] = set()  # who has written and may not yet go on
        self._ready: deque[Resident] = deque()
        self._awake = asyncio.Event()
        for number in range(size):
            self._new_resident(leaves_after=1 + number % MOST_PRESSES)
        self._first = set(self._people)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Take note of what the bot says, for as long as this lasts."""
        task = asyncio.create_task(self._listen())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def write_for(self, seconds: float, *, every: float = 0.0) -> None:
        """Let them write: each as soon as they are answered, or one of them at each interval."""
        until = due = time.monotonic()
        until += seconds
        while (now := time.monotonic()) < until:
            if not self._ready:
                await self._wait(until - now)
            elif every and now < due:
                await asyncio.sleep(due - now)
            else:
                due = max(due + every, now - 1.0)
                await self._act(self._ready.popleft())

    async def mix(self) -> None:
        """Let them write until all who came first have left."""
        while self._first:
            await self.write_for(1.0)

    async def write_once(self, *, every: float) -> None:
        """Let everybody write once, one at each interval."""
        began = time.monotonic()
        for number in range(len(self._ready)):
            await asyncio.sleep(max(began + number * every - time.monotonic(), 0))
            await self._act(self._ready.popleft())

    async def fall_silent(self, within: float = 60.0) -> None:
        """Wait until everybody has been answered."""
        async with asyncio.timeout(within):
            while self._wrote_at:
                await self._wait(1.0)

    async def _act(self, resident: Resident) -> None:
        self._wrote_at[resident.person.id] = self.api.world.clock()
        self._listening.add(resident.person.id)
        self.tally.updates += 1
        await resident.act()
        if self.tally.updates % 16 == 0:
            await asyncio.sleep(0)

    async def _wait(self, seconds: float) -> None:
        self._awake.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._awake.wait(), seconds)

    async def _listen(self) -> None:
        """Go through the bot's calls as they are answered, and forget them."""
        calls = self.api.server.calls
        while True:
            await self.api.world.signal.wait(1.0)
            await asyncio.sleep(0.001)  # several at once cost less
            under_way = [call for call in calls if not call.status]
            answered = [call for call in calls if call.status]
            calls[:] = under_way
            for call in answered:
                self._heard(call)

    def _heard(self, call: Call) -> None:
        if call.method != "sendMessage" or not call.ok or call.chat_id is None:
            return
        self.tally.replies += 1
        self.tally.sent_at.append(call.at)
        resident = self._people.get(call.chat_id)
        if resident is None:  # who is reminded does not write
            return
        self.tally.to_residents += 1
        wrote_at = self._wrote_at.pop(call.chat_id, None)
        if wrote_at is not None:
            self.tally.latencies.append(call.at - wrote_at)
        if call.chat_id in self._listening and resident.may_act():
            self._listening.discard(call.chat_id)
            if resident.finished():
                self._first.discard(call.chat_id)
                self._new_resident()
            else:
                self._ready.append(resident)
        self._awake.set()

    def _new_resident(self, *, leaves_after: int = MOST_PRESSES) -> None:
        resident = self._kind(self.api.person("Ann", last_name="Example"), leaves_after)
        self._people[resident.person.id] = resident
        self._ready.append(resident)
