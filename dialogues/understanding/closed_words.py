"""Short closed messages: the engine's own words, and what is said to "did you mean"."""

from dialogues import payloads
from dialogues.commands import (
    CancelFlow,
    ChangeAnswer,
    Command,
    GoBack,
    RepeatLastBotMessages,
    SkipQuestion,
)
from dialogues.understanding import answers
from dialogues.understanding.hearing import Heard
from dialogues.understanding.intending import FAREWELL, intended
from dialogues.understanding.pressing import read_payload

_MEANINGS: dict[str, Command] = {
    "cancel": CancelFlow(),
    "back": GoBack(),
    "change": ChangeAnswer(),
    "repeat": RepeatLastBotMessages(),
    "skip": SkipQuestion(),
}
_NONE = f"/{payloads.NONE_MEANT}"
_BESIDE = {_NONE, "/talk_to_human"}  # stand beside what may be meant
_NOT_INTENTS = {"affirm", "deny", "none", *_MEANINGS}


def way_out(heard: Heard) -> list[Command] | None:
    """One of the engine's own words: stop, back, skip …"""
    meanings = heard.content.language.lexicon.meanings(heard.said)
    for meaning, command in _MEANINGS.items():
        if meaning in meanings and (meaning != "skip" or heard.step is not None):
            return [command]
    return None


def closed_word(heard: Heard) -> list[Command] | None:
    """A short message that is in the lexicon. Who says goodbye stops; a yes or no that nothing was
    asked for leads on."""
    meanings = heard.content.language.lexicon.meanings(heard.said)
    if FAREWELL in meanings and heard.step is not None:
        return [CancelFlow()]
    command = way_out(heard)
    if command is not None:
        return command
    for intent in sorted(meanings - _NOT_INTENTS):
        commands = intended(heard, intent)
        if commands:
            return commands
    return _to_nothing(heard, meanings) if heard.step is None else None


def _to_nothing(heard: Heard, meanings: frozenset[str]) -> list[Command] | None:
    example = heard.content.language.intents.exact.get(heard.said, "affirm")
    if heard.language is not None or example not in {"affirm", "deny"}:
        return None  # they would be told in English what is next; or it is more than yes or no
    said = next((it for it in ("affirm", "deny") if it in meanings), None)
    return intended(heard, said) if said else None


def to_did_you_mean(heard: Heard) -> list[Command] | None:
    """What is said when it was just asked what was meant: one of the choices by its name or
    number, a bare yes where there is one, or none of them."""
    offered = _choices(heard)
    if not offered:
        return None
    lexicon = heard.content.language.lexicon
    payload = answers.chosen(lexicon, offered, heard.said)
    payload = payload or answers.nearest_label(offered, heard.said)
    meanings = lexicon.meanings(heard.said)
    meant = [it for it in offered if it[1] not in _BESIDE]
    if payload is None and meanings & {"deny", "none"}:
        payload = _NONE
    elif payload is None and "affirm" in meanings and len(meant) == 1:
        payload = meant[0][1]
    return by_payload(heard, payload) if payload else None


def _choices(heard: Heard) -> list[tuple[str, str]]:
    """What was offered, as far as the button that takes none of it; empty if that was not shown."""
    shown = [payload for _, payload in heard.state.offered]
    return heard.state.offered[: shown.index(_NONE) + 1] if _NONE in shown else []


def by_payload(heard: Heard, payload: str) -> list[Command] | None:
    """What pressing the button does."""
    parsed = payloads.parse(payload)
    return [read_payload(heard, parsed, heard.asked)] if parsed.name else None
