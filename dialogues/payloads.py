"""What a button's payload says: `/SetSlots(a=b)`, a word of the engine's, an intent, or text.

An intent may bring slots along for its flow: `/hire_hall(hall_people=20)`.
"""

import re
from dataclasses import dataclass, field
from typing import Any

SET_SLOTS = "SetSlots"
SKIP = "SkipQuestion"
CANCEL = "Cancel"
REPEAT = "Repeat"
BACK = "GoBack"
CHANGE = "ChangeAnswer"
PERSON = "HumanHandoff"
NONE_MEANT = "NoneOfThese"  # to "did you mean"
ENGINE_WORDS = (SET_SLOTS, SKIP, CANCEL, REPEAT, BACK, CHANGE, PERSON, NONE_MEANT)

_SHAPE = re.compile(r"/([A-Za-z_]\w*)(?:\((.*)\))?\s*", re.DOTALL)
_PAIR = re.compile(r"""\s*([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*"|[^,]*?)\s*(?:,|$)""")


@dataclass(frozen=True, slots=True)
class Payload:
    """`name` is None for plain text. `slots` are what it sets; None stands for null."""

    name: str | None
    argument: str = ""
    slots: dict[str, Any] = field(default_factory=dict)


def parse(text: str) -> Payload:
    """Raises ValueError when it starts like a payload and is none."""
    if not text.startswith("/"):
        return Payload(None, text)
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text} is no payload")
    name, argument = match[1], match[2] or ""
    sets = name == SET_SLOTS or (bool(argument) and name not in ENGINE_WORDS)
    return Payload(name, argument, _settings(argument) if sets else {})


def _settings(argument: str) -> dict[str, Any]:
    slots: dict[str, Any] = {}
    at = 0
    while at < len(argument):
        match = _PAIR.match(argument, at)
        if match is None:
            raise ValueError(f"({argument}) does not read as name=value, name=value")
        slots[match[1]] = _value(match[2])
        at = match.end()
    if not slots:
        raise ValueError("it sets nothing")
    return slots


def _value(written: str) -> str | None:
    if written.startswith('"'):
        return re.sub(r"\\(.)", r"\1", written[1:-1])
    return None if written == "null" else written
