"""Finding the programme's own phrases in what somebody wrote."""

import re
from collections.abc import Iterable, Mapping, Sequence

_NOT_WORDS = re.compile(r"[^\w:./]+|[:./](?!\d)|(?<!\d)[:./]")


def plain(text: str) -> str:
    """The words in small letters, with single spaces; points, colons and strokes only inside
    numbers."""
    return _NOT_WORDS.sub(" ", text.casefold().replace("'", "").replace("’", "")).strip()


def pattern(phrases: Iterable[str]) -> str:
    """A regular expression for any of them, the longest first; for none of them, what never is."""
    longest_first = sorted(set(map(plain, phrases)), key=len, reverse=True)
    return "(?:" + "|".join(map(re.escape, longest_first)) + ")" if longest_first else "(?!)"


def is_there(said: str, phrases: Iterable[str]) -> bool:
    """Whether one of them stands in what was said."""
    return re.search(rf"\b{pattern(phrases)}\b", said) is not None


def key_in(said: str, phrases: Mapping[str, Sequence[str]]) -> str | None:
    """The key whose longest phrase stands in what was said; of equals the first."""
    found = {
        key: max((len(it[0]) for it in re.finditer(rf"\b{pattern(words)}\b", said)), default=0)
        for key, words in phrases.items()
    }
    best = max(found, key=lambda key: found[key], default=None)
    return best if best is not None and found[best] else None
