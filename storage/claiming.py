"""Claiming from the outbox: lane by lane, oldest first, at most one row a chat.

One claim costs about the same however many rows are due, and however many of those must wait: of a
deep lane only a stretch is looked at, and the next claim looks further on.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from storage.models import Chat, OutboxRow
from storage.outbox import IS_WAITING, LEASED, WAITING, Claimed, Lane

STRETCH = 1000  # due rows
SWEEP = timedelta(seconds=10)  # after so long a deep lane is looked at from its head again

Place = tuple[datetime, int]  # due_at and id: where a row stands in its lane
HEAD: Place = (datetime.min.replace(tzinfo=UTC), 0)


@dataclass(slots=True)
class Stretch:
    """The part of a lane that is looked at: after one place, up to and with another."""

    after: Place = HEAD
    until: Place | None = None  # none: to the end of what is due
    since: datetime = HEAD[0]  # when the head was last looked at

    @property
    def is_part(self) -> bool:
        """Whether there is more in the lane."""
        return self.until is not None or self.after != HEAD


class Stretches:
    """Where somebody who claims again and again stands in each lane."""

    def __init__(self) -> None:
        self._lanes = {lane: Stretch() for lane in Lane}

    def measure(self, session: Session, *, now: datetime) -> None:
        """Find out how deep the lanes are. To be done about once a second."""
        for stretch in self._lanes.values():
            if stretch.until is None or abs(now - stretch.since) > SWEEP:
                stretch.after, stretch.since = HEAD, now
        self._find_ends(session, now, self._lanes)

    def move_on(self, session: Session, lanes: Collection[Lane], *, now: datetime) -> bool:
        """There was too little in these lanes: look further on in those that go on; whether any
        does."""
        deep = {}
        for lane in lanes:
            stretch = self._lanes[lane]
            if stretch.until is not None:
                stretch.after, deep[lane] = stretch.until, stretch
        self._find_ends(session, now, deep)
        return bool(deep)

    def deep(self) -> tuple[Lane, ...]:
        """The lanes of which only a part is looked at."""
        return tuple(lane for lane, stretch in self._lanes.items() if stretch.is_part)

    def bounds(self, lanes: Iterable[Lane], now: datetime) -> dict[str, Any]:
        """The values that `_within` takes for these lanes."""
        due: Place = (now, _LAST_ID)
        values: dict[str, Any] = {"now": now}
        for lane in lanes:
            stretch = self._lanes[lane]
            places = (*stretch.after, *(stretch.until or due))
            values |= zip(_bounds_of(lane), places, strict=True)
        return values

    def _find_ends(self, session: Session, now: datetime, lanes: Mapping[Lane, Stretch]) -> None:
        if not lanes:
            return
        for stretch in lanes.values():
            stretch.until = None
        values = {**self.bounds(Lane, now), "skipped": STRETCH - 1}
        for row in session.execute(_LAST_OF_STRETCH, values):
            if Lane(row.lane) in lanes:
                lanes[Lane(row.lane)].until = (row.due_at, row.id)


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
    rows, met = _find(session, wanted, now, stretches)
    if rows:
        values = {"ids": [row.id for row in rows], "lease": lease, "until": now + lease_for}
        session.connection().execute(_LEASE, values)
    return Claim([_claimed(row, lease) for row in rows], met)


def _find(
    session: Session, wanted: Wanted, now: datetime, stretches: Stretches
) -> tuple[list[Row[Any]], set[int]]:
    room, deep = wanted.room, stretches.deep()
    left = {f"limit{lane:d}": room.left(lane) for lane in Lane}
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


def _claimed(row: Row[Any], lease: str) -> Claimed:
    return Claimed(
        id=row.id,
        lease=lease,
        chat_id=row.chat_id,
        channel=row.channel,
        external_id=row.external_id,
        chat_kind=row.chat_kind,
        lane=row.lane,
        kind=row.kind,
        message_id=row.message_id,
        payload=row.payload or {},
        attempts=row.attempts + 1,
        created_at=row.created_at,
        followed=row.followed,
    )


_outbox = OutboxRow.table()
_chats = Chat.table()
_earlier, _later = _outbox.alias("earlier"), _outbox.alias("later")
_now = bindparam("now", type_=_outbox.c.due_at.type)
_LAST_ID = 2**63 - 1

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


def _bounds_of(lane: Lane) -> list[str]:
    return [f"{name}{lane:d}" for name in ("after_at", "after_id", "until_at", "until_id")]


def _due_in(lane: Lane) -> ColumnElement[bool]:
    """Due in this lane, whose number stands in the statement itself."""
    return and_(IS_WAITING, _outbox.c.lane == literal_column(f"{lane:d}"), _outbox.c.due_at <= _now)


def _within(lane: Lane) -> ColumnElement[bool]:
    """Due, and in the stretch that is looked at. One bound to either side: SQLite takes no two."""
    at, number = _outbox.c.due_at, _outbox.c.id
    names = _bounds_of(lane)
    after_at, until_at = (bindparam(name, type_=at.type) for name in names[::2])
    after_id, until_id = (bindparam(name, type_=number.type) for name in names[1::2])
    return and_(
        IS_WAITING,
        _outbox.c.lane == literal_column(f"{lane:d}"),
        tuple_(at, number) > tuple_(after_at, after_id),
        tuple_(at, number) <= tuple_(until_at, until_id),
    )


@cache
def _claimable(channels: tuple[str, ...], deep: tuple[Lane, ...]) -> CompoundSelect[Any]:
    """What may be claimed in each lane, for these channels; of deep lanes, in their stretch."""
    looked_at = {lane: _within(lane) if lane in deep else _due_in(lane) for lane in Lane}
    parts = (_claimable_in(lane, looked_at[lane], channels) for lane in Lane)
    return union_all(*(select(part.subquery()) for part in parts))


def _claimable_in(
    lane: Lane, looked_at: ColumnElement[bool], channels: tuple[str, ...]
) -> Select[Any]:
    return (
        select(
            _outbox.c.id,
            _outbox.c.chat_id,
            _chats.c.channel,
            _chats.c.external_id,
            _chats.c.kind.label("chat_kind"),
            _outbox.c.lane,
            _outbox.c.kind,
            _outbox.c.message_id,
            _outbox.c.payload,
            _outbox.c.attempts,
            _outbox.c.created_at,
            _outbox.c.due_at,
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


_LAST_OF_STRETCH = union_all(
    *(
        select(
            select(_outbox.c.lane, _outbox.c.due_at, _outbox.c.id)
            .where(_within(lane))
            .order_by(_outbox.c.due_at, _outbox.c.id)
            .limit(1)
            .offset(bindparam("skipped"))
            .subquery()
        )
        for lane in Lane
    )
)
_LEASE = (
    update(_outbox)
    .where(_outbox.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state="leased",
        lease=bindparam("lease"),
        leased_until=bindparam("until"),
        attempts=_outbox.c.attempts + 1,
    )
)
