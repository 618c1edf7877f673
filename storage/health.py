"""How the assistant is doing, as far as its database tells: who lives, and what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session

from storage import leases
from storage.leases import Held
from storage.models import (
    TO_DO,
    WAITING,
    Chat,
    InboxRow,
    IntakeSpan,
    OutboxRow,
    StaffChat,
)
from storage.outbox import SENT, Lane

MOST_COUNTED = 10_000  # of a queue; more is told as "more than"


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits and is due: how many, at most `MOST_COUNTED` + 1, and since when the oldest."""

    count: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Intake:
    """When updates of a channel could be taken in: now since `since`, as of `alive_at`."""

    channel: str
    since: datetime
    alive_at: datetime


@dataclass(frozen=True, slots=True)
class Health:
    """A look at everything at one moment."""

    leases: list[Held]
    inbox: Queue
    outbox: Mapping[Lane, Queue]
    works: Queue
    intakes: list[Intake]
    desks: list[tuple[StaffChat, Chat]]
    bytes: int


def look(session: Session, *, now: datetime) -> Health:
    """It only reads."""
    return Health(
        leases=leases.held(session, prefix=""),
        inbox=_inbox(session, now),
        outbox={lane: _outbox(session, lane, now) for lane in SENT},
        works=_works(session, now),
        intakes=_intakes(session),
        desks=desks(session),
        bytes=_bytes(session),
    )


def desks(session: Session) -> list[tuple[StaffChat, Chat]]:
    """The groups where leads arrive, of each channel."""
    found = session.execute(
        select(StaffChat, Chat)
        .join(Chat, Chat.id == StaffChat.chat_id)
        .order_by(StaffChat.connected_at)
    )
    return [(desk, chat) for desk, chat in found]


def _inbox(session: Session, now: datetime) -> Queue:
    waits = (InboxRow.state == WAITING, InboxRow.ready_at <= now)
    rows = select(InboxRow.ready_at).where(*waits).order_by(InboxRow.ready_at)
    return _queue(session, rows.limit(MOST_COUNTED + 1))


def _outbox(session: Session, lane: Lane, now: datetime) -> Queue:
    waits = (OutboxRow.state == WAITING, OutboxRow.lane == lane, OutboxRow.due_at <= now)
    rows = select(OutboxRow.due_at).where(*waits).order_by(OutboxRow.due_at)
    return _queue(session, rows.limit(MOST_COUNTED + 1))


def _works(session: Session, now: datetime) -> Queue:
    waits = (OutboxRow.state == TO_DO, OutboxRow.due_at <= now)
    rows = select(OutboxRow.due_at).where(*waits).order_by(OutboxRow.due_at)
    return _queue(session, rows.limit(MOST_COUNTED + 1))


def _queue(session: Session, rows: Select[datetime]) -> Queue:
    found = rows.subquery()
    instant = found.c[0]
    count, oldest = session.execute(select(func.count(), func.min(instant))).one()
    return Queue(count, oldest)


def _intakes(session: Session) -> list[Intake]:
    newest = select(func.max(IntakeSpan.id)).group_by(IntakeSpan.channel)
    found = session.scalars(select(IntakeSpan).where(IntakeSpan.id.in_(newest)))
    return [Intake(it.channel, it.began_at, it.alive_until) for it in found]


def _bytes(session: Session) -> int:
    """How large the database is."""
    sizes = {
        "postgresql": "select pg_database_size(current_database())",
        "sqlite": "select page_count * page_size from pragma_page_count(), pragma_page_size()",
    }
    size: int = session.execute(text(sizes[session.get_bind().dialect.name])).scalar_one()
    return size
