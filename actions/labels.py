"""What questions, answers and offers are called: the programme's names, else `label_` responses."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from markupsafe import Markup, escape

from actions.programme import Programme

_LABEL_LENGTH = 60  # a button's label has 64 letters at most

Say = Callable[[str, Mapping[str, Any]], Markup]


class Wording(Protocol):
    """Whatever words things: an action's context, or what writes the staff's posts."""

    @property
    def programme(self) -> Programme: ...
    @property
    def say(self) -> Say: ...


def question_label(wording: Wording, slot: str) -> Markup:
    """The short name of what a slot asks."""
    return wording.say(f"label_{slot}", {})


def answer_label(wording: Wording, fact: str, value: Any) -> Markup:
    """An answer as it was offered: `Sefton` for sefton, `yes` for True, a number as it is."""
    if isinstance(value, bool):
        return wording.say("label_yes" if value else "label_no", {})
    if isinstance(value, int | float):
        return escape(f"{value:g}")
    named = {"borough": wording.programme.boroughs, "theme": wording.programme.themes}
    if value in named.get(fact, {}):
        return escape(named[fact][value])
    return wording.say(f"label_{fact}_{value}", {})


def kind_label(wording: Wording, kind: str) -> Markup:
    """What a lead is about: the name of the offer, or that somebody wants to be rung."""
    offer = wording.programme.offers.get(kind)
    return escape(offer.name) if offer else wording.say(f"label_lead_{kind}", {})


def lines(found: Iterable[Markup]) -> Markup:
    """Put fragments under each other, leaving out empty ones."""
    return Markup("\n").join(fragment for fragment in found if fragment.strip())


def blocks(found: Iterable[Markup]) -> Markup:
    """Put fragments under each other with an empty line between them."""
    return Markup("\n\n").join(fragment for fragment in found if fragment.strip())


def idea_line(wording: Wording, question: str, text: str | None) -> Markup:
    """One question with its answer, or with the word that it is open."""
    values = {"question": question_label(wording, question), "answer": text or ""}
    return wording.say("idea_line" if text else "idea_line_open", values)


def button(label: str, payload: str) -> dict[str, str]:
    """A choice as rasa-sdk has it; a label that is too long is cut."""
    return {"title": label[:_LABEL_LENGTH], "payload": payload}


def shortened(text: str, longest: int | None) -> str:
    """The text, cut at a space and marked where it is too long."""
    if longest is None or len(text) <= longest:
        return text
    return text[:longest].rsplit(" ", 1)[0] + " …"
