"""What questions, answers and offers are called: the programme's names, else `label_` responses."""

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from actions.context import Context


def question_label(context: Context, slot: str) -> Markup:
    """The short name of what a slot asks."""
    return context.say(f"label_{slot}", {})


def answer_label(context: Context, fact: str, value: Any) -> Markup:
    """An answer as it was offered: `Sefton` for sefton, `yes` for True."""
    if isinstance(value, bool):
        return context.say("label_yes" if value else "label_no", {})
    named = {"borough": context.programme.boroughs, "theme": context.programme.themes}
    if value in named.get(fact, {}):
        return escape(named[fact][value])
    return context.say(f"label_{fact}_{value}", {})


def kind_label(context: Context, kind: str) -> Markup:
    """What a lead is about: the name of the offer, or that somebody wants to be rung."""
    offer = context.programme.offers.get(kind)
    return escape(offer.name) if offer else context.say(f"label_lead_{kind}", {})


def lines(found: Iterable[Markup]) -> Markup:
    """Put fragments under each other, leaving out empty ones."""
    return Markup("\n").join(fragment for fragment in found if fragment.strip())


def blocks(found: Iterable[Markup]) -> Markup:
    """Put fragments under each other with an empty line between them."""
    return Markup("\n\n").join(fragment for fragment in found if fragment.strip())
