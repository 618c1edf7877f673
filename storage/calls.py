"""Calls: invitations to apply, each open from one instant to another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from storage.models import Call


@dataclass(frozen=True, slots=True)
class CallDetails:
    """All that a call's author writes. `reminders` None means the programme's own offsets."""

    code: str
    title: str
    theme: str
    summary: str
    opens_at: datetime
    closes_at: datetime
    criteria: list[dict[str, Any]]
    reminders: list[str] | None = None
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """A call as it is now, and what saving did: a moved deadline moves its reminders."""

    call: Call
    created: bool
    changed: bool
    moved: bool


def save_call(session: Session, details: CallDetails, *, now: datetime) -> Saved:
    """Insert the call, or bring the one with this code up to date."""
    call = find_call(session, code=details.code)
    if call is None:
        call = Call(**_columns(details), updated_at=now)
        session.add(call)
        session.flush()
        return Saved(call, created=True, changed=True, moved=False)
    new = {name: value for name, value in _columns(details).items() if getattr(call, name) != value}
    for name, value in new.items():
        setattr(call, name, value)
    if new:
        call.updated_at = now
        session.flush()
    moved = bool({"closes_at", "reminders"} & new.keys())
    return Saved(call, created=False, changed=bool(new), moved=moved)


def find_call(session: Session, *, code: str) -> Call | None:
    """The call with this code, also a closed or withdrawn one."""
    return session.scalars(select(Call).where(Call.code == code)).one_or_none()


def get_call(session: Session, call_id: int) -> Call:
    """The call's row, read once in a transaction. Raises NoResultFound if there is none."""
    met: dict[int, Call] = session.info.setdefault("calls", {})
    if call_id not in met:
        met[call_id] = session.get_one(Call, call_id)
    return met[call_id]


def all_calls(session: Session) -> list[Call]:
    """Every call there ever was, by deadline."""
    return list(session.scalars(select(Call).order_by(Call.closes_at, Call.id)))


def kept_codes(session: Session) -> set[str]:
    """The codes of all calls."""
    return set(session.scalars(select(Call.code)))


def open_calls(session: Session, *, now: datetime) -> list[Call]:
    """What takes applications at this instant, the nearest deadline first."""
    return [call for call in current_calls(session, now=now) if call.opens_at <= now]


def coming_calls(session: Session, *, now: datetime) -> list[Call]:
    """What opens after this instant, the nearest first."""
    return [call for call in current_calls(session, now=now) if call.opens_at > now]


def current_calls(session: Session, *, now: datetime) -> list[Call]:
    """What is open, the nearest deadline first, and then what opens later, the nearest first."""
    calls = session.scalars(_NOT_OVER, {"now": now})

    def rank(call: Call) -> tuple[bool, datetime, int]:
        comes = call.opens_at > now
        return comes, call.opens_at if comes else call.closes_at, call.id

    return sorted(calls, key=rank)


def closed_calls(session: Session, *, now: datetime, since: datetime) -> list[Call]:
    """What closed at or after `since`, the latest first; withdrawn calls are left out."""
    ended_at = func.coalesce(Call.closed_early_at, Call.closes_at)
    statement = select(Call).where(Call.withdrawn_at.is_(None), ended_at <= now, ended_at >= since)
    return list(session.scalars(statement.order_by(ended_at.desc(), Call.id)))


def ends_at(call: Call) -> datetime:
    """The instant from which nobody can apply: the deadline, or earlier if it closed early."""
    ends = (call.closes_at, call.closed_early_at, call.withdrawn_at)
    return min(instant for instant in ends if instant is not None)


def _columns(details: CallDetails) -> dict[str, Any]:
    return {name: getattr(details, name) for name in CallDetails.__dataclass_fields__}


_now = bindparam("now", type_=Call.table().c.closes_at.type)
_NOT_OVER = select(Call).where(
    Call.closes_at > _now,
    Call.withdrawn_at.is_(None),
    or_(Call.closed_early_at.is_(None), Call.closed_early_at > _now),
)
