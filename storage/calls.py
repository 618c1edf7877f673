"""Calls: invitations to apply, each open from one instant to another.

Every write of a call goes through `_write`, which keeps the audit trail. What a write would do can
be seen beforehand with `foreseen`, on a copy.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from storage.call_changes import ChangeKind, made_change, note_change
from storage.current import current, forget_current
from storage.database import at_hand
from storage.models import Call, CallChange

ENDS = ("withdrawn_at", "closed_early_at")  # what staff do before the deadline
MOVES_REMINDERS = frozenset({"closes_at", "reminders"})
SHOWN_IN_CALENDARS = frozenset({"title", "summary", "link", "opens_at", "closes_at", *ENDS})


class CallState(StrEnum):
    """Where a call stands; it follows the clock."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    OPEN = "open"
    CLOSING_SOON = "closing_soon"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class CallDetails:
    """All that a call's author writes. `reminders` None means the programme's own offsets; an end
    that is None is left as it is."""

    code: str
    title: str
    theme: str
    summary: str
    opens_at: datetime
    closes_at: datetime
    criteria: list[dict[str, Any]]
    reminders: list[str] | None = None
    illustrative: bool = False
    offering: str | None = None
    link: str | None = None
    may_close_early: str | None = None
    sign_off: bool = False
    is_draft: bool = False
    closed_early_at: datetime | None = None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """A call as it is now, and what saving did to it; `change` is None where nothing did."""

    call: Call
    change: CallChange | None

    @property
    def created(self) -> bool:
        """It was not there before."""
        return self.change is not None and self.change.kind == ChangeKind.CREATED

    @property
    def changed(self) -> bool:
        """Something about it is new."""
        return self.change is not None

    @property
    def moved(self) -> bool:
        """Its deadline or its offsets are other ones, so its reminders move."""
        if self.change is None or self.created:
            return False
        return bool(MOVES_REMINDERS & self.change.after.keys())


def save_call(
    session: Session, details: CallDetails, *, now: datetime, by: str | None = None
) -> Saved:
    """Insert the call, or bring the one with this code up to date. `by` None is the assistant
    itself."""
    call = find_call(session, code=details.code)
    values = {name: getattr(details, name) for name in CallDetails.__dataclass_fields__}
    if call is None:
        return _insert(session, values, by=by, now=now)
    kept = {name for name in ENDS if values[name] is None}
    changed = {name: value for name, value in values.items() if name not in kept}
    return _write(session, call, changed, by=by, now=now)


def publish_call(session: Session, call: Call, *, by: str | None, now: datetime) -> Saved:
    """From now on residents see it, as the clock has it."""
    return _write(session, call, _published(call, now), by=by, now=now)


def publish_later(
    session: Session, call: Call, at: datetime | None, *, by: str | None, now: datetime
) -> Saved:
    """Let a draft be published by itself at this instant; None: not any more. What is published
    stays as it is."""
    if not call.is_draft:
        return Saved(call, None)
    return _write(session, call, {"publish_at": at}, by=by, now=now)


def close_call_early(session: Session, call: Call, *, by: str | None, now: datetime) -> Saved:
    """From now on nobody can apply. One that is over stays as it is."""
    return _write(session, call, _closed_early(call, now), by=by, now=now)


def withdraw_call(session: Session, call: Call, *, by: str | None, now: datetime) -> Saved:
    """It is off, as though it had not been. Withdrawing twice is one."""
    return _write(session, call, _withdrawn(call, now), by=by, now=now)


def reopen_call(session: Session, call: Call, *, by: str | None, now: datetime) -> Saved:
    """Take back that it closed early or was withdrawn."""
    return _write(session, call, _reopened(call, now), by=by, now=now)


def foreseen(call: Call, values: Mapping[str, Any], *, now: datetime) -> Saved:
    """What writing these fields would make of the call, on copies that are in no session."""
    copy = Call(**{column.key: getattr(call, column.key) for column in Call.__mapper__.columns})
    after = _differing(copy, values)
    if not after:
        return Saved(copy, None)
    before = _set(copy, after, now=now)
    change = made_change(copy, _kind(after), before=before, after=after, by=None, now=now)
    return Saved(copy, change)


def state_of(call: Call, *, now: datetime, closing_soon: timedelta) -> CallState:
    """Where it stands at this instant; `closing_soon` before its deadline it closes soon."""
    if call.withdrawn_at is not None:
        return CallState.WITHDRAWN
    if call.is_draft:
        return CallState.DRAFT
    if ends_at(call) <= now:
        return CallState.CLOSED
    if call.opens_at > now:
        return CallState.SCHEDULED
    soon = ends_at(call) - now <= closing_soon
    return CallState.CLOSING_SOON if soon else CallState.OPEN


def find_call(session: Session, *, code: str) -> Call | None:
    """The call with this code, also a closed or withdrawn one."""
    return session.scalars(select(Call).where(Call.code == code)).one_or_none()


def get_call(session: Session, call_id: int) -> Call:
    """The call's row, read once in a transaction. Raises NoResultFound if there is none."""
    met: dict[int, Call] = at_hand(session).setdefault("calls", {})
    if call_id not in met:
        met[call_id] = session.get_one(Call, call_id)
    return met[call_id]


