"""How many follow a call, have sent something in for it, or get its next reminder when."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import Call, Idea, Lead, Subscription
from storage.reminders import Entry, Key


@dataclass(frozen=True, slots=True)
class Counts:
    """`reminded` chats want to be reminded of the call, `leads` were sent in for it, and `drafts`
    are ideas that somebody has begun for it."""

    reminded: int = 0
    leads: int = 0
    drafts: int = 0


@dataclass(frozen=True, slots=True)
class Waiting:
    """So many running subscriptions that have the same wishes and the same next reminder."""

    key: Key
    next: Entry | None
    snoozed_until: datetime | None
    count: int


def counts_of(session: Session, found: Collection[Call]) -> dict[int, Counts]:
    """Of each of these calls, by id."""
    ids = [call.id for call in found]
    reminded = _by_call(session, _REMINDED, {"calls": ids})
    leads = _by_call(session, _LEADS, {"calls": ids})
    drafts = _by_call(session, _DRAFTS, {"codes": [call.code for call in found]})
    return {call.id: Counts(reminded[call.id], leads[call.id], drafts[call.code]) for call in found}


def waiting_for(session: Session, call: Call, *, most: int) -> list[Waiting]:
    """What the call's subscriptions get next; no more than `most` of them are counted."""
    found = session.execute(_WAITING, {"call": call.id, "most": most})
    return [
        Waiting(
            Key(call.id, row.plan, row.at_clock, row.closes_at),
            Entry(row.next_offset, row.next_due_at) if row.next_due_at is not None else None,
            row.snoozed_until,
            row.members,
        )
        for row in found
    ]


def _by_call(session: Session, statement: Any, values: dict[str, Any]) -> Counter[Any]:
    found = session.execute(statement, values).all()
    return Counter({row[0]: row[1] for row in found})


_subscriptions, _leads, _ideas = Subscription.table(), Lead.table(), Idea.table()
_REMINDED = (
    select(_subscriptions.c.call_id, func.count())
    .where(_subscriptions.c.stopped_at.is_(None), among(_subscriptions.c.call_id, "calls"))
    .group_by(_subscriptions.c.call_id)
)
_LEADS = (
    select(_leads.c.call_id, func.count())
    .where(among(_leads.c.call_id, "calls"))
    .group_by(_leads.c.call_id)
)
_DRAFTS = (
    select(_ideas.c.call_code, func.count())
    .where(_ideas.c.state == "draft", among(_ideas.c.call_code, "codes"))
    .group_by(_ideas.c.call_code)
)
_ALIKE = ("plan", "at_clock", "closes_at", "next_due_at", "next_offset", "snoozed_until")
_SOME = (
    select(*(_subscriptions.c[name] for name in _ALIKE))
    .where(_subscriptions.c.call_id == bindparam("call"), _subscriptions.c.stopped_at.is_(None))
    .limit(bindparam("most"))
    .subquery()
)
_GROUP = [_SOME.c[name] for name in _ALIKE]
_WAITING = select(*_GROUP, func.count().label("members")).group_by(*_GROUP)
