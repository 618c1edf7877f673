"""Residents who have sent an idea and may be matched, without the talk that leads there."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from actions.matching.neighbours import keep_up
from actions.programme import Programme
from storage import applicants, ideas, leads, likeness
from storage.leads import NewLead
from storage.models import Idea, Lead

GARDEN = "A garden by the sheltered housing, so that older people grow veg and are less lonely"
BEDS = "Raised beds at the retirement flats. Pensioners could do some gardening and not be isolated"
TOOLS = "A tool library for everybody who wants to mend bikes and fix things"

_numbers = count(1)


@dataclass(frozen=True)
class Sender:
    """What somebody has told and sent."""

    name: str
    says: str = GARDEN
    borough: str | None = "sefton"
    theme: str | None = "ageing"
    contact: str = "telegram"
    agrees: bool = True


def has_idea(
    session: Session, chat_id: int, sender: Sender, *, programme: Programme, now: datetime
) -> Idea:
    """They have told an idea, and agreed to be matched or not."""
    applicant = applicants.applicant_of(session, chat_id=chat_id, now=now)
    facts: dict[str, Any] = {"borough": sender.borough, "theme": sender.theme}
    facts = {name: value for name, value in facts.items() if value is not None}
    applicants.save_facts(session, applicant, facts=facts, kind="individual", now=now)
    idea = ideas.start_idea(session, applicant_id=applicant.id, now=now)
    ideas.add_answer(session, idea, question="idea_plan", text=sender.says, now=now)
    if sender.agrees:
        likeness.agree(session, applicant, now=now)
        keep_up(session, idea, programme=programme)
    return idea


def has_sent(session: Session, idea: Idea, sender: Sender, *, chat_id: int, now: datetime) -> Lead:
    """They have sent it to the team."""
    reference = f"LCR-T{next(_numbers):04}"
    ideas.mark_sent(session, idea, now=now)
    new = NewLead(
        reference=reference,
        dedupe_key=f"idea:{idea.id}:0",
        kind="incubator",
        chat_id=chat_id,
        applicant_kind="individual",
        applicant_name=sender.name,
        contact=sender.contact,
        reasons=[],
        facts={},
        idea_id=idea.id,
        borough=sender.borough,
        theme=sender.theme,
        idea={"title": None, "answers": {"idea_plan": sender.says}},
    )
    return leads.create_lead(session, new, now=now)[0]
