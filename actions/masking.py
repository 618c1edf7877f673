"""How to reach somebody, taken out of their words: for words that others are to learn from."""

import re

from actions.contacts import phone_numbers

_ADDRESS = re.compile(r"[^\s@<>,;:]+@[^\s@<>,;:]+")
_DIGITS = re.compile(r"\+?\d(?:[\s()./-]*\d){6,}")
NUMBER, ADDRESS = "[number]", "[address]"


def masked(text: str, country: str) -> str:
    """The text without telephone numbers, other long numbers and e-mail addresses. A number
    without a country's prefix is taken to be of `country` (ISO 3166)."""
    left = _ADDRESS.sub(ADDRESS, text)
    for match in reversed([match for _written, match in phone_numbers(left, country)]):
        left = left[: match.start] + NUMBER + left[match.end :]
    return _DIGITS.sub(NUMBER, left)
