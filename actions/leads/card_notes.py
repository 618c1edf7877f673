"""What staff have made of a lead, as its card shows it: whose it is, what comes next, what it is
merged with, and what may be the same."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.labels import Say, Wording, lines, shortened
from actions.times.instants import in_words
from storage import duplicates, lead_labels, leads
from storage.duplicates import Related
from storage.lead_statuses import OVER
from storage.models import Lead

_LONGEST_WORDS = 300  # characters

_NOTES = (
    *("assignee", "language", "declined", "labels", "next", "next_open", "snoozed"),
    *("merged_into", "merged_in", "related", "related_line", "button_merge"),
)
RESPONSES = frozenset(
    {f"card_{name}" for name in _NOTES}
    | {f"card_same_{why}" for why in ("person", "contact", "group")}
)
MOST_RELATED = 3


def work_lines(session: Session, words: Wording, lead: Lead, now: datetime) -> Iterator[Markup]:
    """What staff noted on it, each in a line of its own."""
    yield from _state_lines(session, words, lead)
    say, zone = words.say, words.programme.zone
    labels = lead_labels.labels_of(session, lead.id)
    if labels:
        yield say("card_labels", {"labels": ", ".join(labels)})
    action = shortened(lead.next_action or "", _LONGEST_WORDS)
    if action and lead.next_action_at:
        when = in_words(lead.next_action_at, now, zone)
        yield say("card_next", {"action": action, "when": when})
    elif action:
        yield say("card_next_open", {"action": action})
    if lead.snoozed_until is not None and lead.snoozed_until > now:
        yield say("card_snoozed", {"until": in_words(lead.snoozed_until, now, zone)})


def language_line(say: Say, code: str) -> Markup:
    """Which language somebody writes in, or has their app in."""
    return say("card_language", {"writes_in": code.partition("-")[0]})


def related_of(session: Session, lead: Lead) -> list[Related]:
    """What else the same people have sent, as far as it is shown."""
    return duplicates.related(session, lead)[:MOST_RELATED] if _may_be_merged(lead) else []


def related_lines(words: Wording, found: Sequence[Related]) -> Markup:
    """What a card says of it; nothing if there is nothing."""
    if not found:
        return Markup("")
    told = [words.say("card_related_line", _related_values(words, it)) for it in found]
    return words.say("card_related", {"lines": lines(told)})


def _related_values(words: Wording, it: Related) -> dict[str, Markup]:
    why = Markup(", ").join(words.say(f"card_same_{why}", {}) for why in it.why)
    status = words.say(f"card_status_{it.lead.status}", {})
    return {"reference": escape(it.lead.reference), "status": status, "why": why}


def _may_be_merged(lead: Lead) -> bool:
    return lead.status not in ("withdrawn", "duplicate")


def _state_lines(session: Session, words: Wording, lead: Lead) -> Iterator[Markup]:
    say = words.say
    if lead.status in OVER and lead.assignee_id is not None:
        yield say("card_assignee", {"assignee": leads.assignee_name(session, lead)})
    if lead.language is not None:
        yield language_line(say, lead.language)
    if lead.decline_reason in words.programme.staffing.decline_reasons:
        reason = say(f"decline_label_{lead.decline_reason}", {})
        yield say("card_declined", {"reason": reason})
    if lead.outcome:
        yield say("card_outcome", {"outcome": shortened(lead.outcome, _LONGEST_WORDS)})
    if lead.status == "duplicate":
        kept = duplicates.root_of(session, lead)
        yield say("card_merged_into", {"reference": kept.reference})
    below = duplicates.merged_into(session, lead)
    if below:
        yield say("card_merged_in", {"references": ", ".join(it.reference for it in below)})
