"""The speed that several processes share: when the next send may go out, overall and to a group.

For PostgreSQL only. Every moment is in seconds of the database's own clock, since the epoch.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Double, bindparam, cast, extract, func, select, update
from sqlalchemy.orm import Session

from storage.bulk import Insertion, among
from storage.models import Pace

OWN_FOR = 4.0  # seconds for which a process that is alone need not ask
GONE_AFTER = 6.0  # seconds; longer, so that nobody takes over what another still has
FURTHEST = 30.0  # seconds; a next moment further ahead was written before the clock stepped back


@dataclass(frozen=True, slots=True)
class Share:
    """A pace by name, and one of the processes that share it."""

    name: str
    who: str


@dataclass(frozen=True, slots=True)
class Attendance:
    """Whether a process has the pace to itself for the next `OWN_FOR` seconds; or how many seconds
    it has to send nothing."""

    alone: bool
    held_for: float


@dataclass(frozen=True, slots=True)
class Reserved:
    """Moments that are ours, in order; none while everybody is to wait `held_for` seconds."""

    moments: list[float]
    held_for: float
    now: float


def attend(session: Session, share: Share) -> Attendance:
    """Say that this process is there. To be repeated well within `OWN_FOR` seconds.

    While no other is there, it need not reserve anything; who comes later sends nothing until that
    is over.
    """
    kept, now = _take(session, share.name)
    here = {who: at for who, at in _here(kept, now) if who != share.who}
    others_for = _owned_for(kept, now, but=share.who)
    alone = not here and others_for <= 0
    if alone:
        kept |= {"owner": share.who, "owned_until": now + OWN_FOR}
    elif others_for <= 0:
        kept |= {"owner": None}
    _keep(session, share.name, {**kept, "here": {**here, share.who: now}})
    return Attendance(alone, max(_held_for(kept, now), others_for, 0.0))


def leave(session: Session, share: Share) -> None:
    """This process sends nothing any more."""
    kept, now = _take(session, share.name)
    here = {who: at for who, at in _here(kept, now) if who != share.who}
    owner = None if kept.get("owner") == share.who else kept.get("owner")
    _keep(session, share.name, {**kept, "owner": owner, "here": here})


def reserve(session: Session, share: Share, *, count: int, gap: float) -> Reserved:
    """Reserve the next `count` moments of this channel, `gap` seconds apart.

    The caller commits at once: until then all others wait. The commit does not wait for the disk,
    for what a crash of the database forgets is over by the time it is back.
    """
    session.execute(_DO_NOT_WAIT_FOR_THE_DISK)
    kept, now = _take(session, share.name)
    held_for = max(_held_for(kept, now), _owned_for(kept, now, but=share.who))
    if held_for > 0:
        return Reserved([], held_for, now)
    ahead = kept.get("next", now)
    start = now if ahead > now + FURTHEST else max(ahead, now)
    _keep(session, share.name, {**kept, "next": start + count * gap})
    return Reserved([start + place * gap for place in range(count)], 0.0, now)


def hold(session: Session, name: str, *, seconds: float) -> None:
    """Nobody sends anything on this channel for so long."""
    kept, now = _take(session, name)
    if seconds > _held_for(kept, now):
        _keep(session, name, {**kept, "held_until": now + seconds, "held_for": seconds})


def note_sent(session: Session, name: str, *, seconds_ago: Sequence[float], most: int) -> None:
    """Write down when this group was sent to; the newest `most` are kept."""
    kept, now = _take(session, name)
    moments = sorted([*kept.get("sent", ()), *(now - ago for ago in seconds_ago)])
    _keep(session, name, {"sent": moments[-most:]})


def waits(
    session: Session, names: Collection[str], *, most: int, window: float
) -> dict[str, float]:
    """How long each of these groups has to wait, in seconds, if it got `most` in this window."""
    found = session.execute(_LOOK, {"names": list(names)})
    return {
        row.name: wait
        for row in found
        if len(row.moments.get("sent", ())) >= most
        and 0 < (wait := row.moments["sent"][-most] + window - row.now) <= window
    }


def _take(session: Session, name: str) -> tuple[dict[str, Any], float]:
    """What is kept under this name, locked until the commit, and the time."""
    found = session.execute(_TAKE, {"name": name}).one_or_none()
    if found is None:
        _MAKE.run(session, {"name": name, "moments": {}})
        found = session.execute(_TAKE, {"name": name}).one()
    return found.moments, found.now


def _keep(session: Session, name: str, moments: dict[str, Any]) -> None:
    session.execute(_KEEP, {"called": name, "kept": moments})


def _held_for(kept: dict[str, Any], now: float) -> float:
    """A hold is never longer than it was meant to be, whatever the clock did since."""
    return float(min(kept.get("held_until", 0.0) - now, kept.get("held_for", 0.0)))


def _here(kept: dict[str, Any], now: float) -> list[tuple[str, float]]:
    """The processes that were there lately, and when."""
    return [(who, at) for who, at in kept.get("here", {}).items() if abs(now - at) < GONE_AFTER]


def _owned_for(kept: dict[str, Any], now: float, *, but: str) -> float:
    """How long another process has the pace to itself."""
    left = float(kept.get("owned_until", 0.0) - now)
    return left if kept.get("owner") not in {None, but} and left <= OWN_FOR else 0.0


_paces = Pace.table()
_now = cast(extract("epoch", func.clock_timestamp()), Double).label("now")

_DO_NOT_WAIT_FOR_THE_DISK = select(func.set_config("synchronous_commit", "off", True))
_TAKE = select(_paces.c.moments, _now).where(_paces.c.name == bindparam("name")).with_for_update()
_MAKE = Insertion(_paces, lambda add: add.on_conflict_do_nothing())
_KEEP = (
    update(_paces)
    .where(_paces.c.name == bindparam("called"))
    .values(moments=bindparam("kept", type_=_paces.c.moments.type))
)
_LOOK = select(_paces.c.name, _paces.c.moments, _now).where(among(_paces.c.name, "names"))
