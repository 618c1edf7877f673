"""Every place where the content uses a condition, a response or a step, told with its subject."""

from collections.abc import Iterator
from dataclasses import dataclass

from dialogues.conditions import Condition
from dialogues.findings import Finding, Where
from dialogues.model import Act, Collect, Content, Flow, Refusal, SlotType, Step


@dataclass(frozen=True, slots=True)
class Use:
    """`subject` says whose it is: "flow send_lead, step consent"."""

    subject: str
    where: Where

    def finding(self, rule: str, message: str, hint: str = "") -> Finding:
        return Finding.at(self.where, rule, f"{self.subject}: {message}", hint)


def steps(content: Content) -> Iterator[tuple[Use, Flow, Step]]:
    for flow in content.flows.values():
        for step in flow.steps.values():
            yield Use(f"flow {flow.name}, step {step.id}", step.where), flow, step


def conditions(content: Content) -> Iterator[tuple[Use, Condition]]:
    """Guards, branches, rejections, and the conditions of responses."""
    for flow in content.flows.values():
        if flow.guard is not None:
            yield Use(f"flow {flow.name}", flow.where), flow.guard
    for use, _, step in steps(content):
        for way in step.ways:
            if way.condition is not None:
                yield Use(use.subject, way.where or use.where), way.condition
    yield from ((use, refusal.condition) for use, refusal in refusals(content))
    for response in content.responses.values():
        for variation in response.variations:
            use = Use(f"response {response.name}", variation.where)
            yield from ((use, condition) for condition in variation.condition)


def refusals(content: Content) -> Iterator[tuple[Use, Refusal]]:
    for use, _, step in steps(content):
        if isinstance(step, Collect):
            yield from ((Use(use.subject, it.where), it) for it in step.refusals)
    for slot in content.slots.values():
        yield from ((Use(f"slot {slot.name}", it.where), it) for it in slot.refusals)


def said_by_flows(content: Content) -> set[str]:
    """The responses that flows say themselves, so that only slots can fill their texts."""
    said = {f"{step.name}" for _, _, step in steps(content) if isinstance(step, Act)}
    for _, _, step in steps(content):
        if isinstance(step, Collect):
            said |= {step.utter, f"{step.utter}_simpler", f"utter_invalid_{step.slot}"}
    said |= {refusal.utter for _, refusal in refusals(content)}
    return said & set(content.responses)


def is_closed(content: Content, slot: str) -> bool:
    known = content.slots.get(slot)
    return known is not None and (
        known.controlled or known.type in {SlotType.BOOL, SlotType.CATEGORICAL}
    )
