"""Residents who say and press the same things over and over, and wait for each answer."""

import asyncio
import itertools
import random
import re
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.botapi import BotApi, Person

ANSWER_WITHIN = 300.0  # seconds; a fault may last a while
_OWN = re.compile(r"Person \d+-\d+|07700 900\d{3}|LCR-\w{5}")


class Step(NamedTuple):
    """One thing a resident does, and what the last message of the answer holds."""

    does: str
    presses: bool = False
    words: str = ""
    button: str | None = None


STEPS = (
    Step("/help", button="Just ring me"),
    Step("Menu", presses=True, button="Ways we can help"),
    Step("Talk to a person", presses=True, button="Never mind"),
    Step("Just ring me", presses=True, words="your name"),
    Step("{name}", words="number"),
    Step("{phone}", words="anything else"),
)


@dataclass
class Resident:
    """Somebody who asks for a ring back, round after round; `rounds` counts those answered."""

    person: Person
    number: int
    phones: "itertools.count[int]"
    pause: float
    rounds: int = 0
    chance: random.Random = field(default_factory=random.Random)

    async def live(self, stop: asyncio.Event) -> None:
        """Begin, and go on until told to stop; the round that was begun is finished."""
        await self.person.start()
        await self.person.receives("free", timeout=ANSWER_WITHIN)
        while not stop.is_set():
            await self.one_round()

    async def one_round(self) -> None:
        own = {
            "name": f"Person {self.number}-{self.rounds}",
            "phone": f"07700 {900_000 + next(self.phones) % 1000}",
        }
        for step in STEPS:
            await asyncio.sleep(self.chance.uniform(0, 2 * self.pause))
            await self._take(step, step.does.format(**own))
        self.rounds += 1

    async def _take(self, step: Step, doing: str) -> None:
        if step.presses:
            await self.person.press(doing)
        else:
            await self.person.send(doing)
        await self.person.receives(step.words, button=step.button, timeout=ANSWER_WITHIN)


def residents(
    api: BotApi, count: int, *, pause: float, phones: "itertools.count[int]"
) -> list[Resident]:
    """So many, each pausing about so many seconds before each step."""
    return [Resident(api.person(f"R{n}"), n, phones, pause) for n in range(1, count + 1)]


def without_names(text: str) -> str:
    """What was said, without what differs from one resident to the next."""
    return _OWN.sub("…", " ".join(text.split()))
