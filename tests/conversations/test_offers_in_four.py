"""However somebody comes to the offers and whatever they answer: at most four questions on, they
are with an offer, a partner's contact or a person. Every button is pressed, and what no button says
is typed."""

from collections.abc import Iterator

import pytest

from bot.core import Core
from dialogues import payloads
from dialogues.exchange import Did, Incoming
from dialogues.model import Collect, SlotType
from dialogues.runner import Outcome
from tests.conversations.resident import Resident, somebody_new

FINDING = "show_offers"
MOST = 4

BEGINNINGS = [
    "/offers",
    "we run a care service for the council",
    "we're a charity bidding for a contract",
    "i work for the nhs and want to rethink a service",
    "we already run a service and want to grow",
    "we're too small to bid on our own",
    "we'd like to fund something",
]
KNOWN: list[dict[str, str]] = [
    {},
    {"applicant_who": "organisation"},
    {"applicant_who": "group"},
    {"applicant_form": "business"},
    {"stage": "tried"},
]


@pytest.mark.parametrize("known", KNOWN, ids=str)
@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_every_way_through_the_offers_takes_four_questions_at_most(
    core: Core, beginning: str, known: dict[str, str]
) -> None:
    with somebody_new(core) as resident:
        resident.begin(known)
        outcome = resident.take(Incoming(Did.TEXT, beginning))
        ways = list(_ways(core, resident, outcome, ()))
    assert ways
    assert [way for way in ways if len(way) > MOST] == []


def _ways(
    core: Core, resident: Resident, outcome: Outcome, given: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    """The answers on each way from here until the offers are left."""
    question = outcome.state.question
    if question is None or question.flow != FINDING:
        yield given
        return
    saved = outcome.state.to_json()
    for incoming in _answers(core, outcome):
        resident.resume(saved)
        after = resident.take(incoming)
        if after.state.question == question:
            assert incoming.did is Did.TEXT, f"{incoming} is no answer to {question}"
            continue  # refused, in words: a group's form is no organisation's
        yield from _ways(core, resident, after, (*given, incoming.text))


def _answers(core: Core, outcome: Outcome) -> Iterator[Incoming]:
    """Every button that answers, and in words what no button says by itself."""
    question = outcome.state.question
    assert question is not None
    step = core.content.flows[question.flow].steps[question.step]
    assert isinstance(step, Collect)
    slot, said = core.content.slots[step.slot], []
    for button in (it for reply in outcome.replies for it in reply.buttons):
        payload = payloads.parse(button.payload or "/")
        if payload.name in (payloads.SET_SLOTS, payloads.SKIP):
            said += [payload.slots.get(slot.name)] if len(payload.slots) == 1 else []
            yield Incoming(Did.PRESS, button.label, button.payload, question)
    typed = ("yes", "no") if slot.type is SlotType.BOOL else set(slot.values).difference(said)
    yield from (Incoming(Did.TEXT, it.replace("_", " ")) for it in sorted(typed))
