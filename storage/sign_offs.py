"""What a second person of a group is asked to agree to before it is sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.models import Group, Member, SignOff

ASKED, AGREED, RETURNED, VOID = "asked", "agreed", "returned", "void"


def ask(
    session: Session,
    group: Group,
    *,
    by: Member,
    of: Member,
    draft: dict[str, Any],
    now: datetime,
) -> SignOff:
    """Ask anew: what was asked before of the same idea and call is void. `draft` has the lead's
    fields under `lead`. The caller holds the group."""
    key = draft["lead"]["dedupe_key"]
    for known in open_of_group(session, group_id=group.id):
        if known.draft["lead"]["dedupe_key"] == key:
            end(session, known, state=VOID, now=now)
    asked = SignOff(
        group_id=group.id, asked_by_id=by.id, asked_of_id=of.id, draft=draft, state=ASKED
    )
    asked.asked_at = now
    session.add(asked)
    session.flush()
    return asked


def get_sign_off(session: Session, sign_off_id: int) -> SignOff | None:
    """The request as it is now, or None."""
    return session.get(SignOff, sign_off_id, populate_existing=True)


def open_of_group(session: Session, *, group_id: int) -> list[SignOff]:
    """What waits for somebody of this group, the oldest first."""
    statement = select(SignOff).where(SignOff.group_id == group_id, SignOff.state == ASKED)
    return list(session.scalars(statement.order_by(SignOff.id)))


def open_of_chat(session: Session, *, chat_id: int) -> list[SignOff]:
    """What waits for the person of this private chat, the oldest first."""
    statement = (
        select(SignOff)
        .join(Member, Member.id == SignOff.asked_of_id)
        .where(Member.chat_id == chat_id, Member.left_at.is_(None), SignOff.state == ASKED)
    )
    return list(session.scalars(statement.order_by(SignOff.id)))


def end(
    session: Session, asked: SignOff, *, state: str, now: datetime, note: str | None = None
) -> None:
    """It was agreed to, sent back with a note, or is void."""
    asked.state, asked.note, asked.answered_at = state, note, now
    session.flush()


def take_answers_out(session: Session, *, group_id: int) -> None:
    """Somebody took back what they said: no draft that was not sent still tells it. What waits to
    be agreed to is shown anew, as it is now."""
    for asked in _drafts_of(session, group_id):
        lead = asked.draft["lead"]
        if lead["dedupe_key"].startswith("idea:"):
            asked.draft = {**asked.draft, "lead": {**lead, "idea": None}, "attached": {}}
    session.flush()


def take_name_out(session: Session, *, group_id: int, name: str | None) -> None:
    """Whoever is called this stands in no draft any more."""
    for asked in _drafts_of(session, group_id):
        lead = asked.draft["lead"]
        told = [
            {**it, "name": None, "named_at": None} if name and it["name"] == name else it
            for it in lead["members"] or ()
        ]
        asked.draft = {**asked.draft, "lead": {**lead, "members": told}}
    session.flush()


def _drafts_of(session: Session, group_id: int) -> list[SignOff]:
    statement = select(SignOff).where(SignOff.group_id == group_id)
    return list(session.scalars(statement.order_by(SignOff.id)))
