"""What may be mentioned, and one mention of it."""

from dataclasses import dataclass

BOROUGH, PHONE, EMAIL, NUMBER, ATTACHMENT = "borough", "phone", "email", "number", "attachment"
PEOPLE, MONEY, WHEN = "people", "money", "when"
BUILT_IN = frozenset({BOROUGH, PHONE, EMAIL, NUMBER, ATTACHMENT, PEOPLE, MONEY})


@dataclass(frozen=True, slots=True)
class Entity:
    """One mention. `start` and `end` are where it stands in the message; of several `values` any
    may be meant."""

    kind: str
    values: tuple[object, ...]
    start: int
    end: int
