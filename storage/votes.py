"""Votes: a question with several answers that a group chooses from, and who chose what."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.database import insert_into
from storage.models import Ballot, Contribution, Group, Vote


def open_vote(
    session: Session,
    group: Group,
    *,
    idea_id: int,
    question: str,
    choices: list[int],
    message_id: int,
    now: datetime,
    closes_at: datetime,
) -> Vote:
    """Begin a vote among these contributions, held in this message. The caller holds the group."""
    vote = Vote(
        group_id=group.id,
        idea_id=idea_id,
        question=question,
        choices=choices,
        message_id=message_id,
        opened_at=now,
        closes_at=closes_at,
    )
    session.add(vote)
    session.flush()
    return vote


def get_vote(session: Session, vote_id: int) -> Vote | None:
    """The vote of this id."""
    return session.get(Vote, vote_id)


def votes_of(session: Session, *, group_id: int) -> list[Vote]:
    """All of this group, also those that are over, the oldest first."""
    return list(session.scalars(select(Vote).where(Vote.group_id == group_id).order_by(Vote.id)))


def running_votes(session: Session, *, group_id: int) -> list[Vote]:
    """Those that are not over, the oldest first."""
    statement = select(Vote).where(Vote.group_id == group_id, Vote.closed_at.is_(None))
    return list(session.scalars(statement.order_by(Vote.id)))


def running_vote(session: Session, *, idea_id: int, question: str) -> Vote | None:
    """The vote on this question that is not over."""
    statement = select(Vote).where(
        Vote.idea_id == idea_id, Vote.question == question, Vote.closed_at.is_(None)
    )
    return session.scalars(statement.order_by(Vote.id)).first()


def choices_of(session: Session, vote: Vote) -> list[Contribution | None]:
    """What is chosen from, in the order of the buttons; None for what was taken back since."""
    found = session.scalars(select(Contribution).where(Contribution.id.in_(vote.choices)))
    by_id = {said.id: said for said in found}
    return [by_id.get(number) for number in vote.choices]


def cast(session: Session, vote: Vote, *, external_id: str, contribution_id: int) -> None:
    """This is what the person chooses, whatever they chose before."""
    ballot = insert_into(session, Ballot).values(
        vote_id=vote.id, external_id=external_id, contribution_id=contribution_id
    )
    session.execute(
        ballot.on_conflict_do_update(
            index_elements=["vote_id", "external_id"],
            set_={"contribution_id": ballot.excluded.contribution_id},
        )
    )


def ballots_of(session: Session, vote: Vote) -> dict[str, int]:
    """What each person chose."""
    statement = select(Ballot.external_id, Ballot.contribution_id).where(Ballot.vote_id == vote.id)
    return {row.external_id: row.contribution_id for row in session.execute(statement)}


def close_vote(session: Session, vote: Vote, *, winner_id: int | None, now: datetime) -> None:
    """The vote is over; without a winner all stays as it was."""
    vote.winner_id, vote.closed_at = winner_id, now
    session.flush()
