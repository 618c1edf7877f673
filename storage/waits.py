"""Waits that were measured by a clock which has been set back since.

Absolute moments, such as when a reminder is due, are true by any clock and stay.
"""

from datetime import datetime

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from storage.accepting import LONGEST_QUIET
from storage.database import changed_rows
from storage.models import WAITING, Chat, InboxRow, OutboxRow


def newest_arrival(session: Session) -> datetime | None:
    """When the newest update came in, by the clock as it was then."""
    arrived: datetime | None = session.execute(_NEWEST).scalar_one_or_none()
    return arrived


def end_waits(session: Session, *, now: datetime) -> int:
    """Let go what would have to wait longer than was meant: updates, posts, chats that are paused;
    how many there are.

    Nothing is lost where it was meant: a chat that the channel holds back will say so again, and
    what must not go at night is postponed again.
    """
    ended = [
        session.execute(_TAKE_UPDATES, {"now": now, "latest": now + LONGEST_QUIET}),
        session.execute(_SEND, {"now": now}),
        session.execute(_UNPAUSE, {"now": now}),
    ]
    return sum(map(changed_rows, ended))


_inbox = InboxRow.table()
_outbox = OutboxRow.table()
_chats = Chat.table()
_NEWEST = select(_inbox.c.received_at).order_by(_inbox.c.id.desc()).limit(1)
_TAKE_UPDATES = (
    update(_inbox)
    .where(_inbox.c.state == WAITING, _inbox.c.ready_at > bindparam("latest"))
    .values(ready_at=bindparam("now"))
)
_SEND = (  # what was put back, and what was queued in what is the future now
    update(_outbox)
    .where(_outbox.c.state == WAITING, _outbox.c.due_at > bindparam("now"))
    .where(or_(_outbox.c.attempts > 0, _outbox.c.created_at > bindparam("now")))
    .values(due_at=bindparam("now"))
)
_UNPAUSE = update(_chats).where(_chats.c.paused_until > bindparam("now")).values(paused_until=None)
