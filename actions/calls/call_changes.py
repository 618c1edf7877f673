"""Everything that is written to calls, and what follows from it: moved reminders move, and
people are told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from actions.criteria.news import note_change
from actions.programme import Programme
from actions.times.planning import replan_call
from storage import calls, locks, publishing, waking
from storage.calls import CallDetails, Saved
from storage.models import Call


class UnknownCallError(Exception):
    """No call has this code."""


class _Act(Protocol):
    def __call__(self, session: Session, call: Call, *, by: str | None, now: datetime) -> Saved: ...


ACTS: Mapping[str, _Act] = {
    "publish": calls.publish_call,
    "close": calls.close_call_early,
    "withdraw": calls.withdraw_call,
    "reopen": calls.reopen_call,
}


def keep_call(
    session: Session, details: CallDetails, *, by: str | None, programme: Programme, now: datetime
) -> Saved:
    """Insert the call, or bring the one with this code up to date."""
    saved = calls.save_call(session, details, by=by, now=now)
    return _followed(session, saved, programme=programme, now=now)


def act_on_call(
    session: Session, act: str, code: str, *, by: str | None, programme: Programme, now: datetime
) -> Saved:
    """Do one of `ACTS` to the call with this code. Raises UnknownCallError."""
    call = calls.find_call(session, code=code)
    if call is None:
        raise UnknownCallError(code)
    saved = ACTS[act](session, call, by=by, now=now)
    return _followed(session, saved, programme=programme, now=now)


def publish_later(
    session: Session,
    code: str,
    at: datetime | None,
    *,
    by: str | None,
    programme: Programme,
    now: datetime,
) -> Saved:
    """Let the draft with this code be published by itself; None: not any more. Raises
    UnknownCallError."""
    call = calls.find_call(session, code=code)
    if call is None:
        raise UnknownCallError(code)
    saved = calls.publish_later(session, call, at, by=by, now=now)
    waking.wake(session, "news")
    return _followed(session, saved, programme=programme, now=now)


def publish_due(session: Session, *, programme: Programme, now: datetime) -> list[Saved]:
    """Publish the drafts whose moment has come, as the assistant itself. Who else writes calls
    waits meanwhile, so that of two processes one does it."""
    if not publishing.is_due(session, now=now):
        return []
    locks.queue_up(session, "calls")
    return [
        _followed(
            session,
            calls.publish_call(session, call, by=None, now=now),
            programme=programme,
            now=now,
        )
        for call in publishing.due(session, now=now)
    ]


def _followed(session: Session, saved: Saved, *, programme: Programme, now: datetime) -> Saved:
    """What was queued for an earlier deadline, or for a call that is over, is dropped when it is to
    go out; so only a plan that moved needs making anew."""
    if saved.moved:
        replan_call(session, saved.call, programme=programme, now=now)
    note_change(session, saved, now=now)
    return saved
