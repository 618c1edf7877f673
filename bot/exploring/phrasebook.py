"""What a content has words for: how its flows are begun, and the short words for detours."""

from collections.abc import Callable
from itertools import pairwise

from bot.exploring.moves import Kind, Move, presses, types
from dialogues import payloads
from dialogues.exchange import Button, Did, Incoming
from dialogues.model import Content, Flow
from dialogues.state import State
from dialogues.understanding.reading import read

_ENGINE_PAYLOADS = {
    "cancel": payloads.CANCEL,
    "skip": payloads.SKIP,
    "back": payloads.BACK,
    "change": payloads.CHANGE,
    "repeat": payloads.REPEAT,
}


def short_word(content: Content, meaning: str) -> Move:
    """A short word with this meaning; a button, where the lexicon has none."""
    phrases = content.language.lexicon.whole
    plain = [it for it, meanings in phrases.items() if meanings == {meaning}]
    if plain:
        return types(meaning if meaning in plain else plain[0], Kind.DETOUR)
    return presses(Button(meaning, f"/{_ENGINE_PAYLOADS[meaning]}"), None, Kind.DETOUR)


def vague_words(content: Content) -> list[Move]:
    """Words that may mean several things, if two of the examples joined are such."""
    state = State.new(content)
    examples = {intent: text for text, intent in content.language.intents.exact.items()}
    for one, other in pairwise(examples.values()):
        incoming = Incoming(Did.TEXT, f"{one} {other}")
        if read(content, state, incoming).how == "clarify":
            return [types(incoming.text, Kind.DETOUR)]
    return []


def starts(content: Content) -> dict[str, Move]:
    """How each flow that has a trigger is begun, by flow."""
    return {
        flow.name: _start(content, flow)
        for flow in content.flows.values()
        if flow.intents and flow.name not in _OF_THEIR_OWN
    }


_OF_THEIR_OWN = {
    "pattern_cancel_flow",
    "pattern_correction",
    "pattern_human_handoff",
    "pattern_skip_question",
}


def _start(content: Content, flow: Flow) -> Move:
    """By its command, else by an example of its intent; by an event, where neither exists."""
    intents = [intent for intent, _ in flow.intents]
    for command, intent in content.programme.intent_of_command.items():
        if intent in intents:
            return types(f"/{command}", Kind.DETOUR)
    for example, intent in content.language.intents.exact.items():
        if intent in intents and intent in content.language.intents.known:
            return types(example, Kind.DETOUR)
    incoming = Incoming(Did.INTERNAL, payload=f"/{intents[0]}")
    return Move(f"(an event: {intents[0]})", incoming, Kind.DETOUR)


def interruptions(content: Content) -> Callable[[set[str]], list[str]]:
    """Flows to interrupt a question with: the patterns and events that have triggers; the first
    flow that only answers; and the one with the fewest questions of its own."""
    moves = starts(content)
    flows = [content.flows[name] for name in moves]
    special = [
        flow.name
        for flow in flows
        if flow.is_pattern or moves[flow.name].incoming.did is Did.INTERNAL
    ]
    plain = [flow for flow in flows if flow.name not in special]
    answering = [flow.name for flow in plain if not flow.fills]
    asking = [it.name for it in sorted(plain, key=lambda it: len(it.collects())) if it.collects()]

    def choose(under_way: set[str]) -> list[str]:
        chosen = [
            next((it for it in names if it not in under_way), None) for names in (answering, asking)
        ]
        return [*special, *(it for it in chosen if it is not None)]

    return choose
