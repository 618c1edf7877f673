"""Deadlines of a group: its own chat is reminded, and its contact, and of the others who asked."""

from sqlalchemy.orm import Session

from actions.context import Context
from actions.times.planning import keep_wishes
from actions.times.wishes import Wishes
from storage import applicants, calls, groups, ideas, members, subscriptions
from storage.members import CONTACT
from storage.models import Call, Group, Member


def follow_for_group(context: Context, call: Call) -> None:
    """The idea of the group is for this call: its chat and its contact hear before it closes. Who
    has stopped that is left in peace."""
    if context.speaking is None:
        return
    group = context.speaking.group
    contact = members.with_role(context.session, group_id=group.id, role=CONTACT)
    _follow(context, call, contact.chat_id if contact else None)
    follow_in_group(context, call, Wishes())


def follow_in_group(context: Context, call: Call, wishes: Wishes) -> None:
    """The group's chat is reminded once more of this call, unless somebody stopped that there."""
    if context.speaking is not None and context.speaking.group.closed_at is None:
        _follow(context, call, context.speaking.group.chat_id, wishes)


def follow_as_contact(context: Context, group: Group, contact: Member) -> None:
    """They have become the contact: they hear before the calls close that the group's ideas are
    for. Who was it before has to stop theirs themselves, for they may want them."""
    session = context.session
    applicant = applicants.find_applicant(session, chat_id=group.chat_id)
    for idea in ideas.ideas_of(session, applicant_id=applicant.id) if applicant else []:
        call = calls.find_call(session, code=idea.call_code) if idea.call_code else None
        if call is not None and calls.ends_at(call) > context.now:
            _follow(context, call, contact.chat_id)


def reminded_for(session: Session, *, chat_id: int, call: Call) -> Group | None:
    """For which group this chat is reminded of the call: that which talks there, or that of which
    the person is the contact, if its idea is for the call and none of their own is."""
    group = groups.find_group(session, chat_id=chat_id)
    if group is not None or _has_idea(session, chat_id, call):
        return group
    for member in members.memberships_of(session, chat_id=chat_id):
        found = groups.get_group(session, member.group_id) if member.role == CONTACT else None
        if found is not None and _has_idea(session, found.chat_id, call):
            return found
    return None


def _follow(
    context: Context, call: Call, chat_id: int | None, wishes: Wishes | None = None
) -> None:
    session, now = context.session, context.now
    if chat_id is None:
        return
    if subscriptions.find_subscription(session, chat_id=chat_id, call_id=call.id) is not None:
        return
    subscription, _new = subscriptions.subscribe(session, chat_id=chat_id, call=call, now=now)
    programme = context.programme
    keep_wishes(session, subscription, call, wishes or Wishes(), programme=programme, now=now)


def _has_idea(session: Session, chat_id: int, call: Call) -> bool:
    """Whether the applicant behind this chat has an idea for the call."""
    applicant = applicants.find_applicant(session, chat_id=chat_id)
    found = ideas.ideas_of(session, applicant_id=applicant.id) if applicant else []
    return any(idea.call_code == call.code for idea in found)
