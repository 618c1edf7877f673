"""Looking for leads by words, among what is sealed and so cannot be asked of the database."""

from collections.abc import Iterable

from dialogues.moments.phrases import plain


def is_meant(words: str, texts: Iterable[str | None]) -> bool:
    """Whether each of the words begins some word of these texts. No words mean nothing."""
    looked_for = plain(words).split()
    there = [it for text in texts if text for it in plain(text).split()]
    return bool(looked_for) and all(any(it.startswith(word) for it in there) for word in looked_for)
