"""Pages' values as `actions.idea_pages` makes them, and what can be read in a PDF."""

import io
from typing import Any

from pypdf import PdfReader

from actions.ideas.scripts import direction_of, words_of

LABELS = {
    "problem": "What’s wrong",
    "people": "Who it’s for",
    "plan": "What we’d do",
    "change": "What gets better",
    "team": "Who’s in",
    "needs": "What would help",
}


def page(
    title: str, *answers: str, accent: int = 0, about: tuple[str, ...] = (), **named: str
) -> dict[str, Any]:
    """A page with these answers under the usual labels, one after the other or by their names."""
    names = list(LABELS)
    told = [(names[place % len(names)], words) for place, words in enumerate(answers)]
    shown = [
        {"label": LABELS[name], "words": words_of(words), "told": False}
        for name, words in (*told, *named.items())
    ]
    return {
        "language": "en",
        "own_dir": "ltr",
        "dir": direction_of("".join((*answers, *named.values())) or title),
        "accent": accent,
        "title": words_of(title),
        "about": [words_of(words) for words in (*about, "1 June 2026")],
        "answers": shown,
        "organisation": "Capacity – The Public Services Lab",
        "made": [2026, 6, 1],
        "footer": "An idea in the making. Ask whoever showed it to you how to join in.",
        "more": "… the rest is in the chat.",
    }


def read(document: bytes) -> PdfReader:
    """A PDF, to be looked into."""
    return PdfReader(io.BytesIO(document))


def words_in(document: bytes) -> str:
    """Its words on one line."""
    return " ".join(" ".join(page.extract_text() for page in read(document).pages).split())


def place_of(document: bytes, words: str) -> float:
    """How far from the left these words begin, in points; A4 is 595 wide."""
    found: list[float] = []

    def visit(text: str, cm: list[float], matrix: list[float], *_font: object) -> None:
        if text.strip().startswith(words):
            found.append(cm[4] + cm[0] * matrix[4])

    read(document).pages[0].extract_text(visitor_text=visit)
    return found[0]
