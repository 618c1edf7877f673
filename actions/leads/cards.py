"""What the staff's posts say, worked out when they are sent, so that they are true then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers
from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.criteria.facts import implied_answer
from actions.groups.applying import member_lines, who_sent
from actions.labels import (
    Say,
    Wording,
    answer_label,
    idea_line,
    kind_label,
    lines,
    question_label,
    shortened,
)
from actions.leads.card_notes import language_line, work_lines
from actions.leads.qualification import score_lines
from actions.programme import Programme
from actions.times.instants import in_words
from storage import applicants, calls, change_requests, chats, leads, submissions
from storage.late_links import came_late
from storage.lead_statuses import STATUSES
from storage.models import Handoff, Lead, StaffMember, Submission
from storage.submissions import changed_questions, texts_of

WRITES_IN = "writes_in"  # the slot for it

_VERDICTS = ("eligible", "not_yet", "no")
_CARDS = (
    *("lead_card", "lead_card_taken", "lead_card_closed", "lead_card_withdrawn"),
    *("lead_card_taken_back", "lead_changed", "lead_unchanged", "lead_taken_back"),
)
_PASSED_ON = (
    "handoff",
    "stuck",
    "left",
    "crisis",
    "crisis_in_group",
    "answer",
    "attached",
    "words_removed",
)
_DESK = (
    *("claimed", "claimed_already", "old_button", "help", "apology", "resident_gone"),
    *("not_on_list", "not_allowed", "anonymous"),
)
_CHANGES = (
    *("changes_how", "changes_list", "changes_unclear", "changes_asked", "changes_over"),
    *("changes_nothing", "answer_line", "answer_line_open"),
)
_TO_GROUP = ("how", "no_group", "not_agreed", "gone", "done")
_CLOSING = ("done", "done_by_email", "done_untold", "done_how", "unknown_reference")
_LINES = (
    *("nameless", "on_behalf", "call", "late", "source", "to_be_listened", "sent_again"),
    *("after_outage", "changes_asked", "changes_answered", "outcome"),
)
# What stands in the staff's chat, and what a resident hears of what is done there.
RESPONSES = frozenset(
    {f"staff_{name}" for name in (*_CARDS, *_PASSED_ON, *_DESK, *_CHANGES, *_CLOSING)}
    | {f"card_{name}" for name in _LINES}
    | {f"staff_togroup_{name}" for name in _TO_GROUP}
    | {f"card_status_{name}" for name in STATUSES}
    | {f"card_verdict_{name}" for name in _VERDICTS}
    | {f"contact_{name}" for name in ("telegram", "phone", "email")}
    | {"summary_line", "idea_line", "idea_title_line", "utter_lead_done"}
    | {"utter_changes_reminder", "utter_group_from_staff"}
)
LONGEST_ANSWER = 280  # a card is a summary: the whole words are in the export and the console


@dataclass(frozen=True, slots=True)
class _Words:
    programme: Programme
    say: Say


def card_values(
    session: Session,
    lead_id: int,
    *,
    programme: Programme,
    say: Say,
    now: datetime,
    longest: int = LONGEST_ANSWER,
    notes: bool = True,
) -> dict[str, Any]:
    """The values of `staff_lead_card`: what must stand out by itself, and all else as `lines`, in
    which an answer has `longest` characters at most. Without `notes` the lines leave out what staff
    have made of it.

    Raises ValueError if there is no such lead.
    """
    lead = leads.get_lead(session, lead_id)
    if lead is None:
        raise ValueError(f"no lead {lead_id}")
    words = _Words(programme, say)
    return {
        "reference": lead.reference,
        "kind": kind_label(words, lead.kind),
        "status": say(f"card_status_{lead.status}", {}),
        "who": who_sent(words, lead),
        "contact": contact_words(words, lead.contact),
        "assignee": leads.assignee_name(session, lead),
        "when": in_words(lead.created_at, now, programme.zone),
        "lines": lines(
            (
                *(work_lines(session, words, lead, now) if notes else ()),
                *_lead_lines(session, words, lead, now, longest),
            )
        ),
    }


def handoff_values(
    session: Session, handoff: Handoff, *, programme: Programme, say: Say, now: datetime
) -> dict[str, Any]:
    """The values of `staff_handoff`, `staff_crisis` and `staff_answer`: who, when, their words, and
    their language if it is none of ours."""
    applicant = applicants.find_applicant(session, chat_id=handoff.chat_id)
    name = applicant.name if applicant else None
    code = _writes_in(session, handoff.chat_id)
    sent = leads.leads_of_chat(session, chat_id=handoff.chat_id)
    return {
        "who": name or chats.get_chat(session, handoff.chat_id).name or say("card_nameless", {}),
        "words": handoff.words,
        "when": in_words(handoff.created_at, now, programme.zone),
        "language": language_line(say, code) if code else None,
        "references": ", ".join(lead.reference for lead in sent),
        "reference": sent[-1].reference if sent else None,
    }


def _writes_in(session: Session, chat_id: int) -> str | None:
    """The code of the language, where it is none of ours."""
    state = chats.load_state(session, chat_id) or {}
    code: str | None = state.get("slots", {}).get(WRITES_IN)
    return code


def contact_words(words: Wording, contact: str | None) -> Markup:
    """How somebody is reached: here, a number as it is dialled at home, or an address."""
    if contact is None:
        return Markup("")
    if contact == "telegram":
        return words.say("contact_telegram", {})
    if "@" in contact:
        return words.say("contact_email", {"email": contact})
    return words.say("contact_phone", {"phone": dialled(contact, words.programme.country)})


def dialled(phone: str, country: str) -> str:
    """An E.164 number as people of that country write it."""
    number = phonenumbers.parse(phone, None)
    at_home = phonenumbers.country_code_for_region(country) == number.country_code
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, form.NATIONAL if at_home else form.INTERNATIONAL)


def applicant_lines(
    words: Wording, facts: Mapping[str, Any], *, for_staff_chat: bool = False
) -> Iterator[Markup]:
    """Each fact that was declared, with its question; what only follows from others is left out,
    and in the staff's chat what is sensitive."""
    for name, fact in words.programme.facts.items():
        said = name in facts and implied_answer(fact, facts) is None
        if said and not (for_staff_chat and fact.sensitive):
            values = {
                "label": question_label(words, name),
                "value": answer_label(words, name, facts[name]),
            }
            yield words.say("summary_line", values)


