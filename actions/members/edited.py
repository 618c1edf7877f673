"""Posts of a group that are edited in place: when somebody takes their words back, all that shows
them says so."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.boards import APART, queue_board
from storage import messages, outbox, votes
from storage.models import Group
from storage.outbox import Lane

OFFERS, VOTE = "group_offers", "group_vote"  # the kinds of posts, and the flows of their messages


def show_without(
    session: Session, group: Group, questions: Collection[str], *, now: datetime
) -> None:
    """Somebody's words or name are gone from what was said to these questions: so they are from the
    board, offers and votes, those that are over as well. The caller holds the group."""
    for question in sorted(questions):
        for message_id in messages.all_asked(session, group.chat_id, flow=OFFERS, step=question):
            payload = {"message_id": message_id, "group_id": group.id}
            _queue(session, group.chat_id, OFFERS, payload, now=now)
    for vote in votes.votes_of(session, group_id=group.id):
        if vote.question in questions and vote.message_id is not None:
            payload = {"vote_id": vote.id, "message_id": vote.message_id}
            _queue(session, group.chat_id, VOTE, payload, now=now)
    queue_board(session, group, now=now)


def _queue(
    session: Session, chat_id: int, kind: str, payload: dict[str, Any], *, now: datetime
) -> None:
    """Also behind an edit that waits: it may be worded already."""
    message_id = payload["message_id"]
    newest = outbox.newest_of_message(session, message_id)
    outbox.queue(
        session,
        chat_id=chat_id,
        kind=kind,
        lane=Lane.HANDOFF,
        now=now,
        due_at=now if newest is None else max(now, newest[1] + APART),
        message_id=message_id,
        payload=payload,
    )
