"""The arrows that leave a step, with what makes somebody go that way."""

from collections.abc import Iterator, Mapping

from dialogues import payloads
from dialogues.conditions import Compare, Literal, Name
from dialogues.drawing.chart import Arrow
from dialogues.drawing.reasons import in_words
from dialogues.drawing.wording import Wording
from dialogues.model import Choice, Collect, Content, Step, Way

_OTHERWISE = "otherwise"


def ways_on(content: Content, wording: Wording, step: Step) -> list[Arrow]:
    """Arrows without a source, in order. Ways to one place become one arrow."""
    if len(step.ways) == 1:
        return [Arrow("", step.ways[0].target)]
    arrows: dict[str, Arrow] = {}
    left = buttons_of(content, wording, step)
    for way in step.ways:
        arrow = _arrow(wording, step, way, left)
        known = arrows.get(way.target)
        arrows[way.target] = _merged(known, arrow) if known else arrow
    return list(arrows.values())


def _arrow(wording: Wording, step: Step, way: Way, left: dict[str, str]) -> Arrow:
    """Takes the buttons that lead this way out of those that are `left`."""
    if way.condition is None:
        chosen = tuple(left.values())
        return Arrow("", way.target, chosen, "" if chosen else _OTHERWISE)
    value = _choice_in(step, way)
    if value is not None and value in left:
        return Arrow("", way.target, (left.pop(value),))
    asked = step.slot if isinstance(step, Collect) else None
    return Arrow("", way.target, reason=f"if {in_words(wording, way.condition, asked)}")


def _merged(one: Arrow, other: Arrow) -> Arrow:
    reasons = [it for it in (one.reason, other.reason) if it]
    if _OTHERWISE in reasons:
        reasons = [_OTHERWISE]
    return Arrow("", one.target, (*one.chosen, *other.chosen), "; ".join(reasons))


def _choice_in(step: Step, way: Way) -> str | None:
    """The value that the condition wants of the question just asked, if that is all it wants."""
    if not isinstance(step, Collect) or way.condition is None:
        return None
    tree = way.condition.tree
    wanted: object = None
    if tree == Name("slots", step.slot):
        wanted = True
    elif isinstance(tree, Compare) and tree.op == "=" and tree.left == Name("slots", step.slot):
        wanted = tree.right.value if isinstance(tree.right, Literal) else None
    return (
        None if wanted is None else str(wanted).lower() if wanted in {True, False} else str(wanted)
    )


def buttons_of(content: Content, wording: Wording, step: Step) -> dict[str, str]:
    """The titles of the buttons that answer the question, by the value that they set. Skipping
    counts as one."""
    if not isinstance(step, Collect):
        return {}
    found: dict[str, str] = {}
    for choice in choices(content, step):
        value = _value_set(choice, step)
        if value is not None:
            found.setdefault(value, wording.title(choice))
    return found


def choices(content: Content, step: Collect) -> Iterator[Choice]:
    response = content.responses.get(step.utter)
    for variation in response.variations if response else ():
        yield from variation.choices


def _value_set(choice: Choice, step: Collect) -> str | None:
    if choice.payload is None or choice.payload.plain is None:
        return None
    try:
        payload = payloads.parse(choice.payload.plain)
    except ValueError:
        return None
    if payload.name == payloads.SKIP:
        return payloads.SKIP
    values: Mapping[str, object] = payload.slots
    value = values.get(step.slot)
    return None if value is None else str(value)
