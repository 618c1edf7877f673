"""What a member is told in private of what others in the group did. It is worded when it is
sent, and waits for the morning."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storage import chats, members
from storage.models import Assignment, Member
from storage.outbox import Lane, queue

TOLD, NUDGE = "group_told", "group_nudge"  # the kinds of posts
# What there is to tell, each in the words of `utter_group_told_<this>`.
TELLINGS = (
    "answered",
    "contact",
    "contact_declined",
    "contact_offer",
    "contact_taken",
    "member",
    "not_me",
    "second",
    "stands_in",
    "viewer",
)
RESPONSES = frozenset(
    {f"utter_group_told_{name}" for name in TELLINGS}
    | {"utter_group_nudge", "group_nameless", "group_unnamed", "group_speaking_for"}
)


def tell(
    session: Session,
    to: Member | None,
    told: str,
    *,
    now: datetime,
    about: Member | None = None,
    question: str | None = None,
) -> None:
    """Let a member know; nobody who has blocked us, or is gone. `about` is who did it."""
    payload: dict[str, Any] = {
        "told": told,
        "member_id": about.id if about else None,
        "question": question,
    }
    _queue(session, to, TOLD, payload, now)


def nudge(session: Session, to: Member, assignment: Assignment, *, now: datetime) -> None:
    """Ask a member for one answer."""
    _queue(session, to, NUDGE, {"assignment_id": assignment.id}, now)


def _queue(
    session: Session, to: Member | None, kind: str, payload: dict[str, Any], now: datetime
) -> None:
    if to is None or to.chat_id is None or not is_reachable(session, to):
        return
    queue(
        session,
        chat_id=to.chat_id,
        kind=kind,
        lane=Lane.HANDOFF,
        now=now,
        payload={**payload, "group_id": to.group_id},
    )


def tell_who_stands_in(session: Session, chat_id: int, *, now: datetime) -> None:
    """The person of this chat has blocked us. Where they are the contact, the second contact hears
    that they stand in."""
    if chats.get_chat(session, chat_id).blocked_at is not None:
        return  # that was told
    for member in members.memberships_of(session, chat_id=chat_id):
        if member.role == members.CONTACT:
            second = members.with_role(session, group_id=member.group_id, role=members.SECOND)
            tell(session, second, "stands_in", about=member, now=now)


def is_reachable(session: Session, member: Member | None) -> bool:
    """Whether we may write to them."""
    if member is None or member.left_at is not None or member.chat_id is None:
        return False
    return chats.get_chat(session, member.chat_id).blocked_at is None


def reachable(session: Session, found: Iterable[Member]) -> list[Member]:
    """Those of these members to whom we may write."""
    return [member for member in found if is_reachable(session, member)]
