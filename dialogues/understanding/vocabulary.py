"""The words of the language, as the encoder's vocabulary lists them."""

from functools import cache
from pathlib import Path

VOCABULARY = Path(__file__).with_name("encoder") / "vocab.txt"


@cache
def usual_words() -> frozenset[str]:
    """Whole words of two letters and more, in lower case."""
    lines = VOCABULARY.read_text(encoding="utf-8").splitlines()
    return frozenset(it for it in lines if len(it) > 1 and it.isascii() and it.isalpha())
