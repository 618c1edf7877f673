"""Buttons of the staff's posts: a verb of the access table, with values that come back with it."""

import re
from typing import Any

from bot.desk.moment import Moment
from bot.pipeline.arrival import Happened
from dialogues import payloads
from dialogues.exchange import Button

_NO_BUTTON = Button("")
_LONGEST_LABEL = 60


def button(label: str, verb: str, **values: Any) -> Button:
    """A choice that asks for this verb; values that are None are left out."""
    return Button(label[:_LONGEST_LABEL], payload=payload(verb, **values))


def payload(verb: str, **values: Any) -> str:
    """The same as a payload alone."""
    named = {name: value for name, value in values.items() if value is not None}
    told = ", ".join(f"{name}={_quoted(str(value))}" for name, value in named.items())
    return f"/{verb}({told})" if told else f"/{verb}"


def is_press(moment: Moment) -> bool:
    """Whether they pressed a button."""
    return moment.arrival.happened is Happened.PRESSED


def chosen(moment: Moment, words: str) -> dict[str, str]:
    """The values of the button that was pressed; none if nothing was pressed."""
    return values_in(words) if is_press(moment) else {}


def values_in(argument: str) -> dict[str, str]:
    """The values that a payload brings."""
    return payloads.parse(f"/chosen({argument})").slots if argument else {}


def of_page(buttons: tuple[Button, ...], number: int, *, most: int) -> tuple[Button, ...]:
    """The buttons of a page that takes the place of another: each second page's stand where the
    other ones have none, so that who presses twice does not turn two pages."""
    return (_NO_BUTTON,) * most * (number % 2) + buttons


def _quoted(text: str) -> str:
    return '"' + re.sub(r'([\\"])', r"\\\1", text) + '"'
