"""What was said about an offer: the answers to the domain's `offer_…` questions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.context import Context
from actions.labels import answer_label
from storage import applicants, ideas
from storage.ideas import Version
from storage.models import Idea

QUESTIONS = "offer_"


def offer_questions(domain: Mapping[str, Any], kind: str) -> dict[str, Mapping[str, Any]]:
    """The questions about an offer, in the domain's order: its slots named `offer_…`, but for
    those whose metadata name `offers` without this one."""
    return {
        name: slot
        for name, slot in domain["slots"].items()
        if name.startswith(QUESTIONS) and kind in _offers_of(slot, kind)
    }


def told_about(
    context: Context, domain: Mapping[str, Any], kind: str, slots: Mapping[str, Any]
) -> dict[str, str]:
    """The answers about an offer, in the words in which they were offered."""
    answered = {
        name: slot
        for name, slot in offer_questions(domain, kind).items()
        if slots.get(name) is not None
    }
    return {name: _in_words(context, name, slot, slots[name]) for name, slot in answered.items()}


def attached_answers(session: Session, *, chat_id: int) -> dict[str, Version]:
    """What was last attached to answers about an offer; it belongs to no idea."""
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    if applicant is None:
        return {}
    about = ideas.idea_at_hand(session, applicant_id=applicant.id, states=("offer",))
    return ideas.newest_answers(session, idea_id=about.id) if about else {}


def start_attaching(context: Context) -> Idea:
    """What keeps the attachments to answers about an offer."""
    session, now = context.session, context.now
    applicant = applicants.applicant_of(session, chat_id=context.chat_id, now=now)
    return ideas.start_idea(session, applicant_id=applicant.id, now=now, state="offer")


def _offers_of(slot: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    return tuple((slot.get("metadata") or {}).get("offers") or (kind,))


def _in_words(context: Context, name: str, slot: Mapping[str, Any], value: Any) -> str:
    if slot["type"] in ("categorical", "bool"):
        return str(answer_label(context, name, value).unescape())
    return f"{value:g}" if isinstance(value, float) else str(value)
