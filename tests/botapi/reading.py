"""Reading a chat: the transcript, and waiting for what the bot says."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.botapi.messages import Heard, Message
from tests.botapi.updates import Signal

Words = str | re.Pattern[str]


@dataclass(frozen=True)
class Transcript:
    """The messages of a chat in order; `str()` of it is for people to read."""

    messages: tuple[Message, ...]

    def __str__(self) -> str:
        return "\n".join(str(message) for message in self.messages)

    def __len__(self) -> int:
        return len(self.messages)

    def __getitem__(self, index: int) -> Message:
        return self.messages[index]

    def __contains__(self, text: str) -> bool:
        return text in str(self)


def holds(heard: Heard, parts: tuple[Words, ...], button: str | None) -> bool:
    """Whether the bot's words held all of these, and its buttons that one."""
    if heard.message.deleted or (button is not None and button not in heard.buttons):
        return False
    text = " ".join(heard.text.split())
    return all(_has(text, part) for part in parts)


def _has(text: str, part: Words) -> bool:
    if isinstance(part, str):
        return " ".join(part.split()).casefold() in text.casefold()
    return part.search(text) is not None


async def wait_for(signal: Signal, check: Callable[[], bool], seconds: float) -> bool:
    """Wait until the check holds, looking again at every change; False when it never did."""
    until = time.monotonic() + seconds
    while not check():
        left = until - time.monotonic()
        if left <= 0:
            return False
        await signal.wait(left)
    return True
