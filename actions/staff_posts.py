"""Posts for the staff chat: queued here, written by the desk when they are sent."""

from typing import Any

from actions.context import Context
from storage.outbox import Lane, queue


def queue_for_staff(
    context: Context,
    kind: str,
    payload: dict[str, Any],
    lane: Lane,
    dedupe_key: str | None = None,
) -> None:
    """Queue a post for the staff chat. Where none is connected, what it is about waits in the
    database all the same."""
    if context.staff_chat_id is not None:
        queue(
            context.session,
            chat_id=context.staff_chat_id,
            kind=kind,
            lane=lane,
            now=context.now,
            payload=payload,
            dedupe_key=dedupe_key,
        )
