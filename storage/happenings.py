"""What happens to leads and calls, as other systems and mailboxes hear of it: queued in the
transaction in which it happens, so that nothing is told that was not, and nothing is left out."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from storage import hook_deliveries, mails
from storage.hearers import Mailbox, hearers
from storage.models import Call, CallChange, Lead, LeadEvent

STATUS = "lead.status"
# By what other systems hear of, what happens to a lead.
_LEADS: Final[Mapping[str, tuple[str, ...]]] = {
    "lead.sent": ("sent", "entered"),
    "lead.changed": ("sent_again", "answered", "corrected", "changed"),
    "lead.withdrawn": ("withdrawn", "forgotten"),
    "lead.claimed": ("claimed", "assigned"),
    "lead.released": ("unassigned", "released"),
    "lead.asked": ("changes_asked",),
    "lead.decided": ("qualified", "declined", "done", "reopened"),
    "lead.merged": ("merged", "unmerged"),
    "lead.noted": ("noted",),
    STATUS: (),  # it stands elsewhere now, by nothing of the above
}
# And what is done to a call.
_CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "call.published": ("published", "created"),
    "call.changed": ("changed",),
    "call.closed": ("closed_early",),
    "call.withdrawn": ("withdrawn",),
    "call.reopened": ("reopened",),
}
KINDS: Final = (*_LEADS, *_CALLS)
_OF_LEAD = {event: kind for kind, events in _LEADS.items() for event in events}
_OF_CALL = {event: kind for kind, events in _CALLS.items() for event in events}


def tell_of_lead(session: Session, lead: Lead, event: LeadEvent, *, before: str) -> None:
    """This happened to the lead, which stood at `before`."""
    heard = hearers(session)
    has_moved = before != lead.status
    kind = _OF_LEAD.get(event.kind, STATUS if has_moved else None)
    if kind is not None:
        about = {"status": lead.status, "status_before": before if has_moved else None}
        body = _body(kind, event.at, {"event": event.kind, **about})
        for hook in heard.hooks:
            if kind in hook.kinds:
                hook_deliveries.add(
                    session,
                    hook,
                    event=f"evt_lead_{event.id}",
                    kind=kind,
                    body=body,
                    lead_id=lead.id,
                    now=event.at,
                )
    for mailbox, about_what in _mails(heard.mailboxes, lead, event):
        mails.queue(
            session,
            mailbox.staff_id,
            about_what,
            key=str(event.id),
            lead_id=lead.id,
            now=event.at,
        )


def tell_of_call(session: Session, call: Call, change: CallChange) -> None:
    """This was done to the call. Of drafts nobody hears."""
    kind = _OF_CALL.get(change.kind)
    if kind is None or call.is_draft:
        return
    body = _body(kind, change.at, {"event": change.kind, "call": call.code})
    for hook in hearers(session).hooks:
        if kind in hook.kinds:
            hook_deliveries.add(
                session, hook, event=f"evt_call_{change.id}", kind=kind, body=body, now=change.at
            )


def _body(kind: str, at: datetime, data: dict[str, Any]) -> dict[str, Any]:
    """What is known when it happens; the rest is written when it is sent."""
    return {"type": kind, "timestamp": in_utc(at), "data": data}


def in_utc(at: datetime) -> str:
    """An instant as other systems get it: ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _mails(
    mailboxes: tuple[Mailbox, ...], lead: Lead, event: LeadEvent
) -> Iterator[tuple[Mailbox, str]]:
    """Who of the staff wants to hear of it, and as what. Nobody of what they did themselves."""
    for mailbox in mailboxes:
        if event.who == mailbox.name and event.kind != "sent":
            continue
        if event.kind in ("sent", "entered") and mails.NEW in mailbox.kinds:
            yield mailbox, mails.NEW
        is_theirs = lead.assignee_id == mailbox.staff_id
        if event.kind == "assigned" and is_theirs and mails.MINE in mailbox.kinds:
            yield mailbox, mails.MINE
