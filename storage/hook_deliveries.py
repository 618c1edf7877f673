"""Events on their way to other systems, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import outbox, works
from storage.bulk import Insertion
from storage.hearers import Hook
from storage.models import HookDelivery, Lead, OutboxRow, WebHook
from storage.outbox import Lane

KIND = "hook"  # the outbox kind
WAITING, DELIVERED, FAILED, DROPPED = "waiting", "delivered", "failed", "dropped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """How one try ended: the answer's HTTP status, if there was one, and what was wrong."""

    state: str
    answered: int | None = None
    error: str | None = None


def add(
    session: Session,
    hook: Hook,
    *,
    event: str,
    kind: str,
    body: dict[str, Any],
    lead_id: int | None = None,
    now: datetime,
) -> None:
    """Tell this hook of the event, once; where it is paused, that waits until it goes on."""
    row = {
        "hook_id": hook.id,
        "event": event,
        "kind": kind,
        "lead_id": lead_id,
        "body": body,
        "state": WAITING,
        "attempts": 0,
        "made_at": now,
        "updated_at": now,
    }
    delivery_id = _ADD.run(session, row).scalar_one_or_none()
    if delivery_id is not None:
        _queue(session, hook.chat_id, delivery_id, now=now)


def get(session: Session, delivery_id: int) -> HookDelivery | None:
    """The delivery, or None."""
    return session.get(HookDelivery, delivery_id)


def newest(
    session: Session, hook: WebHook, *, limit: int, before: int | None = None, state: str = ""
) -> list[HookDelivery]:
    """The newest of this hook, newest first; those older than the one with the id `before`."""
    statement = select(HookDelivery).where(HookDelivery.hook_id == hook.id)
    if before is not None:
        statement = statement.where(HookDelivery.id < before)
    if state:
        statement = statement.where(HookDelivery.state == state)
    return list(session.scalars(statement.order_by(HookDelivery.id.desc()).limit(limit)))


def note(
    session: Session, delivery: HookDelivery, attempt: Attempt, *, body: Any, now: datetime
) -> None:
    """Write down how a try ended, and what was sent: a repeat says the same. Whoever was forgotten
    meanwhile stays so."""
    delivery.state, delivery.answered = attempt.state, attempt.answered
    delivery.error, delivery.body = attempt.error, body
    delivery.attempts, delivery.updated_at = delivery.attempts + 1, now
    lead = session.get(Lead, delivery.lead_id) if delivery.lead_id else None
    if lead is not None and not (lead.applicant_name or lead.contact):
        _forget(delivery)
    session.flush()


def hold(session: Session, delivery_id: int) -> HookDelivery:
    """The delivery as it is now; nobody else changes it until the transaction ends."""
    return session.get_one(
        HookDelivery, delivery_id, with_for_update={"key_share": True}, populate_existing=True
    )


def replay(session: Session, hook: WebHook, found: Sequence[HookDelivery], now: datetime) -> int:
    """Send these again, in their order and after all that waits; how many. What waits is not."""
    again = sorted((it for it in found if it.state != WAITING), key=lambda it: it.id)
    for delivery in again:
        delivery.state, delivery.error, delivery.updated_at = WAITING, None, now
        _queue(session, hook.chat_id, delivery.id, now=now)
    session.flush()
    return len(again)


def failed_since(session: Session, hook: WebHook, *, since: datetime) -> list[HookDelivery]:
    """Those of this hook that were given up since then."""
    statement = select(HookDelivery).where(
        HookDelivery.hook_id == hook.id,
        HookDelivery.state == FAILED,
        HookDelivery.updated_at >= since,
    )
    return list(session.scalars(statement.order_by(HookDelivery.id)))


def drop_waiting(session: Session, hook: WebHook, *, now: datetime, reason: str) -> None:
    """What waits for this hook is not sent."""
    works.drop_all(session, chat_id=hook.chat_id, now=now, reason=reason)
    session.execute(
        update(HookDelivery)
        .where(HookDelivery.hook_id == hook.id, HookDelivery.state == WAITING)
        .values(state=DROPPED, error=reason, updated_at=now)
    )


def forget_lead(session: Session, lead_id: int) -> None:
    """Whoever sent this lead is forgotten: what was told of them is kept without who they are."""
    statement = select(HookDelivery).where(HookDelivery.lead_id == lead_id)
    held = statement.order_by(HookDelivery.id).with_for_update(key_share=True)
    for delivery in session.scalars(held, execution_options={"populate_existing": True}):
        _forget(delivery)


def next_tries(session: Session, hook: WebHook) -> dict[int, datetime]:
    """When those that wait for another try get it, by the delivery's id."""
    statement = select(OutboxRow).where(
        OutboxRow.chat_id == hook.chat_id, OutboxRow.state == "to_do", OutboxRow.attempts > 0
    )
    return {
        (row.payload or {}).get("delivery_id", 0): row.due_at for row in session.scalars(statement)
    }


def _forget(delivery: HookDelivery) -> None:
    """Who it was about goes, and what the other side answered: that may name them."""
    data = {**delivery.body["data"]}
    if data.pop("person", None) is not None:
        delivery.body = {**delivery.body, "data": data}
    if delivery.answered is not None and delivery.error is not None:
        delivery.error = f"HTTP {delivery.answered}"


def _queue(session: Session, chat_id: int, delivery_id: int, *, now: datetime) -> None:
    payload = {"delivery_id": delivery_id}
    outbox.queue(session, chat_id=chat_id, kind=KIND, lane=Lane.HOOKS, now=now, payload=payload)


_ADD = Insertion(
    HookDelivery.table(),
    lambda add: add.on_conflict_do_nothing(index_elements=["hook_id", "event"]).returning(
        HookDelivery.table().c.id
    ),
)
