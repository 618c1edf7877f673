"""Replies that the process which took the turn sends itself: leased as they are queued.

Nobody has to claim them. If that process dies first, they wait for their lease to run out, as all
that it had claimed.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from storage.bulk import Numbering, among
from storage.models import Chat, OutboxRow
from storage.outbox import IS_LEASED, IS_OPEN, Claimed, Lane, waiting_row


class Ahead(NamedTuple):
    """A row that goes before a new reply to this chat."""

    chat_id: int
    id: int


def ahead(session: Session, chat_ids: Collection[int], *, now: datetime) -> dict[int, set[int]]:
    """What goes before a new reply to these chats, by chat: earlier replies that are due or were
    begun, and whatever is under way."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in session.connection().execute(_AHEAD, {"chats": list(chat_ids), "now": now}):
        found[row.chat_id].add(row.id)
    return found


def queue_leased(
    session: Session,
    messages: Mapping[int, Chat],
    *,
    lease: str,
    lease_for: timedelta,
    now: datetime,
) -> list[Claimed]:
    """Queue messages of the history under this lease, in this order, given by their id with the
    chat."""
    if not messages:
        return []
    leased = {"state": "leased", "attempts": 1, "lease": lease, "leased_until": now + lease_for}
    rows = [
        waiting_row(chat.id, "message", Lane.REPLIES, now=now, message_id=message_id) | leased
        for message_id, chat in messages.items()
    ]
    numbers = _ADD.run(session, rows)
    return [
        _claimed(number, lease, message_id, chat, now)
        for number, (message_id, chat) in zip(numbers, messages.items(), strict=True)
    ]


def _claimed(number: int, lease: str, message_id: int, chat: Chat, now: datetime) -> Claimed:
    return Claimed(
        id=number,
        lease=lease,
        chat_id=chat.id,
        channel=chat.channel,
        external_id=chat.external_id,
        chat_kind=chat.kind,
        lane=Lane.REPLIES,
        kind="message",
        message_id=message_id,
        payload={},
        attempts=1,
        created_at=now,
        followed=False,
    )


_outbox = OutboxRow.table()
_ADD = Numbering(_outbox)
_is_ahead = and_(
    _outbox.c.lane == int(Lane.REPLIES),
    or_(_outbox.c.due_at <= bindparam("now"), _outbox.c.attempts > 0),
)
_AHEAD = select(_outbox.c.chat_id, _outbox.c.id).where(
    among(_outbox.c.chat_id, "chats"), IS_OPEN, or_(IS_LEASED, _is_ahead)
)
