"""How many and how much: figures and words, ranges, sums of money; not ages, phones or times."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from dialogues.understanding.entities.contacts import find_phone
from dialogues.understanding.entities.quantities import Quantities
from dialogues.understanding.text import normalise

_PIECE = re.compile(
    r"(?P<figure>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"|[^\W\d_]+(?:['’‘`´][^\W\d_]+)*|[^\s\w]"
)
_DASHES = {"-", "–", "—"}
_PARTED = {"/", ":"}  # inside dates and times
_FEWEST, _MOST = 2 / 3, 3  # "a few" counts as three, and may be two or nine
_LONG_PHONE = 9


class Kind(StrEnum):
    """What a number counts."""

    NUMBER = "number"
    PEOPLE = "people"
    MONEY = "money"
    AGE = "age"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Number:
    """`value` is the number that is meant, of a range the lower end: nobody is taken to be more, or
    to have more, than they are sure of. It may be anything from `low` to `high`."""

    value: float
    low: float
    high: float
    start: int
    end: int
    kind: Kind = Kind.NUMBER
    is_vague: bool = False


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A message as words, figures and signs. `said` are its words as they are compared."""

    said: tuple[str, ...]
    figures: tuple[float | None, ...]
    spans: tuple[tuple[int, int], ...]

    def is_glued(self, at: int) -> bool:
        """Whether the piece follows the one before without a space."""
        return 0 < at < len(self.said) and self.spans[at - 1][1] == self.spans[at][0]

    def has_letters(self, at: int) -> bool:
        return 0 <= at < len(self.said) and self.said[at][0].isalpha()


@dataclass(frozen=True, slots=True)
class _Single:
    """One number that ends before piece `end`, with the factor that was said after it."""

    value: float
    end: int
    factor: float = 1
    is_vague: bool = False


def numbers_in(text: str, words: Quantities) -> list[Number]:
    """All numbers of a message in their order, each with what it counts."""
    pieces = _pieces(text)
    found: list[Number] = []
    at = 0
    while at < len(pieces.said):
        number, at = _counted(pieces, at, words) or _at(pieces, at, words) or (None, at + 1)
        if number is not None:
            found.append(number)
    return found


def number_in(text: str, words: Quantities) -> float | None:
    """The first number, whatever it counts."""
    return next((it.value for it in numbers_in(text, words) if it.kind is not Kind.OTHER), None)


def people_in(text: str, words: Quantities) -> Number | None:
    """How many they are, where the message says whom it counts."""
    return next((it for it in numbers_in(text, words) if it.kind is Kind.PEOPLE), None)


def amount_in(text: str, words: Quantities) -> Number | None:
    """How much money; where nothing is said to be money, the first bare number."""
    found = numbers_in(text, words)
    money = next((it for it in found if it.kind is Kind.MONEY), None)
    return money or next((it for it in found if it.kind is Kind.NUMBER), None)


def _pieces(text: str) -> _Pieces:
    phone = find_phone(text)
    if phone and sum(it.isdecimal() for it in phone[0]) >= _LONG_PHONE:
        text = text[: phone.start()] + " " * len(phone[0]) + text[phone.end() :]
    found = [*_PIECE.finditer(text)]
    return _Pieces(
        tuple(normalise(it[0]) or it[0] for it in found),
        tuple(float(it["figure"].replace(",", "")) if it["figure"] else None for it in found),
        tuple(it.span() for it in found),
    )


# --- what is a number ----------------------------------------------------------------------------


def _at(pieces: _Pieces, at: int, words: Quantities) -> tuple[Number, int] | None:
    """The number or the range that begins there, and the piece after it."""
    first = _single(pieces, at, words)
    if first is None:
        return None
    low, high, end, is_vague = _range(pieces, at, first, words)
    value = low
    if is_vague:
        low, high = _FEWEST * value, _MOST * value
    span = (pieces.spans[at][0], pieces.spans[end - 1][1])
    return _kind(pieces, at, end, Number(value, low, high, *span, is_vague=is_vague), words)


def _single(pieces: _Pieces, at: int, words: Quantities) -> _Single | None:
    if at >= len(pieces.said) or (pieces.is_glued(at) and pieces.has_letters(at - 1)):
        return None  # a postcode
    figure = pieces.figures[at]
    if figure is not None:
        return _times(pieces, _Single(figure, at + 1), words)
    phrase = words.numbers.at(pieces.said, at)
    if phrase is None:
        return None
    value, end = words.values[phrase], at + len(phrase)
    if 20 <= value < 100 and value % 10 == 0:
        value, end = _with_unit(pieces, value, end, words)
    single = _times(pieces, _Single(value, end, is_vague=phrase in words.vague), words)
    return _with_rest(pieces, single, words)


def _with_unit(pieces: _Pieces, value: float, end: int, words: Quantities) -> tuple[float, int]:
    """ "twenty five" is 25: tens take the unit that follows."""
    at = end + 1 if end < len(pieces.said) and pieces.said[end] in _DASHES else end
    phrase = words.numbers.at(pieces.said, at)
    unit = words.values[phrase] if phrase and len(phrase) == 1 else 0
    return (value + unit, at + 1) if 0 < unit < 10 else (value, end)


