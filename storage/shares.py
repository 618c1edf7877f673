"""Links that show an idea: anybody may open one, nobody can guess it, and its owner can stop it."""

import secrets
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.link_tokens import digest, token_from
from storage.models import Applicant, Idea, Share


def running_share(session: Session, *, idea_id: int) -> Share | None:
    """The link that shows this idea now."""
    statement = select(Share).where(Share.idea_id == idea_id, Share.stopped_at.is_(None))
    return session.scalars(statement.order_by(Share.id.desc()).limit(1)).first()


def make_share(session: Session, *, idea_id: int, now: datetime) -> Share:
    """A new link."""
    share = Share(idea_id=idea_id, seed=secrets.token_hex(16), made_at=now)
    share.token_hash = digest(token_of(session, share))
    session.add(share)
    session.flush()
    return share


def token_of(session: Session, share: Share) -> str:
    """What its address ends in."""
    return token_from(session, "share", share.seed)


def open_share(session: Session, token: str) -> Share | None:
    """The link with this token, if it runs."""
    statement = select(Share).where(Share.token_hash == digest(token))
    return session.scalars(statement.where(Share.stopped_at.is_(None))).first()


def shares_of_chat(session: Session, *, chat_id: int) -> list[Share]:
    """All links that run to ideas of this chat."""
    statement = (
        select(Share)
        .join(Idea, Idea.id == Share.idea_id)
        .join(Applicant, Applicant.id == Idea.applicant_id)
        .where(Applicant.chat_id == chat_id, Share.stopped_at.is_(None))
    )
    return list(session.scalars(statement.order_by(Share.id)))


def stop_shares(session: Session, *, chat_id: int, now: datetime) -> int:
    """Nobody can open this chat's links any more; how many ran."""
    running = [share.id for share in shares_of_chat(session, chat_id=chat_id)]
    session.execute(update(Share).where(Share.id.in_(running)).values(stopped_at=now))
    return len(running)
