"""What staff have turned off for everybody, such as reminders. Without a row it is on."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage.database import changed_rows, insert_into
from storage.models import Switch

REMINDERS = "reminders"


@dataclass(frozen=True, slots=True)
class Off:
    """Since when something is off, who turned it off, and why."""

    since: datetime
    who: str
    why: str


def is_off(session: Session, name: str) -> bool:
    """Whether it is off."""
    return session.execute(_OFF_SINCE.where(_table.c.name == name)).first() is not None


def find_off(session: Session, name: str) -> Off | None:
    """Who turned it off, and why; None while it is on."""
    statement = select(Switch).where(Switch.name == name, Switch.off_since.is_not(None))
    row = session.scalars(statement).one_or_none()
    if row is None or row.off_since is None:
        return None
    return Off(row.off_since, row.who or "", row.why or "")


def turn_off(session: Session, name: str, *, who: str, why: str, now: datetime) -> bool:
    """Turn it off for everybody; False if somebody has done so before, whose words stand."""
    off = {"off_since": now, "who": who, "why": why}
    add = insert_into(session, Switch).values(name=name, **off)
    done = session.execute(
        add.on_conflict_do_update(
            index_elements=["name"],
            set_={column: add.excluded[column] for column in off},
            where=Switch.off_since.is_(None),
        ).returning(Switch.name)
    )
    return done.first() is not None


def turn_on(session: Session, name: str) -> bool:
    """Turn it on again; False if it was on."""
    statement = (
        update(Switch)
        .where(Switch.name == name, Switch.off_since.is_not(None))
        .values(off_since=None, who=None, why=None)
        .execution_options(synchronize_session=False)
    )
    return bool(changed_rows(session.execute(statement)))


_table = Switch.table()
_OFF_SINCE = select(_table.c.off_since).where(_table.c.off_since.is_not(None))
