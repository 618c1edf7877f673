"""Which intent is clear enough to act on, and what it means where the dialogue stands."""

from dialogues.commands import CannotHandle, Command, SetSlots
from dialogues.model import SlotType
from dialogues.understanding.hearing import Heard, command_for
from dialogues.understanding.intents import CRISIS, Ranked

MOST_CHOICES = 3
AWAY = 1 / 3  # of the doubt that is left otherwise, less of it to leave an open question
AWAY_BY_LIKENESS = 0.05  # more than else, to leave it before there is a model
ASKED_AWAY = 3 / 4  # of what is acted on, to ask at an open question whether it was meant
FAREWELL = "farewell"  # the intent of goodbye
WHY_NOT = "why_not"  # a yes to an offer, where the slot maps it; never a yes to a confirmation

_TO_NOTHING = {"affirm": "repeat", "deny": FAREWELL}  # where they lead if nothing was asked


def clear_intent(heard: Heard, ranked: Ranked) -> str | None:
    """The best intent, if it is sure enough and far enough ahead of the second. What the first
    stage heard no danger in is no danger because one word looks like it."""
    best, sure = ranked[0] if ranked else ("", 0.0)
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if (best == CRISIS and " " not in heard.said) or _is_only_told(heard, best):
        return None
    intents = heard.content.language.intents
    thresholds = intents.thresholds
    least = max(thresholds.act, heard.content.flow_of_intent.get(best, ("", 0.0))[1])
    if heard.step is not None:
        by_likeness = intents.learner.model is None
        least += AWAY_BY_LIKENESS if by_likeness else AWAY * (1 - least)
    return best if sure >= least and sure - second >= thresholds.margin else None


def _is_only_told(heard: Heard, intent: str) -> bool:
    """Whether it is what people tell at any question, and no word says that they turn to it."""
    words = heard.content.language.lexicon.told.get(intent)
    return heard.step is not None and words is not None and words.isdisjoint(heard.said.split())


def intended(heard: Heard, intent: str) -> list[Command] | None:
    """What an intent means here: an answer, if the open question takes it as one; else its flow.
    A yes or no to nothing in particular leads on."""
    slot = heard.slot
    for source in slot.sources if slot else ():
        if slot and source.type == "from_intent" and source.intent == intent:
            return [SetSlots({slot.name: source.value}, answers=True)]
    if slot is not None and slot.type is SlotType.BOOL and intent in {"affirm", "deny"}:
        return [SetSlots({slot.name: intent == "affirm"}, answers=True)]
    if slot is not None and slot.type is SlotType.BOOL and intent == WHY_NOT:
        return [CannotHandle(slot.name)]
    if heard.step is None:
        intent = _TO_NOTHING.get(intent, intent)
    command = command_for(heard, intent)
    return [command] if command else None


def flows_meant(heard: Heard, ranked: Ranked) -> tuple[str, ...]:
    """The flows worth asking about, the likeliest first. Where a question is open, what was said is
    likelier to be about that."""
    thresholds = heard.content.language.intents.thresholds
    best = ranked[0][1] if ranked else 0.0
    if best < max(thresholds.ask, thresholds.act * ASKED_AWAY if heard.step else 0.0):
        return ()
    flows: dict[str, None] = {}
    for intent, sure in ranked:
        flow = heard.content.flow_for(intent)
        is_near = sure >= min(thresholds.ask, thresholds.beside * best)
        if is_near and flow is not None and not flow.is_pattern:
            flows[flow.name] = None
    return tuple(flows)[:MOST_CHOICES]
