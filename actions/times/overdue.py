"""Reminders whose moment has come, or has passed while nothing went out: what becomes of each."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from actions.programme import Programme
from actions.times.deadlines import Step, step
from actions.times.planning import schedule_of
from actions.times.quiet_hours import allowed_from
from storage import calls, coming, late_links, leads
from storage.models import Call
from storage.reminders import Entry, Key

HAS_SENT = "theirs has been sent in"


@dataclass(slots=True)
class Overdue:
    """How many reminders are due by now and go, and why others do not. `begins_at` is when the
    first may go, for nothing goes at night."""

    begins_at: datetime
    goes: int = 0
    skipped: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """All of them."""
        return self.goes + self.skipped.total()

    def add(self, count: int, why_not: str | None) -> None:
        """Count so many more, which go unless it is said why not."""
        if why_not is None:
            self.goes += count
        elif count:
            self.skipped[why_not] += count


def settle(
    session: Session, key: Key, entry: Entry, *, programme: Programme, now: datetime
) -> Step:
    """What goes and what does not, for those with these wishes whose next reminder is due."""
    call = calls.get_call(session, key.call_id)
    settled = step(schedule_of(key, call, programme), entry, now=now)
    leaves = late_links.leaves_of_call(session, call, now=now).values()
    reason = untrue(call, key.closes_at, now, leaves=leaves)
    if reason is None or settled.goes is None:
        return settled
    useless = replace(settled.goes, skipped=reason)
    return replace(settled, goes=None, skipped=(*settled.skipped, useless))


def overdue(session: Session, *, programme: Programme, now: datetime) -> Overdue:
    """What would become of all that is due, and of all that waits in the outbox, if it went now.
    Of several to one chat one message tells."""
    found = Overdue(allowed_from(now, zone=programme.zone, quiet=programme.quiet_hours))
    for cohort in coming.cohorts(session, until=now):
        settled = settle(session, cohort.key, cohort.next, programme=programme, now=now)
        if settled.goes is None:  # the last is the one that would have gone
            found.add(cohort.count, settled.skipped[-1].skipped)
        else:
            found.add(cohort.count - cohort.has_sent, None)
            found.add(cohort.has_sent, HAS_SENT)
    _add_queued(session, found, now)
    return found


def untrue(
    call: Call, closes_at: datetime, now: datetime, *, leaves: Collection[datetime]
) -> str | None:
    """Why nobody is to be reminded of this deadline of the call any more, or None. `leaves` are
    the later ones until which somebody may apply."""
    if call.withdrawn_at is not None:
        return "the call was withdrawn"
    if call.is_draft:
        return "the call is a draft"
    if closes_at in leaves:
        return None
    if calls.ends_at(call) <= now:
        return "the call has closed"
    if call.closes_at != closes_at:
        return "the deadline has moved"
    return None


def _add_queued(session: Session, found: Overdue, now: datetime) -> None:
    """What is in the outbox already is held against the call once more when it is claimed."""
    groups: defaultdict[tuple[int, datetime], list[int]] = defaultdict(list)
    for it in coming.queued(session):
        groups[it.call_id, it.closes_at].append(it.chat_id)
    for (call_id, closes_at), chat_ids in groups.items():
        call = calls.get_call(session, call_id)
        leaves = late_links.leaves_of_call(session, call, now=now).values()
        why_not = untrue(call, closes_at, now, leaves=leaves)
        if why_not is None and found.begins_at >= closes_at:
            why_not = "no allowed moment is left"
        sent = leads.chats_that_sent(session, call_id=call_id, chat_ids=chat_ids)
        has_sent = sum(chat_id in sent for chat_id in chat_ids) if why_not is None else 0
        found.add(len(chat_ids) - has_sent, why_not)
        found.add(has_sent, HAS_SENT)
