"""The words by which people say how many and how much, prepared for looking up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dialogues.specs import QuantitiesSpec
from dialogues.understanding.entities.phrases import Phrase, Phrases
from dialogues.understanding.text import normalise

NONE = Phrases()


@dataclass(frozen=True, slots=True)
class Quantities:
    """The content's words; see `QuantitiesSpec`. `values` are numbers by their words."""

    values: Mapping[Phrase, float] = field(default_factory=dict)
    numbers: Phrases = NONE
    multipliers: Mapping[str, float] = field(default_factory=dict)
    vague: frozenset[Phrase] = frozenset()
    counts: Mapping[Phrase, int] = field(default_factory=dict)
    counted: Phrases = NONE
    halves: Phrases = NONE
    ranges: Phrases = NONE
    between: Phrases = NONE
    between_and: Phrases = NONE
    about_before: Phrases = NONE
    about_after: Phrases = NONE
    people: Phrases = NONE
    with_me: Phrases = NONE
    and_me: Phrases = NONE
    money: Phrases = NONE
    age_before: Phrases = NONE
    age_after: Phrases = NONE
    other_before: Phrases = NONE
    other_after: Phrases = NONE

    @classmethod
    def of(cls, numbers: Mapping[str, float], specs: Iterable[QuantitiesSpec]) -> "Quantities":
        """Of all files'. `numbers` are by words that are normalised."""
        specs = list(specs)
        counted = {it: count for spec in specs for it, count in spec.counted.items()}
        multipliers = {it: value for spec in specs for it, value in spec.multipliers.items()}
        named = {
            name: Phrases.of(it for spec in specs for it in getattr(spec, name)) for name in _LISTS
        }
        return cls(
            values={tuple(it.split()): value for it, value in numbers.items()},
            numbers=Phrases.of(numbers),
            multipliers={normalise(it): value for it, value in multipliers.items()},
            vague=frozenset(tuple(normalise(it).split()) for spec in specs for it in spec.vague),
            counts={tuple(normalise(it).split()): count for it, count in counted.items()},
            counted=Phrases.of(counted),
            **named,
        )


_LISTS = (
    *("halves", "ranges", "between", "between_and", "about_before", "about_after", "people"),
    *("with_me", "and_me", "money", "age_before", "age_after", "other_before", "other_after"),
)
