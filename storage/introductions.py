"""Introductions: who is asked, what they said, and how it ended. And which leads' cards name which.

Two processes may write down the two answers at once: each holds the row while it does.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from storage.database import insert_into
from storage.models import AlikeLead, Introduction, Lead

Side = Literal["first", "second"]
SIDES: tuple[Side, Side] = ("first", "second")


@dataclass(frozen=True, slots=True)
class Party:
    """One of the two, with the lead by which staff know them."""

    chat_id: int
    lead_id: int | None


def propose(
    session: Session,
    *,
    parties: tuple[Party, Party],
    note: str | None,
    by: str,
    now: datetime,
    expires_at: datetime,
) -> Introduction | None:
    """Write down that these two are asked; None if they are being asked already."""
    first, second = sorted(parties, key=lambda it: it.chat_id)
    statement = insert_into(session, Introduction).values(
        first_chat_id=first.chat_id,
        first_lead_id=first.lead_id,
        second_chat_id=second.chat_id,
        second_lead_id=second.lead_id,
        state="asked",
        note=note,
        proposed_by=by,
        created_at=now,
        expires_at=expires_at,
    )
    made = session.execute(statement.on_conflict_do_nothing().returning(Introduction.id))
    number = made.scalar_one_or_none()
    return session.get_one(Introduction, number) if number is not None else None


def latest_between(session: Session, chat_id: int, other_id: int) -> Introduction | None:
    """The newest introduction of these two, whatever became of it."""
    first, second = sorted((chat_id, other_id))
    return session.scalars(
        select(Introduction)
        .where(Introduction.first_chat_id == first, Introduction.second_chat_id == second)
        .order_by(Introduction.id.desc())
        .limit(1)
    ).first()


def hold(session: Session, introduction_id: int) -> Introduction | None:
    """The introduction as it is now, kept from others until the transaction ends."""
    return session.scalars(
        select(Introduction)
        .where(Introduction.id == introduction_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def introductions_of(session: Session, *, chat_id: int) -> list[Introduction]:
    """All introductions of this chat, oldest first."""
    theirs = or_(Introduction.first_chat_id == chat_id, Introduction.second_chat_id == chat_id)
    return list(session.scalars(select(Introduction).where(theirs).order_by(Introduction.id)))


def side_of(introduction: Introduction, chat_id: int) -> Side | None:
    """Which of the two this chat is."""
    return next((it for it in SIDES if getattr(introduction, f"{it}_chat_id") == chat_id), None)


def other_side(side: Side) -> Side:
    """The other of the two."""
    return SIDES[side == "first"]


def part_of(introduction: Introduction, side: Side, name: str) -> Any:
    """What is kept of one side: `chat_id`, `lead_id`, `agreed_at` or `contact`."""
    return getattr(introduction, f"{side}_{name}")


def agree(
    session: Session,
    introduction: Introduction,
    side: Side,
    *,
    contact: str | None,
    now: datetime,
) -> bool:
    """This side says yes, and may be reached by `contact`, if given; whether both have now."""
    setattr(introduction, f"{side}_agreed_at", now)
    setattr(introduction, f"{side}_contact", contact)
    agreed = introduction.first_agreed_at is not None and introduction.second_agreed_at is not None
    if agreed:
        introduction.state, introduction.closed_at = "made", now
    session.flush()
    return agreed


def close(session: Session, introduction: Introduction, *, state: str, now: datetime) -> None:
    """It comes to nothing: declined, expired, withdrawn or forgotten. What they shared goes."""
    introduction.state, introduction.closed_at = state, now
    introduction.first_contact = introduction.second_contact = None
    session.flush()


def delete_introductions(session: Session, *, chat_id: int) -> None:
    """Delete all introductions of this chat."""
    for introduction in introductions_of(session, chat_id=chat_id):
        session.delete(introduction)
    session.flush()


def named_on(session: Session, lead_id: int) -> set[int]:
    """The leads that this lead's card names as alike."""
    statement = select(AlikeLead.other_id).where(AlikeLead.lead_id == lead_id)
    return set(session.scalars(statement))


def naming(session: Session, lead_ids: Collection[int]) -> set[int]:
    """The other leads whose cards name one of these."""
    statement = select(AlikeLead.lead_id).where(AlikeLead.other_id.in_(lead_ids))
    return set(session.scalars(statement)) - set(lead_ids)


def name_on(session: Session, lead_id: int, other_ids: Collection[int]) -> set[int]:
    """From now on this lead's card names these; those it did not name before."""
    known = named_on(session, lead_id)
    gone, fresh = known - {*other_ids}, {*other_ids} - known
    if gone:
        of_lead = AlikeLead.lead_id == lead_id
        session.execute(delete(AlikeLead).where(of_lead, AlikeLead.other_id.in_(gone)))
    session.add_all(AlikeLead(lead_id=lead_id, other_id=other_id) for other_id in sorted(fresh))
    session.flush()
    return fresh


def leads_of_ideas(session: Session, idea_ids: Collection[int]) -> dict[int, Lead]:
    """The newest lead of each idea that somebody can still be reached about, by idea."""
    statement = select(Lead).where(
        Lead.idea_id.in_(idea_ids), Lead.status != "withdrawn", Lead.chat_id.is_not(None)
    )
    return {lead.idea_id or 0: lead for lead in session.scalars(statement.order_by(Lead.id))}
