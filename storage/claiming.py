"""Claiming from the outbox: lane by lane, oldest first, at most one row a chat.

One claim costs about the same however many rows are due, and however many of those must wait: of a
deep lane only a stretch is looked at, and the next claim looks further on.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    or_,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from storage.bulk import among
from storage.models import LEASED, WAITING, Chat, OutboxRow
from storage.outbox import SENT, Claimed, Lane
from storage.stretches import Stretches, due_in, within


@dataclass(slots=True)
class Room:
    """How many rows may still be taken: `most` in a lane and those before it together, and `least`
    in each lane, whatever is `held` of others."""

    most: int
    least: int
    held: Counter[int]

    def left(self, lane: int) -> int:
        """How many of this lane."""
        ahead = sum(count for other, count in self.held.items() if other <= lane)
        return max(self.most - ahead, self.least - self.held[lane])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to claim. Chats in `leave_out` have to wait; as many of them as `spare`
    may stand in the way, because nothing is under way to them."""

    channels: tuple[str, ...]
    room: Room
    leave_out: Collection[int] = ()
    spare: int = 0


@dataclass(slots=True)
class Claim:
    """What was claimed, and whether rows of chats that have to wait were met."""

    rows: list[Claimed]
    met: set[int]


def claim(
    session: Session,
    wanted: Wanted,
    *,
    now: datetime,
    lease: str,
    lease_for: timedelta,
    stretches: Stretches,
) -> Claim:
    """Lease due rows under this name, as far as there is room for them, which is taken.

    A chat has at most one row under way, and its own order is kept: what is earlier and due, or was
    begun, goes first.
    """
    found, met = _find(session, wanted, now, stretches)
    if not found:
        return Claim([], met)
    values = {"ids": [row.id for row in found], "lease": lease, "until": now + lease_for}
    leased = {row.id: row for row in session.connection().execute(_LEASE, values)}
    return Claim([_claimed(row, leased[row.id], lease) for row in found], met)


def _find(
    session: Session, wanted: Wanted, now: datetime, stretches: Stretches
) -> tuple[list[Row[Any]], set[int]]:
    room, deep = wanted.room, stretches.deep()
    left = {f"limit{lane:d}": room.left(lane) for lane in SENT}
    limits = {name: most + wanted.spare if most > 0 else 0 for name, most in left.items()}
    found = session.connection().execute(
        _claimable(wanted.channels, deep), {**limits, **stretches.bounds(deep, now)}
    )
    taken: dict[int, Row[Any]] = {}
    met: set[int] = set()
    for row in sorted(found, key=lambda row: (row.lane, row.due_at, row.id)):
        if row.chat_id in wanted.leave_out:
            met.add(row.chat_id)
        elif row.chat_id not in taken and room.left(row.lane) > 0:
            room.held[row.lane] += 1
            taken[row.chat_id] = row
    return list(taken.values()), met


def _claimed(found: Row[Any], leased: Row[Any], lease: str) -> Claimed:
    return Claimed(
        id=found.id,
        lease=lease,
        chat_id=found.chat_id,
        channel=found.channel,
        external_id=found.external_id,
        chat_kind=found.chat_kind,
        lane=found.lane,
        kind=leased.kind,
        message_id=leased.message_id,
        payload=leased.payload or {},
        attempts=leased.attempts,
        created_at=leased.created_at,
        followed=found.followed,
    )


_outbox = OutboxRow.table()
_chats = Chat.table()
_earlier, _later = _outbox.alias("earlier"), _outbox.alias("later")
_now = bindparam("now", type_=_outbox.c.due_at.type)

# Order holds among what one chat waits for: an earlier row that is due or was begun goes first, and
# nothing goes beside one that is under way.
_is_behind = exists().where(
    _earlier.c.chat_id == _outbox.c.chat_id,
    _earlier.c.state.in_((WAITING, LEASED)),
    _earlier.c.id != _outbox.c.id,
    or_(
        _earlier.c.state == LEASED,
        and_(
            or_(
                _earlier.c.lane < _outbox.c.lane,
                and_(_earlier.c.lane == _outbox.c.lane, _earlier.c.id < _outbox.c.id),
            ),
            or_(_earlier.c.due_at <= _now, _earlier.c.attempts > 0),
        ),
    ),
)

_is_followed = exists().where(
    _later.c.chat_id == _outbox.c.chat_id,
    _later.c.state.in_((WAITING, LEASED)),
    _later.c.id > _outbox.c.id,
)


@cache
def _claimable(channels: tuple[str, ...], deep: tuple[Lane, ...]) -> CompoundSelect[Any]:
    """What may be claimed in each lane, for these channels; of deep lanes, in their stretch."""
    looked_at = {lane: within(lane) if lane in deep else due_in(lane) for lane in SENT}
    parts = (_claimable_in(lane, looked_at[lane], channels) for lane in SENT)
    return union_all(*(select(part.subquery()) for part in parts))


def _claimable_in(
    lane: Lane, looked_at: ColumnElement[bool], channels: tuple[str, ...]
) -> Select[Any]:
    """No more of each row than it takes to choose, for many are looked at and passed over."""
    return (
        select(
            _outbox.c.id,
            _outbox.c.chat_id,
            _chats.c.channel,
            _chats.c.external_id,
            _chats.c.kind.label("chat_kind"),
            _outbox.c.lane,
            type_coerce(_outbox.c.due_at, NullType()).label("due_at"),  # only to be compared
            _is_followed.label("followed"),
        )
        .join(_chats, _chats.c.id == _outbox.c.chat_id)
        .where(looked_at, ~_is_behind)
        .where(or_(*(_chats.c.channel == channel for channel in channels)))
        .where(or_(_chats.c.paused_until.is_(None), _chats.c.paused_until <= _now))
        .order_by(_outbox.c.due_at, _outbox.c.id)
        .limit(bindparam(f"limit{lane:d}"))
        .with_for_update(skip_locked=True, of=_outbox)
    )


_OF_LEASED = ("id", "kind", "message_id", "payload", "attempts", "created_at")
_LEASE = (
    update(_outbox)
    .where(among(_outbox.c.id, "ids"))
    .values(
        state="leased",
        lease=bindparam("lease"),
        leased_until=bindparam("until"),
        attempts=_outbox.c.attempts + 1,
    )
    .returning(*(_outbox.c[name] for name in _OF_LEASED))
)
