"""What a group has sent, and who may see it again, change it and take it back.

It stands with the contact's private chat, like all that they have sent. Their second may handle it
as well. Which of the things that were sent are at hand hangs on whom the person speaks for.
"""

from collections.abc import Sequence

from actions import speaking
from actions.context import Context
from actions.groups.posts import tell_group
from storage import leads, members
from storage.models import Idea, Lead


def leads_at_hand(context: Context) -> list[Lead]:
    """What was sent by whom this person speaks for, oldest first: the group, or themselves and the
    groups that they are the contact of."""
    session, spoken_for = context.session, context.speaking
    if spoken_for is None:
        return leads.leads_of_chat(session, chat_id=context.chat_id)
    return leads.leads_of_group(session, group_id=spoken_for.group.id) if spoken_for.leads else []


def own_leads(context: Context) -> list[Lead]:
    """What was sent by just whom this person speaks for: for themselves nothing of a group."""
    return [it for it in leads_at_hand(context) if is_spoken_for(context, it)]


def may_handle(context: Context, lead: Lead) -> bool:
    """Whether this person sent it, or leads the group that did."""
    if lead.chat_id == context.chat_id:
        return True
    if lead.group_id is None:
        return False
    member = members.membership(context.session, group_id=lead.group_id, chat_id=context.chat_id)
    return member is not None and member.role in members.LEADING


def is_spoken_for(context: Context, lead: Lead) -> bool:
    """Whether what is told now is told for whoever sent it, so that it can be changed here."""
    group = context.speaking.group if context.speaking else None
    return lead.group_id == (group.id if group else None)


def tell_withdrawn(context: Context, lead: Lead) -> None:
    """It was taken back: the group hears of it."""
    if lead.group_id is not None:
        tell_group(context, lead, "withdrawn")


def credit_changes(context: Context, lead: Lead, changed: Sequence[Idea]) -> None:
    """Answers of the group's idea were changed by who does not speak for it at the moment."""
    if lead.group_id is None or is_spoken_for(context, lead):
        return
    spoken_for = speaking.speaking_of(
        context.session, group_id=lead.group_id, chat_id=context.chat_id, now=context.now
    )
    if spoken_for is not None:
        speaking.credit(context.session, spoken_for, changed, now=context.now)
