"""Which loops of which process fail, as the health page of another process tells it.

Each is kept as a lease that runs out by itself: a process that is gone, or a loop that has run well
since, reports nothing. How often and since when stands where a lease names its owner.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from storage import leases
from storage.database import insert_into
from storage.leases import Held
from storage.models import Lease

PREFIX = "failing:"
_LONGEST_LOOP = 24  # letters of its name
_LONGEST_PROCESS = 24


@dataclass(frozen=True, slots=True)
class Failing:
    """A loop that failed and is tried again. It counts as failing until `until`, unless it fails
    again by then."""

    loop: str
    process: str  # on which machine it runs, and under which number
    since: datetime
    failures: int
    until: datetime


def note(session: Session, failing: Failing) -> None:
    """Keep this, instead of what was known of the same loop in the same process."""
    loop, process = failing.loop[:_LONGEST_LOOP], failing.process[-_LONGEST_PROCESS:]
    since = failing.since.astimezone(UTC).strftime("%Y%m%dT%H%M%S%z")
    statement = insert_into(session, Lease).values(
        name=f"{PREFIX}{loop}:{process}",
        owner=f"{since} {failing.failures}",
        until=failing.until,
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"owner": statement.excluded.owner, "until": statement.excluded.until},
        )
    )


def forget_all(session: Session, *, process: str) -> None:
    """The process stops in order: nothing of it fails any more."""
    ending = f":{process[-_LONGEST_PROCESS:]}"
    names = [it.name for it in leases.held(session, prefix=PREFIX) if it.name.endswith(ending)]
    session.execute(delete(Lease).where(Lease.name.in_(names)))


def among(held: Iterable[Held], *, now: datetime) -> list[Failing]:
    """What fails now, of all that is held; the longest first."""
    found = [_read(it) for it in held if it.name.startswith(PREFIX) and it.until > now]
    return sorted(found, key=lambda it: it.since)


def _read(lease: Held) -> Failing:
    loop, _, process = lease.name.removeprefix(PREFIX).partition(":")
    since, _, failures = lease.owner.partition(" ")
    at = datetime.strptime(since, "%Y%m%dT%H%M%S%z")
    return Failing(loop, process, at, int(failures), lease.until)
