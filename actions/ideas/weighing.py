"""What an answer says, told by the canvas's rules: what to ask once more, what would make it
stronger. Nothing is guessed, so that each of it can be explained."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache

from actions.programme import Canvas, Hint, Look
from dialogues.moments.phrases import pattern, plain

_NEVER = "(?!)"


def holds(canvas: Canvas, look: Look, text: str) -> bool:
    """Whether the look holds of an answer."""
    said = plain(text)
    if look.fewer_words is not None and len(said.split()) >= look.fewer_words:
        return False
    if look.when and not _shows_any(canvas, look.when, said):
        return False
    return not _shows_any(canvas, look.unless, said)


def follow_up_of(canvas: Canvas, question: str, text: str) -> str | None:
    """The slot of what is asked once more about this answer, if anything is."""
    for follow_up in canvas.questions[question].follow_ups:
        if holds(canvas, follow_up, text):
            return follow_up.ask
    return None


def hints_for(
    canvas: Canvas, answers: Mapping[str, str], *, enough: Collection[str] = ()
) -> list[Hint]:
    """What would make the idea stronger, the weightiest first; one for each question, and no more
    than are said at once. `answers` are whole, as `whole_answers` has them; nothing is said of
    questions on which there is `enough`."""
    found: dict[str, Hint] = {}
    for hint in canvas.hints:
        is_open = hint.about not in found and hint.about not in enough
        if is_open and _is_due(canvas, hint, answers.get(hint.about)):
            found[hint.about] = hint
    return list(found.values())[: canvas.most_hints]


def whole_answers(canvas: Canvas, texts: Mapping[str, str | None]) -> dict[str, str]:
    """The answer to each question, in the order of asking, with what was said when it was asked
    about once more."""
    whole = {
        name: "\n".join(_parts(texts, (name, *(it.ask for it in question.follow_ups))))
        for name, question in canvas.questions.items()
    }
    return {name: text for name, text in whole.items() if text}


def _parts(texts: Mapping[str, str | None], names: Sequence[str]) -> Iterator[str]:
    yield from (text for name in names if (text := texts.get(name)))


def _is_due(canvas: Canvas, hint: Hint, text: str | None) -> bool:
    if hint.missing or text is None:
        return hint.missing and text is None
    return holds(canvas, hint, text)


def _shows_any(canvas: Canvas, names: Sequence[str], said: str) -> bool:
    return any(_regex(canvas, name).search(said) for name in names)


def _regex(canvas: Canvas, name: str) -> re.Pattern[str]:
    signal = canvas.signals[name]
    return _compiled(tuple(signal.words), tuple(signal.patterns))


@lru_cache(maxsize=256)
def _compiled(words: tuple[str, ...], patterns: tuple[str, ...]) -> re.Pattern[str]:
    of_words = rf"\b{pattern(words)}\b" if words else _NEVER
    return re.compile("|".join((of_words, *(f"(?:{it})" for it in patterns))))
