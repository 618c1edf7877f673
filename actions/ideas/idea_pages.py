"""What stands on an idea's page: its answers under short labels, the place, names and the date."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.ideas.ideas import needs_listening
from actions.ideas.scripts import BREAK, direction_of, words_of
from actions.ideas.weighing import whole_answers
from actions.labels import Wording, question_label
from actions.members import naming
from actions.members.naming import on_page
from actions.times.instants import date
from storage import ideas
from storage.ideas import Version
from storage.models import Applicant, Idea

# What the page says, and what is said about it by whoever makes it.
RESPONSES = naming.RESPONSES | frozenset(
    {f"one_page_{name}" for name in ("language", "footer", "more", "untitled", "voice", "attached")}
    | {f"utter_one_page{name}" for name in ("", "_document", "_failed")}
)
_INSTEAD = ("voice", "attached")
_LONGEST_TITLE = 120  # characters


def page_of(session: Session, idea: Idea, *, wording: Wording) -> dict[str, Any] | None:
    """The page as plain values; None if there is nothing to put on it."""
    canvas, kept = wording.programme.canvas, ideas.newest_answers(session, idea_id=idea.id)
    told = {name: _told(wording, answer) for name, answer in kept.items()}
    answers = whole_answers(canvas, told)
    if not answers:
        return None
    title = _title(wording, answers.pop(canvas.title or "", ""))
    applicant = session.get_one(Applicant, idea.applicant_id)
    made_at = max(answer.created_at for answer in kept.values())
    return {
        "language": _plain(wording, "one_page_language"),
        "own_dir": direction_of(_plain(wording, "one_page_footer")),
        "dir": direction_of("".join(answers.values()) or title),
        "accent": _accent(wording, applicant.facts),
        "title": words_of(title[:_LONGEST_TITLE].replace("\n", " ")),
        "place": _place(wording, applicant),
        "about": [words_of(it) for it in _about(session, wording, applicant, made_at)],
        "answers": [_answer(wording, *named) for named in answers.items()],
        "organisation": wording.programme.organisation.name,
        "made": _date(wording, made_at),
        "footer": _plain(wording, "one_page_footer"),
        "more": _plain(wording, "one_page_more"),
    }


def _title(wording: Wording, told: str) -> str:
    """A name that was only spoken, or shown, cannot be written down."""
    instead = [_plain(wording, f"one_page_{name}") for name in _INSTEAD]
    return told if told and told not in instead else _plain(wording, "one_page_untitled")


def file_name(page: Mapping[str, Any]) -> str:
    """What the page's files are called, without the ending."""
    words = re.findall(r"\w+", page["title"]["text"].replace(BREAK, "").casefold())
    return "-".join(words)[:40].strip("-_") or "idea"


def _answer(wording: Wording, question: str, text: str) -> dict[str, Any]:
    """Under its label. `told` is what is only said to be there."""
    instead = {_plain(wording, f"one_page_{name}") for name in _INSTEAD}
    return {
        "label": _label(wording, question),
        "words": words_of(text),
        "told": instead.issuperset(text.splitlines()),
    }


def _told(wording: Wording, answer: Version) -> str:
    """Its words; what was sent as a voice note, a picture or a file is said to be so."""
    stands_for = {
        _plain(wording, f"label_attachment_{item['medium']}"): _plain(
            wording, "one_page_voice" if needs_listening([item]) else "one_page_attached"
        )
        for item in answer.media or ()
    }
    lines = (stands_for.get(line, line) for line in (answer.text or "").splitlines())
    return "\n".join(dict.fromkeys(lines))


def _label(wording: Wording, question: str) -> str:
    """As the page has it, where everybody reads it; else as it is called in the chat."""
    try:
        return _plain(wording, f"one_page_{question}")
    except KeyError:
        return question_label(wording, question).striptags()


def _about(
    session: Session, wording: Wording, applicant: Applicant, made_at: datetime
) -> Iterator[str]:
    place = _place(wording, applicant)
    if place:
        yield place
    yield from on_page(session, wording, applicant)
    yield date(made_at.astimezone(wording.programme.zone))


def _place(wording: Wording, applicant: Applicant) -> str | None:
    return wording.programme.boroughs.get(applicant.facts.get("borough"))


def _date(wording: Wording, made_at: datetime) -> list[int]:
    local = made_at.astimezone(wording.programme.zone)
    return [local.year, local.month, local.day]


def _accent(wording: Wording, facts: Mapping[str, Any]) -> int:
    """Which colour: one for each theme, and another where there is none."""
    themes = list(wording.programme.themes)
    theme = facts.get("theme")
    return themes.index(theme) + 1 if theme in themes else 0


def _plain(wording: Wording, name: str) -> str:
    return str(wording.say(name, {}).unescape())