def answer_lines(words: Wording, idea: Mapping[str, Any], *, longest: int | None = None) -> Markup:
    """The idea's title and answers, each cut to `longest` characters if given."""
    shown = [words.say("idea_title_line", {"title": idea["title"]})] if idea["title"] else []
    shown += [
        idea_line(words, question, shortened(text, longest))
        for question, text in idea["answers"].items()
        if text
    ]
    return lines(shown)


def changed_values(
    session: Session, submission: Submission, *, programme: Programme, say: Say
) -> dict[str, Any]:
    """The values of `staff_lead_changed`: what is new in this version, question by question."""
    words = _Words(programme, say)
    found = submissions.submissions_of(session, lead_id=submission.lead_id)
    before = next((it for it in reversed(found) if it.version < submission.version), None)
    title = programme.canvas.title
    changed = changed_questions(before.idea if before else None, submission.idea, title=title)
    texts = texts_of(submission.idea, title=title)
    lead = leads.get_lead(session, submission.lead_id)
    return {
        "reference": lead.reference if lead else None,
        "who": who_sent(words, lead) if lead else None,
        "version": submission.version,
        "lines": lines(
            idea_line(words, name, shortened(texts.get(name, ""), LONGEST_ANSWER))
            for name in changed
        ),
    }


def _history_lines(session: Session, words: Wording, lead: Lead, now: datetime) -> Iterator[Markup]:
    """How the newest version counts, what is new in it, and what was asked for."""
    say, zone = words.say, words.programme.zone
    last = submissions.newest_submission(session, lead_id=lead.id)
    if last is not None and last.version > 1:
        when = in_words(last.sent_at, now, zone)
        yield say("card_sent_again", {"version": last.version, "when": when})
    if last is not None and last.down_from and last.down_until:
        down = {
            "since": in_words(last.down_from, now, zone),
            "until": in_words(last.down_until, now, zone),
        }
        yield say("card_after_outage", down)
    for request in change_requests.requests_of(session, lead_id=lead.id)[-1:]:
        if request.outcome in (None, "answered"):
            named = Markup(", ").join(question_label(words, it) for it in request.questions)
            until = in_words(request.until, now, zone)
            name = "card_changes_asked" if request.outcome is None else "card_changes_answered"
            yield say(name, {"who": request.who, "questions": named, "until": until})


def _origin_lines(session: Session, words: Wording, lead: Lead) -> Iterator[Markup]:
    """Where the link stood by which they came; or who entered it, how they came, and whether they
    said yes to it."""
    if lead.entered_by is None:
        yield words.say("card_source", {"source": lead.source}) if lead.source else Markup("")
        return
    by = session.get(StaffMember, lead.entered_by)
    came = words.say(f"card_came_{lead.source or 'unknown'}", {})
    yield words.say("card_entered", {"who": by.name if by else None, "came": came})
    if not lead.consented:
        yield words.say("card_no_consent", {})


def _reach_lines(session: Session, words: Wording, lead: Lead) -> Iterator[Markup]:
    chat = chats.get_chat(session, lead.chat_id) if lead.chat_id is not None else None
    if chat is not None and chat.blocked_at is not None:
        yield words.say("card_blocked", {})


def _lead_lines(
    session: Session, words: Wording, lead: Lead, now: datetime, longest: int
) -> Iterator[Markup]:
    say = words.say
    yield from _reach_lines(session, words, lead)
    if lead.helped:
        yield say("card_on_behalf", {"on_behalf_of": lead.on_behalf_of})
    yield from member_lines(words, lead.members)
    yield from applicant_lines(words, lead.facts, for_staff_chat=True)
    yield from _history_lines(session, words, lead, now)
    if lead.call_id is not None:
        call = calls.get_call(session, lead.call_id)
        yield say("card_call", {"call_title": call.title})
        if lead.chat_id and came_late(session, chat_id=lead.chat_id, call_id=call.id):
            yield say("card_late", {})
    yield from _origin_lines(session, words, lead)
    if lead.verdict is not None:
        reasons = Markup(" ").join(lead.reasons)
        yield say(f"card_verdict_{lead.verdict}", {"reasons": reasons})
    yield score_lines(session, words, lead)
    if lead.to_be_listened:
        yield say("card_to_be_listened", {})
    if lead.idea is not None:
        yield answer_lines(words, lead.idea, longest=longest)
