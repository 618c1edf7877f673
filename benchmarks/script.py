"""The conversation that everybody holds: eight turns, four of them typed and four pressed."""

from typing import Literal, NamedTuple


class Doing(NamedTuple):
    """What the resident does in one turn: types words, or presses the button that bears them."""

    how: Literal["types", "presses"]
    words: str


TURNS = (
    Doing("types", "/start"),
    Doing("presses", "Book a visit"),
    Doing("presses", "Group"),
    Doing("types", "saturday"),
    Doing("presses", "Yes, please"),
    Doing("types", "Ann Example"),
    Doing("types", "The beans, and how you keep the slugs away from them without any poison"),
    Doing("presses", "Yes, please"),
)
ENDS_WITH = "Booked for Ann Example: Group, Saturday."
