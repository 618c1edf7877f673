"""Ideas and their answers. An answer is never overwritten: a new version is written after it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import Applicant, Idea, IdeaAnswer


def latest_idea(
    session: Session, *, applicant_id: int, states: tuple[str, ...] = ("draft", "sent")
) -> Idea | None:
    """The applicant's newest idea, a draft or one that was sent."""
    return session.scalars(
        select(Idea)
        .where(Idea.applicant_id == applicant_id, Idea.state.in_(states))
        .order_by(Idea.id.desc())
        .limit(1)
    ).first()


def start_idea(
    session: Session,
    *,
    applicant_id: int,
    now: datetime,
    state: str = "draft",
    call_code: str | None = None,
) -> Idea:
    """A new idea without answers: a draft, or `offer` for what is said about an offer."""
    idea = Idea(applicant_id=applicant_id, state=state, call_code=call_code)
    idea.created_at = idea.updated_at = now
    session.add(idea)
    session.flush()
    return idea


def copy_idea(session: Session, idea: Idea, *, now: datetime) -> Idea:
    """A new draft with the newest answers of another idea, to go on from what was sent."""
    draft = start_idea(session, applicant_id=idea.applicant_id, call_code=idea.call_code, now=now)
    for question, answer in newest_answers(session, idea_id=idea.id).items():
        add_answer(session, draft, question=question, text=answer.text, media=answer.media, now=now)
    return draft


def newest_answers(session: Session, *, idea_id: int) -> dict[str, IdeaAnswer]:
    """The version that counts of each question, in the order in which they were first answered."""
    newest = (
        select(func.max(IdeaAnswer.id))
        .where(IdeaAnswer.idea_id == idea_id)
        .group_by(IdeaAnswer.question)
    )
    first = (
        select(IdeaAnswer.question, func.min(IdeaAnswer.id).label("first_id"))
        .where(IdeaAnswer.idea_id == idea_id)
        .group_by(IdeaAnswer.question)
        .subquery()
    )
    statement = (
        select(IdeaAnswer)
        .join(first, first.c.question == IdeaAnswer.question)
        .where(IdeaAnswer.id.in_(newest))
        .order_by(first.c.first_id)
    )
    return {answer.question: answer for answer in session.scalars(statement)}


def add_answer(
    session: Session,
    idea: Idea,
    *,
    question: str,
    text: str | None,
    now: datetime,
    media: list[dict[str, Any]] | None = None,
) -> IdeaAnswer:
    """Write a version of one answer."""
    answer = IdeaAnswer(idea_id=idea.id, question=question, text=text, media=media, created_at=now)
    session.add(answer)
    idea.updated_at = now
    session.flush()
    return answer


def changed_answers(
    session: Session, *, idea_id: int, answers: Mapping[str, str]
) -> dict[str, str]:
    """Those of `answers` that differ from what is kept."""
    kept = newest_answers(session, idea_id=idea_id)
    return {
        question: text
        for question, text in answers.items()
        if question not in kept or kept[question].text != text
    }


def name_call(session: Session, idea: Idea, code: str) -> None:
    """The idea is meant for this call, whatever it was meant for before."""
    if idea.call_code != code:
        idea.call_code = code
        session.flush()


def chats_with_draft(session: Session, *, code: str, chat_ids: Collection[int]) -> set[int]:
    """Which of these chats have begun an idea for this call, and not sent it."""
    values = {"code": code, "chats": list(chat_ids)}
    return set(session.execute(_WITH_DRAFT, values).scalars())


def mark_sent(session: Session, idea: Idea, *, now: datetime) -> None:
    """The idea went to staff; a lead carries a copy of it."""
    idea.state = "sent"
    idea.updated_at = now
    session.flush()


_ideas, _applicants = Idea.table(), Applicant.table()
_WITH_DRAFT = (
    select(_applicants.c.chat_id)
    .join(_ideas, _ideas.c.applicant_id == _applicants.c.id)
    .where(
        _ideas.c.call_code == bindparam("code"),
        _ideas.c.state == "draft",
        among(_applicants.c.chat_id, "chats"),
    )
)
