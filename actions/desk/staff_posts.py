"""Posts for the staff chat: queued here, written by the desk when they are sent."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.context import Context
from storage import threads
from storage.models import Handoff
from storage.outbox import Lane, queue


def queue_for_staff(
    context: Context,
    kind: str,
    payload: dict[str, Any],
    lane: Lane,
    dedupe_key: str | None = None,
    *,
    lead_id: int | None = None,
    handoff: Handoff | None = None,
) -> None:
    """Queue a post for staff. Where no staff chat is connected, what it is about waits in the
    database all the same."""
    if context.staff_chat_id is not None:
        post_for_staff(
            context.session,
            kind,
            payload,
            desk_id=context.staff_chat_id,
            lane=lane,
            now=context.now,
            dedupe_key=dedupe_key,
            lead_id=lead_id,
            handoff=handoff,
        )


def post_for_staff(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    desk_id: int,
    lane: Lane,
    now: datetime,
    dedupe_key: str | None = None,
    due_at: datetime | None = None,
    lead_id: int | None = None,
    handoff: Handoff | None = None,
) -> None:
    """Queue a post where it belongs: with the lead, which the payload may name as well, or with the
    resident of the handoff; else in the staff chat itself."""
    lead_id = lead_id or payload.get("lead_id")
    place = desk_id
    if lead_id is not None:
        place = threads.place_of_lead(session, lead_id, desk_id=desk_id, now=now)
    elif handoff is not None:
        place = threads.place_of_handoff(session, handoff, desk_id=desk_id, now=now)
    queue(
        session,
        chat_id=place,
        kind=kind,
        lane=lane,
        now=now,
        due_at=due_at,
        payload=payload,
        dedupe_key=dedupe_key,
    )
