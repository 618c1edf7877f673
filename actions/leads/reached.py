"""How a group's contact is reached: their number or address is for the team, and for themselves."""

from markupsafe import Markup

from actions.contacts import contact_way
from actions.context import Context
from actions.leads.cards import contact_words
from storage.leads import NewLead
from storage.models import Lead

RESPONSES = frozenset(f"contact_of_group_{way}" for way in ("telegram", "phone", "email"))


def reached_words(context: Context, sent: Lead | NewLead) -> Markup:
    """What the person of this chat is told of it. Others of a group hear only in which way."""
    if sent.group_id is None or sent.chat_id == context.chat_id:
        return contact_words(context, sent.contact)
    values = {"name": sent.applicant_name}
    return context.say(f"contact_of_group_{contact_way(sent.contact)}", values)
