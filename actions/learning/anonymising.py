"""What tells of a person, taken out of their words before anything is learnt from them.

Better a word too many than one too few: the wish is what is learnt, and it is said by the others.
What is left is shown to staff, who may say that it is personal all the same.
"""

import re
from collections.abc import Collection, Iterable
from functools import cache
from pathlib import Path

from actions.masking import masked

PERSON, PLACE, LINK, DATE, NUMBER = "[name]", "[address]", "[link]", "[date]", "[number]"
FEWEST_WORDS = 2  # that must be left where something was taken out

_NAMES = Path(__file__).with_name("given_names.txt")
_MASK = re.compile(r"\[[a-z]+\]")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?\n:;•…])\W*$")
_DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b")  # of birth, it may be
_STREETS = "road|rd|street|avenue|ave|lane|terrace|crescent|grove"
_ALSO_STREETS = (
    "Close|Court|Drive|Gardens|Green|Hill|House|Park|Place|Rise|Row|Square|St|View|Walk|Way"
)
_ANY_CASE = {
    r"(?:https?://|www\.)\S+|(?<!\w)@\w{3,}": LINK,
    r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b": PLACE,  # a postcode
    r"\b[a-z]{2}\s?(?:\d{2}\s?){3}[a-d]\b": NUMBER,  # of the national insurance
    rf"\b\d+[a-z]?,?\s+(?:[\w'’]+\s+){{1,2}}(?:{_STREETS})\b": PLACE,
    r"\b(?:flat|apartment|apt|room)\s+\d+[a-z]?\b": PLACE,
}
_AS_WRITTEN = {
    rf"\b\d+[a-zA-Z]?,?\s+(?:[A-Z][\w'’]+\s+){{1,2}}(?:{_ALSO_STREETS})\b": PLACE,
    rf"\b(?:[A-Z][\w'’]+\s+){{1,2}}(?:{_STREETS.title()})\b": PLACE,
    r"\b[A-Z]{1,2}\d{1,2}[A-Z]?\b": PLACE,  # the first half of a postcode
}
_PATTERNS = [
    *((re.compile(it, re.IGNORECASE), mask) for it, mask in _ANY_CASE.items()),
    *((re.compile(it), mask) for it, mask in _AS_WRITTEN.items()),
]
_BEFORE_NAME = re.compile(
    r"\b(?:(?:my|his|her|their)\s+name(?:\s+is|[’']?s)|(?:i\s+am|i[’']?m|she[’']?s|he[’']?s)\s+called|"
    r"mr|mrs|ms|dr|prof|rev)\b\.?\s+$",
    re.IGNORECASE,
)
_MAYBE_BEFORE_NAME = re.compile(
    r"\b(?:this\s+is|it[’']?s|i\s+am|i[’']?m|ask\s+for|signed|regards|thanks|cheers|ta|"
    r"miss|sister|father)\b[,.!]?\s+$",
    re.IGNORECASE,
)


def anonymised(
    text: str, *, country: str, own: Iterable[str] = (), usual: Collection[str] = frozenset()
) -> str:
    """The text with `[name]`, `[address]` and the like in place of what is personal.

    `country` (ISO 3166) is whose telephone numbers are looked for, `own` are known names of the
    person, `usual` the words of the content in lower case: a word with a capital letter in the
    middle of a sentence is taken for a name unless it is one of them.
    """
    left = masked(_DATE.sub(DATE, text), country)
    for pattern, mask in _PATTERNS:
        left = pattern.sub(mask, left)
    return _without_names(left, _words_of(own), usual)


def learnable(anonymous: str) -> str | None:
    """What is learnt of such a text: it without the marks of what was taken out. None if too little
    is left to mean anything."""
    left = " ".join(_MASK.sub(" ", anonymous).split())
    was_whole = _MASK.search(anonymous) is None
    words = len(_WORD.findall(left))
    return left if words >= (1 if was_whole else FEWEST_WORDS) else None


def _words_of(names: Iterable[str]) -> frozenset[str]:
    """Of one or two letters they could be anything."""
    words = (word.casefold() for name in names for word in _WORD.findall(name))
    return frozenset(it for it in words if len(it) > 2)


def _without_names(text: str, own: frozenset[str], usual: Collection[str]) -> str:
    pieces: list[str] = []
    end, was_name = 0, False
    for match in _WORD.finditer(text):
        before, word = text[: match.start()], match[0]
        goes_on = was_name and len(word) > 1 and word.istitle() and text[end : match.start()] == " "
        was_name = not before.endswith("[") and (goes_on or _is_name(word, before, own, usual))
        pieces += [text[end : match.start()], PERSON if was_name else word]
        end = match.end()
    left = "".join([*pieces, text[end:]])
    return left.replace(f"{PERSON} {PERSON}", PERSON)


def _is_name(word: str, before: str, own: frozenset[str], usual: Collection[str]) -> bool:
    said = word.casefold().removesuffix("'s").removesuffix("’s")
    if said in given_names() or (said in own and not (word.islower() and said in usual)):
        return True
    if _BEFORE_NAME.search(before):
        return True
    if not word[0].isupper() or word.isupper():  # an acronym, or somebody who shouts
        return False
    if _MAYBE_BEFORE_NAME.search(before):
        return said not in usual or len(before.split()) < 3
    return _SENTENCE_END.search(before) is None and said not in usual


@cache
def given_names() -> frozenset[str]:
    """Words that are hardly ever anything but a name."""
    lines = _NAMES.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
