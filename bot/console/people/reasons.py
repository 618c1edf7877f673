"""Why staff read what residents wrote: chosen from a few, and in words."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "asked": "They asked us to look",
    "complaint": "A complaint",
    "safety": "Somebody may be in danger",
    "trouble": "Something went wrong in the assistant",
    "learning": "To teach the assistant",
    "other": "Something else",
}
LONGEST_WORDS = 300
SHORTEST_WORDS = 5


def given(form: Mapping[str, object]) -> tuple[str, str] | None:
    """The reason of a form and its words; None where one is missing."""
    reason = str(form.get("reason", ""))
    words = " ".join(str(form.get("words", "")).split())[:LONGEST_WORDS]
    return (reason, words) if reason in REASONS and len(words) >= SHORTEST_WORDS else None
