"""Examples beside those of the content's files: what people have taught since."""

import json
from collections.abc import Iterable
from dataclasses import replace

from dialogues.model import Content
from dialogues.understanding.language import Language

Lesson = tuple[str, str]  # an intent, and a text that means it


def by_intent(lessons: Iterable[Lesson]) -> dict[str, list[str]]:
    """Intents, each with its texts; both in their order."""
    found: dict[str, list[str]] = {}
    for intent, text in sorted(lessons):
        found.setdefault(intent, []).append(text)
    return found


def as_json(lessons: Iterable[Lesson]) -> str:
    """As `python -m dialogues train --more` reads them."""
    return json.dumps(by_intent(lessons))


def with_lessons(content: Content, lessons: Iterable[Lesson]) -> Content:
    """The content, which must have none yet, with these examples besides."""
    return replace(content, language=taught(content.language, lessons))


def taught(language: Language, lessons: Iterable[Lesson]) -> Language:
    """The language with these examples besides; those of intents that it does not know are left
    out, and where a text is the content's as well, the content is right. The model that is in
    force stays until it is replaced."""
    finder = language.intents
    fitting = tuple(sorted(it for it in set(lessons) if it[0] in finder.known))
    return replace(language, intents=finder.besides(fitting)) if fitting else language
