"""Where somebody who claims again and again stands in the outbox.

Of a deep lane only a stretch is looked at, and the next claim looks further on.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from storage.models import OutboxRow
from storage.outbox import IS_WAITING, SENT, Lane

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
        self._lanes = {lane: Stretch() for lane in SENT}

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
        """The values that `within` takes for these lanes."""
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
        values = {**self.bounds(SENT, now), "skipped": STRETCH - 1}
        for row in session.execute(_LAST_OF_STRETCH, values):
            if Lane(row.lane) in lanes:
                lanes[Lane(row.lane)].until = (row.due_at, row.id)


def _bounds_of(lane: Lane) -> list[str]:
    return [f"{name}{lane:d}" for name in ("after_at", "after_id", "until_at", "until_id")]


def due_in(lane: Lane) -> ColumnElement[bool]:
    """Due in this lane, whose number stands in the statement itself."""
    return and_(IS_WAITING, _outbox.c.lane == literal_column(f"{lane:d}"), _outbox.c.due_at <= _now)


def within(lane: Lane) -> ColumnElement[bool]:
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


_outbox = OutboxRow.table()
_now = bindparam("now", type_=_outbox.c.due_at.type)
_LAST_ID = 2**63 - 1

_LAST_OF_STRETCH = union_all(
    *(
        select(
            select(_outbox.c.lane, _outbox.c.due_at, _outbox.c.id)
            .where(within(lane))
            .order_by(_outbox.c.due_at, _outbox.c.id)
            .limit(1)
            .offset(bindparam("skipped"))
            .subquery()
        )
        for lane in SENT
    )
)
