"""The contact of a group: whom the team writes to. When it is somebody else, what was sent moves
along."""

from actions.boards import queue_board
from actions.context import Context
from actions.desk.staff_posts import queue_for_staff
from actions.members.deadlines import follow_as_contact
from actions.members.told import is_reachable, tell
from storage import applicants, lead_senders, members
from storage.models import Group, Member
from storage.outbox import Lane


def make_contact(context: Context, group: Group, member: Member) -> None:
    """They are the contact from now on. The caller holds the group."""
    members.give_role(context.session, member, members.CONTACT)
    applicants.forget_contact(context.session, chat_id=group.chat_id)
    hand_leads(context, group, member)
    follow_as_contact(context, group, member)
    queue_board(context.session, group, now=context.now)


def hand_leads(context: Context, group: Group, contact: Member) -> None:
    """What the group has sent is theirs to hear of; the cards say so."""
    if contact.chat_id is None:
        return
    moved = lead_senders.move_group_leads(
        context.session,
        group_id=group.id,
        chat_id=contact.chat_id,
        name=contact.name,
        now=context.now,
    )
    for lead in moved:
        queue_for_staff(context, "lead_card_edit", {"lead_id": lead.id}, Lane.LEADS)


def succeed(context: Context, group: Group) -> Member | None:
    """The contact has gone: it is the second contact now, else who joined first of those who may;
    one whom we can reach before others. None if nobody is left."""
    found = members.members_of(
        context.session, group_id=group.id, roles=(members.SECOND, members.MEMBER)
    )
    found.sort(key=lambda it: (not is_reachable(context.session, it), it.role != members.SECOND))
    if not found:
        return None
    make_contact(context, group, found[0])
    tell(context.session, found[0], "contact", now=context.now)
    return found[0]
