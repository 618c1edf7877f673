"""What a group hears of what was sent for it: once in its own chat, and who leads it in private.

It is queued here and worded when it is sent.
"""

from typing import Any

from actions.boards import queue_board
from actions.context import Context
from storage import groups, members, submissions
from storage.models import Lead
from storage.outbox import Lane, queue

SENT = "group_sent"  # the kinds of posts: in the group's chat …
RECEIPT = "group_receipt"  # … and to the one of the two who did not press the button
RESPONSES = frozenset(
    {
        "utter_group_sent",
        "utter_group_withdrawn",
        "utter_group_receipt",
        "utter_group_receipt_changed",
    }
)


def tell_group(context: Context, lead: Lead, what: str) -> None:
    """What was sent for the group is new, or changed, or withdrawn."""
    session = context.session
    group = groups.get_group(session, lead.group_id) if lead.group_id else None
    if group is None:
        return
    groups.act_for(session, group, now=context.now)
    version = submissions.count_submissions(session, lead_id=lead.id)
    payload: dict[str, Any] = {"lead_id": lead.id, "what": what}
    if group.closed_at is None and what != "changed":  # of changes the board tells
        _queue(context, group.chat_id, SENT, payload, key=f"{SENT}:{lead.id}:{version}:{what}")
    for chat_id in members.leading_chats(session, group.id):
        if chat_id != context.chat_id:
            key = f"{RECEIPT}:{lead.id}:{version}:{what}:{chat_id}"
            _queue(context, chat_id, RECEIPT, payload, key=key)
    queue_board(session, group, now=context.now)


def _queue(context: Context, chat_id: int, kind: str, payload: dict[str, Any], *, key: str) -> None:
    queue(
        context.session,
        chat_id=chat_id,
        kind=kind,
        lane=Lane.REPLIES,
        now=context.now,
        payload=payload,
        dedupe_key=key,
    )
