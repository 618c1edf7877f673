"""Made-up people, ideas and words: plainly fictional, spread as in life, the same each time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Generic, TypeVar

import orjson

T = TypeVar("T")

_STARTS = (
    *("Ab", "Bel", "Cor", "Dun", "El", "Fen", "Gar", "Hol", "Il", "Jas"),
    *("Kel", "Lor", "Mar", "Nor", "Or", "Pel", "Quen", "Ros", "Sel", "Tam"),
)
_ENDS = (
    *("a", "ah", "ana", "ard", "bert", "dan", "eth", "ey", "ia", "ic"),
    *("in", "is", "lan", "len", "na", "nor", "ra", "rin", "ton", "wyn"),
)
_PLACES = (
    *("bank", "beck", "borough", "bourne", "brook", "bury", "combe", "croft"),
    *("dale", "den", "field", "ford", "ham", "holm", "hurst", "ley"),
    *("low", "marsh", "mere", "moor", "ridge", "shaw", "stead", "stow"),
    *("thorpe", "thwaite", "ton", "well", "wick", "worth"),
)
COMMON = "garden"  # a word that nearly every idea has
RARE = "ukulele"  # a word that hardly any idea has
_WORDS = f"""{COMMON} shed lunch street kids school hall bus walk tools repair library lonely choir
bikes kitchen meals carers allotment benches lights park music drop coffee morning dance boxing
sewing swimming mums dads neighbours estate corner shop club van minibus food bank warm room books
homework football girls lads prayer mosque church centre community together learning talking english
lessons forms benefits advice debt heating damp mould housing rent letters reading computers phones
tablets older younger people families friends visits hospital home discharge nurse doctor pharmacy
mental health walking group art paint clay wood metal workshop fixing clothes swap toys baby
breastfeeding toddlers teenagers night safe lighting crossing traffic litter picking trees
orchard bees hens eggs pond wildlife mural history memories photographs films cinema
theatre drama""".split()
_NOTES = (
    "Rang, no answer. Will try again on Thursday.",
    "Spoke with her, she can come in next week.",
    "Asked the hall for its opening times.",
    "Has a letter from the landlord, looks fine.",
    "Wants an interpreter for the first meeting.",
    "Passed on to the finance team for a second look.",
)


class Spread(Generic[T]):
    """Draws things, the earlier ones of the list far more often."""

    def __init__(self, things: Sequence[T], *, steep: float = 1.0) -> None:
        self.things = things
        self._upto = list(accumulate(1 / (rank**steep) for rank in range(1, len(things) + 1)))

    def draw(self, rng: random.Random) -> T:
        """One of them."""
        return rng.choices(self.things, cum_weights=self._upto)[0]

    def many(self, rng: random.Random, count: int) -> list[T]:
        """As many, some of them more than once."""
        return rng.choices(self.things, cum_weights=self._upto, k=count)


@dataclass(frozen=True, slots=True)
class MadeUpIdea:
    """An idea's answers, as the database holds them beside a title."""

    answers: dict[str, str]

    def with_title(self, title: str) -> dict[str, object]:
        """As a lead holds it."""
        return {"title": title, "answers": self.answers}


class MadeUp:
    """What is drawn from, made of one number."""

    def __init__(self, seed: int = 20) -> None:
        self._rng = random.Random(seed)
        self.first = Spread([a + b for b in _ENDS for a in _STARTS], steep=0.7)
        self.last = Spread([a + b for b in _PLACES for a in (*_STARTS, *self._starts)], steep=0.5)

    @cached_property
    def _starts(self) -> list[str]:
        return [a + b for a in _STARTS for b in ("ing", "er", "en", "al", "ow")]

    @cached_property
    def words(self) -> Spread[str]:
        """Words of ideas: a few that all use, and thousands that hardly anybody does."""
        tail = [f"{a}{b}{c}".lower() for a in _STARTS for b in _ENDS for c in _PLACES[:8]]
        return Spread([*_WORDS, *tail])

    @cached_property
    def ideas(self) -> list[MadeUpIdea]:
        """Answers that ideas are made of."""
        made = [MadeUpIdea(self._answers()) for _ in range(3000)]
        made[7].answers["idea_plan"] += f" And we would play the {RARE}."
        return made

    @cached_property
    def said(self) -> list[str]:
        """What residents type."""
        return [self.sentence(self._rng.randint(1, 30)) for _ in range(1500)]

    @cached_property
    def replies(self) -> list[str]:
        """What the assistant says, in Telegram's HTML."""
        return [f"<b>{self.sentence(4)}</b>\n{self.sentence(25)}" for _ in range(1500)]

    @property
    def notes(self) -> tuple[str, ...]:
        """What staff tell each other."""
        return _NOTES

    def name(self, rng: random.Random) -> str:
        """Of somebody."""
        return f"{self.first.draw(rng)} {self.last.draw(rng)}"

    def title(self, rng: random.Random) -> str:
        """Of an idea."""
        return f"The {' '.join(it.capitalize() for it in self.words.many(rng, 2))}"

    def sentence(self, count: int) -> str:
        """Of so many words."""
        return f"{' '.join(self.words.many(self._rng, count)).capitalize()}."

    def _answers(self) -> dict[str, str]:
        names = ("idea_problem", "idea_people", "idea_plan", "idea_change", "idea_needs")
        told = names[: self._rng.randint(2, len(names))]
        return {name: self.sentence(self._rng.randint(8, 28)) for name in told}


def as_json(value: object) -> str:
    """As a JSON column holds it."""
    return orjson.dumps(value).decode()
