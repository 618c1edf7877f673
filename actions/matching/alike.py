"""Which leads resemble one another, and why, in words for the staff."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.labels import Wording, answer_label, lines
from actions.matching.likeness import Alike, Word, mentions, wordbook
from actions.matching.neighbours import neighbours_of
from storage import introductions
from storage.models import Lead

MOST = 3
_LOOKED_AT = 10
_DESK = ("how", "started", "asked", "same", "gone", "no_leave", "busy", "made", "lately")
_TOLD = ("made", "over")
_WAYS = ("phone", "email", "telegram", "preview", "team")
RESPONSES = frozenset(
    {"card_alike", "alike_line", "alike_borough", "alike_theme", "alike_words"}
    | {f"staff_introduce_{name}" for name in _DESK}
    | {f"staff_introduction_{name}" for name in (*_TOLD, "made_without")}
    | {f"utter_introduction_{name}" for name in _TOLD}
    | {f"introduction_way_{name}" for name in _WAYS}
    | {"introduction_note", "introduction_nameless"}
)


@dataclass(frozen=True, slots=True)
class AlikeLead:
    """Another lead, and why it resembles the first."""

    lead: Lead
    reasons: Markup


def alike_leads(session: Session, lead: Lead, words: Wording) -> list[AlikeLead]:
    """The leads that this one resembles most. Both senders agreed to be matched; a reason tells of
    an idea only what was sent to the team."""
    if lead.idea_id is None or lead.chat_id is None or lead.status == "withdrawn":
        return []
    near = {it.idea.idea_id: it.alike for it in neighbours_of(session, lead.idea_id)[:_LOOKED_AT]}
    sent = introductions.leads_of_ideas(session, near)
    own = _words_sent(lead, words)
    found = []
    for idea_id, alike in near.items():
        other = sent.get(idea_id)
        both = mentions(own, _words_sent(other, words), alike) if other is not None else []
        if other is not None and both:
            found.append(AlikeLead(other, reasons(words, alike, both)))
    return found[:MOST]


def reasons(words: Wording, alike: Alike, both: list[str]) -> Markup:
    """Why two are alike: "both in Sefton; both mention: garden, sheltered housing"."""
    return Markup("; ").join(_reasons(words, alike, both))


def alike_lines(words: Wording, lead: Lead, found: Sequence[AlikeLead]) -> Markup:
    """What a card says of it; nothing if there are none."""
    if not found:
        return Markup("")
    told = [
        words.say("alike_line", {"reference": it.lead.reference, "reasons": it.reasons})
        for it in found
    ]
    return words.say("card_alike", {"lines": lines(told), "reference": lead.reference})


def _reasons(words: Wording, alike: Alike, both: list[str]) -> Iterator[Markup]:
    if alike.borough:
        name = answer_label(words, "borough", alike.borough)
        yield words.say("alike_borough", {"borough": name})
    if alike.theme:
        yield words.say("alike_theme", {"theme": answer_label(words, "theme", alike.theme)})
    if both:
        yield words.say("alike_words", {"words": Markup(", ").join(map(escape, both))})


def _words_sent(lead: Lead, words: Wording) -> list[Word]:
    idea = lead.idea or {"title": None, "answers": {}}
    texts = (idea["title"], *idea["answers"].values())
    return list(wordbook(words.programme.likeness).words(texts))
