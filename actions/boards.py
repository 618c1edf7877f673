"""The board: the one message of a group that shows where it stands, edited in place."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from storage.models import Group
from storage.outbox import Lane, queue

KIND = "group_board"  # the kind of post that shows it
APART = timedelta(seconds=5)  # between two edits


def queue_board(session: Session, group: Group, *, now: datetime) -> None:
    """Let the board show what has changed, soon: at most one edit in five seconds, and the latest
    wins. The caller holds the group."""
    free_at = group.board_due_at
    if group.closed_at is not None or (free_at is not None and free_at - APART > now):
        return  # nobody sees it; or an edit waits already, which will show this as well
    due_at = now if free_at is None else max(now, free_at)
    group.board_due_at = due_at + APART
    session.flush()
    queue(
        session,
        chat_id=group.chat_id,
        kind=KIND,
        lane=Lane.HANDOFF,
        now=now,
        due_at=due_at,
        payload={"group_id": group.id},
    )
