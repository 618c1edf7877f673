"""Closing a lead with an outcome, which the resident reads: `/done`, or the button *Done*."""

from dataclasses import replace

from bot.desk.buttons import is_press
from bot.desk.leads.reaching import tell, way_to
from bot.desk.moment import Deed, Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.showing import show_change
from bot.pipeline.wording import Wording
from storage import lead_steps
from storage.models import Lead


class Closing:
    """The command closes it at once with the words that stand there; the button, and the command
    without words, show first what they would read, which is `show_done`."""

    def __init__(self, *, wording: Wording, show_done: Deed, has_mail: bool = False) -> None:
        self._wording = wording
        self._show_done = show_done
        self._has_mail = has_mail

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"done": self._close}

    def _close(self, moment: Moment, words: str) -> Outcome:
        if is_press(moment):
            return self._show_done(moment, words)
        lead, outcome = lead_meant(moment, words)
        if lead is None and len(words.split()) > 1:
            return not_meant(self._wording, words, "staff_done_how")
        if lead is None:
            return self._post("staff_done_how")
        if not outcome:
            return self._show_done(moment, words)
        who = moment.member.name
        closed = lead_steps.close(
            moment.session,
            reference=lead.reference,
            outcome=outcome,
            who=who,
            now=moment.now,
        )
        if closed is None:
            return self._post("staff_done_how")
        if closed.changed:
            self._tell_outcome(moment, closed.lead)
        return replace(self._answer(moment, closed.lead), lead_id=closed.lead.id)

    def _answer(self, moment: Moment, lead: Lead) -> Outcome:
        """What whoever closed it hears of it."""
        if lead.status != "done":
            status = self._wording.say(f"card_status_{lead.status}", {})
            return self._post("staff_not_now", reference=lead.reference, status=status)
        way = way_to(moment.session, lead, has_mail=self._has_mail)
        return self._post(f"staff_done{way}", reference=lead.reference, who=moment.member.name)

    def _tell_outcome(self, moment: Moment, lead: Lead) -> None:
        show_change(moment, lead)
        told = {"reference": lead.reference, "outcome": lead.outcome}
        way = way_to(moment.session, lead, has_mail=self._has_mail)
        reply = self._wording.reply("utter_lead_done", told)
        tell(moment.session, lead, reply, way=way, now=moment.now)

    def _post(self, response: str, **values: str) -> Outcome:
        return Outcome((self._wording.reply(response, values),))
