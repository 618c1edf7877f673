"""Leases: among several processes, one at a time does what the lease names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from storage.database import changed_rows, insert_into
from storage.models import Lease

APART = timedelta(seconds=5)  # how far the clocks of two machines may be apart


def hold(session: Session, *, name: str, owner: str, now: datetime, period: timedelta) -> bool:
    """Take or renew the lease; False while somebody else holds it.

    One that runs longer than its period was written before the clock stepped back: it is over.
    """
    statement = insert_into(session, Lease).values(name=name, owner=owner, until=now + period)
    held = session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": statement.excluded.owner, "until": statement.excluded.until},
            where=or_(Lease.owner == owner, Lease.until < now, Lease.until > now + period + APART),
        ).returning(Lease.owner)
    ).scalar_one_or_none()
    return held == owner


@dataclass(frozen=True, slots=True)
class Held:
    """A lease that was taken and not given back."""

    name: str
    owner: str
    until: datetime


def held(session: Session, *, prefix: str) -> list[Held]:
    """The leases with such a name, also those that have run out."""
    found = session.scalars(select(Lease).where(Lease.name.startswith(prefix)))
    return [Held(lease.name, lease.owner, lease.until) for lease in found]


def end_all(session: Session) -> bool:
    """End every lease: for a start after which nobody else can hold one. Whether there was one: who
    stops in order leaves none behind."""
    return bool(changed_rows(session.execute(delete(Lease))))


def let_go(session: Session, *, name: str, owner: str) -> None:
    """Give the lease back, so that nobody has to wait for it to run out."""
    session.execute(delete(Lease).where(Lease.name == name, Lease.owner == owner))
