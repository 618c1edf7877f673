"""Short closed messages and numbers, as people write them."""

from dialogues.parts import Identifier
from dialogues.specs.spec import Spec


class QuantitiesSpec(Spec):
    """How people say how many and how much, beside the words for numbers.

    `multipliers` follow a number ("grand"), `halves` come before one ("and a half"); `vague` are
    number words that may mean a few more or less. `ranges` stand between two numbers, after a word
    of `between` as well `between_and`. `about_before` and `about_after` change nothing.

    `people` follow a number of those who join in ("of us"), `with_me` stands before those beside
    the one who writes, `and_me` after them, and `counted` are whole phrases. `money` stands before
    or after a sum. A number beside `age_before`, `age_after`, `other_before` or `other_after` is
    neither.
    """

    multipliers: dict[str, float | int] = {}
    halves: list[str] = []
    vague: list[str] = []
    ranges: list[str] = []
    between: list[str] = []
    between_and: list[str] = []
    about_before: list[str] = []
    about_after: list[str] = []
    people: list[str] = []
    with_me: list[str] = []
    and_me: list[str] = []
    counted: dict[str, int] = {}
    money: list[str] = []
    age_before: list[str] = []
    age_after: list[str] = []
    other_before: list[str] = []
    other_after: list[str] = []


class LexiconSpec(Spec):
    """Short closed messages as people write them; `intents` are those that mean an intent, `none`
    those that take none of what "did you mean" offers, and `question` the words that a question
    begins with. `numbers` and `ordinals` map words to numbers.

    `told` are intents that people tell at any question, such as an idea, each with the words that
    say that they turn to it: without one, an open question is not left for it."""

    affirm: list[str] = []
    deny: list[str] = []
    skip: list[str] = []
    cancel: list[str] = []
    repeat: list[str] = []
    back: list[str] = []
    change: list[str] = []
    none: list[str] = []
    intents: dict[Identifier, list[str]] = {}
    question: list[str] = []
    correction: list[str] = []
    filler: list[str] = []
    choice: list[str] = []
    negation: list[str] = []
    numbers: dict[str, float | int] = {}
    ordinals: dict[str, int] = {}
    quantities: QuantitiesSpec | None = None
    breakout: list[Identifier] = []
    told: dict[Identifier, list[str]] = {}
