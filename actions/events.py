"""What an action can do to the dialogue that rasa-sdk has no event for."""

from typing import Any

LEFT_OPEN = "left_open"


def left_open(slot: str) -> dict[str, Any]:
    """The question for this slot that waits beneath is passed over without an answer: somebody else
    sees to it."""
    return {"event": LEFT_OPEN, "name": slot}
