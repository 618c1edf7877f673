"""Draft answers out of a longer message: its own words, found by the canvas's patterns."""

import re
from collections.abc import Iterator
from functools import lru_cache

from actions.programme import Canvas
from dialogues.moments.phrases import pattern

_ENDS = r"(?<=[.!?;\n])\s+"
_EDGES = " \t\n.,;:–-"
_FEWEST_WORDS = 2  # fewer say nothing
_APOSTROPHES = "'’‘`´"


def drafts_from(canvas: Canvas, text: str) -> dict[str, str]:
    """Draft answers by question, each a part of the text as it was written. A part is offered once
    as a whole, to the first question that it answers; empty for a short message."""
    if len(text.split()) < canvas.draft_from_words:
        return {}
    found: dict[str, list[str]] = {}
    for part in _parts(canvas, text):
        for question, said in _told(canvas, part):
            found.setdefault(question, []).append(said)
    return {name: "\n".join(found[name]) for name in canvas.questions if name in found}


def _parts(canvas: Canvas, text: str) -> Iterator[str]:
    for part in _cutter(tuple(canvas.cut_before)).split(text):
        left = _without(tuple(canvas.aside), part).strip(_EDGES)
        if len(left.split()) >= _FEWEST_WORDS:
            yield left


def _told(canvas: Canvas, part: str) -> Iterator[tuple[str, str]]:
    is_given = False
    for name, question in canvas.questions.items():
        said = next(filter(None, (_said(it, part) for it in question.told_by)), None)
        if said is None or (said == part and is_given):
            continue
        is_given = is_given or said == part
        yield name, said


def _said(expression: str, part: str) -> str | None:
    """What a pattern finds, in the words of the message: its group `said`, or all of the part."""
    plainly, places = _plainly(part)
    match = re.search(expression, plainly)
    if match is None:
        return None
    if "said" not in match.re.groupindex:
        return part
    begin, end = match.span("said")
    return part[places[begin] : places[end - 1] + 1].strip(_EDGES) if end > begin else None


def _without(aside: tuple[str, ...], part: str) -> str:
    """The part without what says nothing of the idea."""
    for expression in aside:
        plainly, places = _plainly(part)
        match = re.search(expression, plainly)
        if match is not None and match.end() > match.start():
            part = part[: places[match.start()]] + part[places[match.end() - 1] + 1 :]
    return part


def _plainly(text: str) -> tuple[str, list[int]]:
    """The text in small letters without apostrophes, and where each letter of it stands."""
    kept = [(letter, i) for i, letter in enumerate(text) if letter not in _APOSTROPHES]
    return "".join(_small(letter) for letter, _ in kept), [i for _, i in kept]


def _small(letter: str) -> str:
    """In small letters, where that is one letter as well."""
    small = letter.lower()
    return small if len(small) == 1 else letter


@lru_cache(maxsize=8)
def _cutter(words: tuple[str, ...]) -> re.Pattern[str]:
    before = rf"|[\s,]+(?={pattern(words)}\b)" if words else ""
    return re.compile(_ENDS + before, re.IGNORECASE)
