"""Never two reminders within an hour in one chat: one message tells of all deadlines that come up.
After news of a call its reminder waits for an hour, too.

What another message tells is logged as merged, and does not go out itself.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.eligibility.lacking import has_sent
from actions.times.deadlines import is_to_the_minute
from actions.times.overdue import HAS_SENT, untrue
from storage import calls, due, late_links, reminders, told_news
from storage.models import Call
from storage.reminders import SNOOZE, Entry, Queueing, Settled

APART = timedelta(hours=1)


class ToldError(Exception):
    """A message that went out under an hour ago told this as well."""


def useless(session: Session, chat_id: int, about: Queueing, now: datetime) -> str | None:
    """Why this chat is not to be reminded of this any more, or None."""
    call = calls.get_call(session, about.call_id)
    reason = untrue(call, about.closes_at, now, leaves=_leaves(session, chat_id, call, now))
    if reason is None and has_sent(session, chat_id=chat_id, call=call):
        return HAS_SENT
    return reason


def neighbours(
    session: Session, chat_id: int, found: Queueing, *, now: datetime
) -> Sequence[Queueing]:
    """What else waits for this chat, or went out within the hour."""
    return reminders.others_of_chat(
        session, chat_id=chat_id, since=now - APART, reminder_id=found.id
    )


def not_before(found: Queueing, others: Sequence[Queueing]) -> datetime | None:
    """Until when it has to wait, because another went out lately. Raises ToldError where that one
    told of the same call.

    A moment that somebody chose after what they heard last stands, and so does what a call's plan
    has to the minute.
    """
    told = [it for it in others if it.state == "sent" or _is_told_elsewhere(it, found)]
    own = any(it.call_id == found.call_id for it in told)
    if not told or found.offset.startswith(SNOOZE):
        return None
    if not own:
        return max(it.updated_at for it in told) + APART
    if is_to_the_minute(found.offset):
        return None
    raise ToldError("it was told under an hour ago")


def after_news(
    session: Session, chat_id: int, found: Queueing, *, now: datetime
) -> datetime | None:
    """Until when it has to wait, because this chat was told news of the same call lately. The
    moments that `not_before` leaves alone stand here as well."""
    if found.offset.startswith(SNOOZE) or is_to_the_minute(found.offset):
        return None
    told_at = told_news.told_lately(
        session, call_id=found.call_id, chat_id=chat_id, since=now - APART
    )
    return told_at + APART if told_at is not None else None


def merge(
    session: Session,
    chat_id: int,
    found: Queueing,
    others: Sequence[Queueing],
    *,
    now: datetime,
) -> list[Call]:
    """Log what this message tells of besides; all its calls, the nearest deadline first."""
    waiting = [it for it in others if it.state == "queued" or it.merged_into == found.id]
    waiting = [it for it in waiting if useless(session, chat_id, it, now) is None]
    coming = list(_coming(session, chat_id, found, now))
    queued = [it.id for it in waiting if it.state == "queued"]
    reminders.merge(session, queued, into=found.id, now=now)
    reminders.merge_early(session, coming, into=found.id, now=now)
    numbers = {found.call_id, *(it.call_id for it in waiting)}
    numbers |= {it.due.key.call_id for it in coming}
    told = [calls.get_call(session, number) for number in numbers]
    ends = {it.id: late_links.own_end(session, it, chat_id=chat_id, now=now) for it in told}
    return sorted(told, key=lambda call: (ends[call.id], call.id))


def _leaves(session: Session, chat_id: int, call: Call, now: datetime) -> list[datetime]:
    leave = late_links.leave_of(session, call, chat_id=chat_id, now=now)
    return [leave] if leave else []


def _is_told_elsewhere(it: Queueing, found: Queueing) -> bool:
    return it.state == "merged" and it.merged_into != found.id


def _coming(session: Session, chat_id: int, found: Queueing, now: datetime) -> Iterator[Settled]:
    """What falls due within the hour. A plan's own minutes are left alone."""
    for it in due.coming_of_chat(session, chat_id=chat_id, until=now + APART):
        call = calls.get_call(session, it.key.call_id)
        leaves = _leaves(session, chat_id, call, now)
        reason = untrue(call, it.key.closes_at, now, leaves=leaves)
        if reason or has_sent(session, chat_id=chat_id, call=call):
            continue
        snooze = Entry(SNOOZE, it.snoozed_until) if it.snoozed_until else None
        if call.id != found.call_id or not is_to_the_minute(it.next.offset):
            yield Settled(it, it.next)
        if snooze is not None and snooze != it.next and snooze.due_at <= now + APART:
            yield Settled(it, snooze)
