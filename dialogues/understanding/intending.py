"""Which intent is clear enough to act on, and what it means where the dialogue stands."""

from dialogues.commands import CannotHandle, Command, SetSlots
from dialogues.model import SlotType
from dialogues.understanding.hearing import Heard, command_for
from dialogues.understanding.intents import CRISIS, Ranked

MOST_CHOICES = 3
AWAY_BY_LIKENESS = 0.05  # more than else, to leave an open question before there is a model
WHY_NOT = "why_not"  # a yes to an offer, where the slot maps it; never a yes to a confirmation


def clear_intent(heard: Heard, ranked: Ranked) -> str | None:
    """The best intent, if it is sure enough and far enough ahead of the second. What the first
    stage heard no danger in is no danger because one word looks like it."""
    best, sure = ranked[0] if ranked else ("", 0.0)
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if best == CRISIS and " " not in heard.said:
        return None
    intents = heard.content.language.intents
    thresholds = intents.thresholds
    least = max(thresholds.act, heard.content.flow_of_intent.get(best, ("", 0.0))[1])
    if heard.step is not None and intents.learner.model is None:
        least += AWAY_BY_LIKENESS
    return best if sure >= least and sure - second >= thresholds.margin else None


def intended(heard: Heard, intent: str) -> list[Command] | None:
    """What an intent means here: an answer, if the open question takes it as one; else its flow."""
    slot = heard.slot
    for source in slot.sources if slot else ():
        if slot and source.type == "from_intent" and source.intent == intent:
            return [SetSlots({slot.name: source.value}, answers=True)]
    if slot is not None and slot.type is SlotType.BOOL and intent in {"affirm", "deny"}:
        return [SetSlots({slot.name: intent == "affirm"}, answers=True)]
    if slot is not None and slot.type is SlotType.BOOL and intent == WHY_NOT:
        return [CannotHandle(slot.name)]
    command = command_for(heard, intent)
    return [command] if command else None


def flows_meant(heard: Heard, ranked: Ranked) -> tuple[str, ...]:
    """The flows worth asking about, the likeliest first. Where a question is open, what was said is
    likelier to be about that."""
    thresholds = heard.content.language.intents.thresholds
    best = ranked[0][1] if ranked else 0.0
    if best < (max(thresholds.ask, thresholds.act / 2) if heard.step else thresholds.ask):
        return ()
    flows: dict[str, None] = {}
    for intent, sure in ranked:
        flow = heard.content.flow_for(intent)
        is_near = sure >= min(thresholds.ask, thresholds.beside * best)
        if is_near and flow is not None and not flow.is_pattern:
            flows[flow.name] = None
    return tuple(flows)[:MOST_CHOICES]
