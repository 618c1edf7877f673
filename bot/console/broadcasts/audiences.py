"""The audiences that a broadcast can have, as forms offer them and pages name them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from dialogues.programme import Programme
from storage import calls
from storage.broadcasts import Audience

Choices = Mapping[str, Mapping[str, str]]  # by what they have in common: value and words


def offered(session: Session, programme: Programme, *, now: datetime) -> Choices:
    """What can be chosen: calls that are known to residents and not withdrawn, the latest first."""
    running = [
        it
        for it in calls.all_calls(session)
        if not it.is_draft and it.withdrawn_at is None and it.opens_at <= now
    ]
    return {
        "Who asked to hear of a theme": _choices("theme", programme.themes),
        "Who asked to hear of a borough": _choices("borough", programme.boroughs),
        "Who is reminded of a call": {
            written(Audience("call_id", it.id)): it.title
            for it in sorted(running, key=lambda it: it.closes_at, reverse=True)
        },
    }


def written(audience: Audience) -> str:
    """As a form has it."""
    return f"{audience.kind}.{audience.value}"


def read(given: str, choices: Choices) -> Audience | None:
    """The audience that a form names, if it was offered."""
    if not any(given in group for group in choices.values()):
        return None
    kind, _, value = given.partition(".")
    return Audience(kind, int(value) if kind == "call_id" else value)


def named(session: Session, audience: Audience, programme: Programme) -> str:
    """`Who asked to hear of Ageing`."""
    if audience.kind == "call_id":
        return f"Who is reminded of {calls.get_call(session, int(audience.value)).title}"
    names = programme.themes if audience.kind == "theme" else programme.boroughs
    return f"Who asked to hear of {names.get(str(audience.value), audience.value)}"


def _choices(kind: str, names: Mapping[str, str]) -> dict[str, str]:
    return {written(Audience(kind, value)): words for value, words in names.items()}
