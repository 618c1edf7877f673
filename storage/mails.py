"""E-mail on its way: rows of the outbox, worded when they are sent. The chats that they go to have
a key and no address, so that the outbox tells nobody's."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select
from sqlalchemy.orm import Session

from storage import chats, outbox
from storage.chats import ChatKey
from storage.lead_statuses import OPEN
from storage.models import TO_DO, Chat, Handoff, Lead, OutboxRow, StaffMember
from storage.outbox import Lane
from storage.web_hooks import AWAY

CHANNEL = "email"
KIND = "mail"  # the outbox kind
NEW, MINE, OVERDUE, DIGEST = "new", "mine", "overdue", "digest"
WANTED: Final = (NEW, MINE, OVERDUE, DIGEST)  # what staff choose from
CONFIRM = "confirm"
TO_RESIDENT = "resident"
OVERDUE_FOR = timedelta(days=1)  # what has been so for longer is told no more: it is in the digest


def chat_of_member(session: Session, staff_id: int, *, now: datetime) -> int:
    """Where e-mail to this member goes."""
    return _chat(session, f"staff-{staff_id}", now)


def chat_of_lead(session: Session, lead_id: int, *, now: datetime) -> int:
    """Where e-mail goes to whoever a lead was entered for."""
    return _chat(session, f"lead-{lead_id}", now)


def queue(
    session: Session,
    staff_id: int,
    about: str,
    *,
    key: str,
    now: datetime,
    due_at: datetime | None = None,
    **payload: Any,
) -> int | None:
    """Have this member told by e-mail, once for each `key`."""
    return outbox.queue(
        session,
        chat_id=chat_of_member(session, staff_id, now=now),
        kind=KIND,
        lane=Lane.MAILS,
        now=now,
        due_at=due_at,
        payload={"about": about, "staff_id": staff_id, **payload},
        dedupe_key=f"{KIND}:{about}:{key}:{staff_id}",
    )


def queue_to_resident(session: Session, lead: Lead, message_id: int, *, now: datetime) -> None:
    """Send this message of the history to whoever the lead was entered for."""
    outbox.queue(
        session,
        chat_id=chat_of_lead(session, lead.id, now=now),
        kind=KIND,
        lane=Lane.MAILS,
        now=now,
        message_id=message_id,
        payload={"about": TO_RESIDENT, "lead_id": lead.id},
    )


def arm_digest(
    session: Session,
    member: StaffMember,
    mornings: Iterable[tuple[date, datetime]],
    *,
    now: datetime,
) -> None:
    """Queue the digest of the first of these mornings that has had none: always only the next."""
    disarm_digest(session, member, now=now)
    for day, at in mornings:
        if queue(session, member.id, DIGEST, key=f"{day}", now=now, due_at=at, day=f"{day}"):
            return


def disarm_digest(session: Session, member: StaffMember, *, now: datetime) -> None:
    """None waits for them any more. Its day may have another."""
    chat_id = chat_of_member(session, member.id, now=now)
    keys = OutboxRow.dedupe_key.startswith(f"{KIND}:{DIGEST}:", autoescape=True)
    statement = delete(OutboxRow).where(OutboxRow.chat_id == chat_id, OutboxRow.state == TO_DO)
    session.execute(statement.where(keys))


def newly_overdue(session: Session, *, now: datetime, limit: int) -> list[tuple[Lead, datetime]]:
    """Open leads of which something that was promised or planned was due within the last day, and
    since when; of more than `limit` the latest."""
    since = now - OVERDUE_FOR
    planned = and_(Lead.next_action_at > since, Lead.next_action_at <= now)
    latest = _open(planned, now).order_by(Lead.next_action_at.desc(), Lead.id).limit(limit)
    found = {it.id: (it, it.next_action_at or now) for it in session.scalars(latest)}
    promised = (
        select(Handoff.lead_id, Handoff.promised_at)
        .where(Handoff.answered_at.is_(None), Handoff.ended_at.is_(None))
        .where(Handoff.promised_at > since, Handoff.promised_at <= now)
        .order_by(Handoff.promised_at.desc())
        .limit(limit)
    )
    due = {lead_id: at for lead_id, at in session.execute(promised) if lead_id is not None and at}
    for lead in session.scalars(_open(Lead.id.in_(due), now)):
        found.setdefault(lead.id, (lead, due[lead.id]))
    return list(found.values())


def sent_to_member(session: Session, staff_id: int, *, limit: int) -> list[OutboxRow]:
    """What went to this member, or did not, the newest first."""
    statement = (
        select(OutboxRow)
        .join(Chat, Chat.id == OutboxRow.chat_id)
        .where(Chat.channel == CHANNEL, Chat.external_id == f"staff-{staff_id}")
        .order_by(OutboxRow.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def forget_lead(session: Session, lead_id: int) -> None:
    """Nothing goes any more to whoever this lead was entered for, and what went is not kept."""
    statement = delete(Chat).where(Chat.channel == CHANNEL, Chat.external_id == f"lead-{lead_id}")
    session.execute(statement)


def _open(which: ColumnElement[bool], now: datetime) -> Select[Lead]:
    is_awake = or_(Lead.snoozed_until.is_(None), Lead.snoozed_until <= now)
    return select(Lead).where(Lead.status.in_(OPEN), is_awake, which)


def _chat(session: Session, external_id: str, now: datetime) -> int:
    return chats.chat_id_for(session, ChatKey(CHANNEL, external_id, AWAY), now=now)
