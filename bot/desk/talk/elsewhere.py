"""Residents who are not on Telegram: how staff reach them instead."""

from actions.contacts import contact_way
from actions.leads.cards import contact_words
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage.models import Lead


class Elsewhere:
    """Says that words cannot be passed on, and what to do instead."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording

    def reply(self, lead: Lead) -> Reply:
        """To ring them, to write to them, or to wait until they come again."""
        way = contact_way(lead.contact) if lead.contact else "nothing"
        values = {
            "who": lead.applicant_name,
            "reference": lead.reference,
            "contact": contact_words(self, lead.contact),
        }
        return self._wording.reply(f"staff_elsewhere_{way}", values)