def _times(pieces: _Pieces, single: _Single, words: Quantities) -> _Single:
    """With what multiplies it: "two and a half thousand", "a couple of hundred", "20k"."""
    value, end, factor = single.value, single.end, 1.0
    half = words.halves.size_at(pieces.said, end)
    if half:
        value, end = value + 0.5, end + half
    while end < len(pieces.said) and pieces.said[end] in words.multipliers:
        factor *= words.multipliers[pieces.said[end]]
        end += 1
    return replace(single, value=value * factor, end=end, factor=factor)


def _with_rest(pieces: _Pieces, single: _Single, words: Quantities) -> _Single:
    """ "a hundred and twenty" is 120."""
    if single.value < 100 or single.is_vague:
        return single
    joins = words.between_and.size_at(pieces.said, single.end)
    phrase = words.numbers.at(pieces.said, single.end + joins) if joins else None
    if phrase is None or phrase in words.vague or words.values[phrase] >= 100:
        return single
    value, end = words.values[phrase], single.end + joins + len(phrase)
    if 20 <= value < 100 and value % 10 == 0:
        value, end = _with_unit(pieces, value, end, words)
    return _times(pieces, replace(single, value=single.value + value, end=end), words)


def _range(
    pieces: _Pieces, at: int, first: _Single, words: Quantities
) -> tuple[float, float, int, bool]:
    """From where to where, the piece after it, and whether it is vague. "20-30k" is 20,000 on."""
    alone = (first.value, first.value, first.end, first.is_vague)
    joins = words.ranges.size_at(pieces.said, first.end)
    if not joins and words.between.size_before(pieces.said, at):
        joins = words.between_and.size_at(pieces.said, first.end)
    joins = joins or _dash(pieces, first.end)
    second = _single(pieces, first.end + joins, words) if joins else None
    if second is None:
        return alone
    low = first.value
    if first.factor == 1 and second.factor > 1 and first.value * second.factor <= second.value:
        low *= second.factor
    return (low, second.value, second.end, False) if low < second.value else alone


def _dash(pieces: _Pieces, at: int) -> int:
    return 1 if at < len(pieces.said) and pieces.said[at] in _DASHES else 0


# --- what it counts ------------------------------------------------------------------------------


def _kind(
    pieces: _Pieces, at: int, end: int, number: Number, words: Quantities
) -> tuple[Number, int]:
    """The number with what it counts, and the piece after all of it."""
    said = pieces.said
    before = at - words.about_before.size_before(said, at)
    after = end + words.about_after.size_at(said, end)
    for kind, first, last in (
        (Kind.AGE, words.age_before, words.age_after),
        (Kind.OTHER, words.other_before, words.other_after),
        (Kind.MONEY, words.money, words.money),
    ):
        ahead, behind = first.size_before(said, before), last.size_at(said, after)
        if ahead or behind or (kind is Kind.MONEY and first.size_before(said, end)):
            whole = _spanning(pieces, number, before - ahead, after + behind)
            return replace(whole, kind=kind), after + behind
    if _is_parted(pieces, at, after):
        return replace(number, kind=Kind.OTHER), end
    return _people(pieces, before, after, number, words) or (number, end)


def _people(
    pieces: _Pieces, before: int, after: int, number: Number, words: Quantities
) -> tuple[Number, int] | None:
    """Those who join in, and with them whoever writes: "me and three mates" are four."""
    said = pieces.said
    ahead, behind = words.with_me.size_before(said, before), words.people.size_at(said, after)
    end = after + behind
    and_me = words.and_me.size_at(said, end) or words.and_me.size_at(said, end + 1)
    if not ahead and not behind and not and_me:
        return None
    more = 1 if ahead or and_me else 0
    whole = _spanning(pieces, number, before - ahead, max(end, after))
    counted = replace(
        whole,
        value=number.value + more,
        low=number.low + more,
        high=number.high + more,
        kind=Kind.PEOPLE,
    )
    return counted, end


def _counted(pieces: _Pieces, at: int, words: Quantities) -> tuple[Number, int] | None:
    """A phrase that says how many without a number: "me and my sister"."""
    phrase = words.counted.at(pieces.said, at)
    if phrase is None:
        return None
    value, end = float(words.counts[phrase]), at + len(phrase)
    span = (pieces.spans[at][0], pieces.spans[end - 1][1])
    return Number(value, value, value, *span, kind=Kind.PEOPLE), end


def _spanning(pieces: _Pieces, number: Number, first: int, end: int) -> Number:
    return replace(number, start=pieces.spans[first][0], end=pieces.spans[end - 1][1])


def _is_parted(pieces: _Pieces, at: int, end: int) -> bool:
    """Whether it is part of a date, a time or a code."""
    ahead = pieces.is_glued(at) and pieces.said[at - 1] in _PARTED
    behind = pieces.is_glued(end) and (pieces.said[end] in _PARTED or pieces.has_letters(end))
    return ahead or behind