def all_calls(session: Session) -> list[Call]:
    """Every call there ever was, by deadline."""
    return list(session.scalars(select(Call).order_by(Call.closes_at, Call.id)))


def kept_codes(session: Session) -> set[str]:
    """The codes of all calls."""
    return set(session.scalars(select(Call.code)))


def published_codes(session: Session) -> set[str]:
    """The codes of the calls that residents may know."""
    return set(session.scalars(select(Call.code).where(Call.is_draft.is_(False))))


def open_calls(session: Session, *, now: datetime) -> list[Call]:
    """What takes applications at this instant, the nearest deadline first."""
    return [call for call in current_calls(session, now=now) if call.opens_at <= now]


def coming_calls(session: Session, *, now: datetime) -> list[Call]:
    """What opens after this instant, the nearest first."""
    return [call for call in current_calls(session, now=now) if call.opens_at > now]


def current_calls(session: Session, *, now: datetime) -> list[Call]:
    """What is open, the nearest deadline first, and then what opens later, the nearest first.

    Drafts and withdrawn calls are in none of these lists: residents know nothing of them.
    """

    def rank(call: Call) -> tuple[bool, datetime, int]:
        comes = call.opens_at > now
        return comes, call.opens_at if comes else call.closes_at, call.id

    found = current(session, now=now).calls
    return sorted((call for call in found if ends_at(call) > now), key=rank)


def closed_calls(session: Session, *, now: datetime, since: datetime) -> list[Call]:
    """What closed at or after `since`, the latest first; drafts and withdrawn ones are left out."""
    ended_at = func.coalesce(Call.closed_early_at, Call.closes_at)
    statement = select(Call).where(_IS_PUBLIC, ended_at <= now, ended_at >= since)
    return list(session.scalars(statement.order_by(ended_at.desc(), Call.id)))


def ends_at(call: Call) -> datetime:
    """The instant from which nobody can apply: the deadline, or earlier if it closed early."""
    ends = (call.closes_at, call.closed_early_at, call.withdrawn_at)
    return min(instant for instant in ends if instant is not None)


def _published(_call: Call, _now: datetime) -> dict[str, Any]:
    return {"is_draft": False}


def _closed_early(call: Call, now: datetime) -> dict[str, Any]:
    return {} if ends_at(call) <= now else {"closed_early_at": _to_the_second(now)}


def _withdrawn(call: Call, now: datetime) -> dict[str, Any]:
    return {"withdrawn_at": call.withdrawn_at or _to_the_second(now)}


def _reopened(_call: Call, _now: datetime) -> dict[str, Any]:
    return dict.fromkeys(ENDS)


# What each act writes, for those who want to see it beforehand.
ACT_VALUES: Mapping[str, Callable[[Call, datetime], dict[str, Any]]] = {
    "publish": _published,
    "close": _closed_early,
    "withdraw": _withdrawn,
    "reopen": _reopened,
}


def _insert(session: Session, values: dict[str, Any], *, by: str | None, now: datetime) -> Saved:
    call = Call(**values, sequence=0, updated_at=now)
    session.add(call)
    session.flush()
    forget_current(session)
    change = note_change(session, call, ChangeKind.CREATED, before={}, after=values, by=by, now=now)
    return Saved(call, change)


def _write(
    session: Session, call: Call, values: dict[str, Any], *, by: str | None, now: datetime
) -> Saved:
    """Set these fields and log what they were. Writing what is there already changes nothing."""
    after = _differing(call, values)
    if not after:
        return Saved(call, None)
    before = _set(call, after, now=now)
    forget_current(session)
    kind = _kind(after)
    change = note_change(session, call, kind, before=before, after=after, by=by, now=now)
    return Saved(call, change)


def _differing(call: Call, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields that would be other ones. What is published waits for no moment any more."""
    if values.get("is_draft") is False:
        values = {**values, "publish_at": None}
    return {name: value for name, value in values.items() if getattr(call, name) != value}


def _set(call: Call, after: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Set these fields; what they were."""
    before = {name: getattr(call, name) for name in after}
    for name, value in after.items():
        setattr(call, name, value)
    if SHOWN_IN_CALENDARS & after.keys():
        call.sequence += 1
    call.updated_at = now
    return before


def _kind(after: Mapping[str, Any]) -> ChangeKind:
    """What matters most of a change."""
    ends = [after[name] for name in ENDS if name in after]
    if ends and not any(ends):
        return ChangeKind.REOPENED
    if after.get("withdrawn_at"):
        return ChangeKind.WITHDRAWN
    if after.get("closed_early_at"):
        return ChangeKind.CLOSED_EARLY
    return ChangeKind.PUBLISHED if after.get("is_draft") is False else ChangeKind.CHANGED


def _to_the_second(now: datetime) -> datetime:
    """As an export writes it."""
    return now.replace(microsecond=0)


_IS_PUBLIC = and_(Call.withdrawn_at.is_(None), Call.is_draft.is_(False))
