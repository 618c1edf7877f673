"""Putting one's name on a lead: of several who want it at once, one gets it."""

from bot.desk.buttons import is_press
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.showing import show_change
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from storage import lead_steps, leads
from storage.models import Lead


class Claiming:
    """The button *Claim*, `/claim`, and what a button that is not there any more says."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"claim": self._claim, "old_button": self._tell_how_it_stands}

    def _claim(self, moment: Moment, words: str) -> Outcome:
        if not is_press(moment):
            return self._claim_named(moment, words)
        lead_id = moment.post.lead_id if moment.post else None
        outcome = lead_id and lead_steps.claim(
            moment.session, lead_id=lead_id, staff_member=moment.member, now=moment.now
        )
        if not outcome:
            return self._notice("staff_old_button")
        if isinstance(outcome, lead_steps.AlreadyClaimed):
            return self._taken(outcome.lead, outcome.by)
        show_change(moment, outcome.lead)
        return self._notice("staff_claimed", who=moment.member.name)

    def _claim_named(self, moment: Moment, words: str) -> Outcome:
        """By command the answer is a post."""
        lead, _rest = lead_meant(moment, words)
        if lead is None:
            return not_meant(self._wording, words, "staff_which_lead", verb="claim")
        outcome = lead_steps.claim(
            moment.session, lead_id=lead.id, staff_member=moment.member, now=moment.now
        )
        if isinstance(outcome, lead_steps.Claimed):
            show_change(moment, lead)
            return self._post(lead, "staff_claimed", who=moment.member.name)
        by = outcome.by if outcome is not None else None
        if by is not None:
            return self._post(lead, "staff_claimed_already", who=by)
        status = self._wording.say(f"card_status_{lead.status}", {})
        return self._post(lead, "staff_not_now", status=status)

    def _tell_how_it_stands(self, moment: Moment, _words: str) -> Outcome:
        lead_id = moment.post.lead_id if moment.post else None
        lead = leads.get_lead(moment.session, lead_id) if lead_id else None
        is_others = lead is not None and lead.assignee_id not in (None, moment.member.id)
        by = leads.assignee_name(moment.session, lead) if lead and is_others else None
        return self._taken(lead, by) if lead and by else self._notice("staff_old_button")

    def _taken(self, lead: Lead, by: str | None) -> Outcome:
        if by is None:
            return self._notice("staff_old_button")
        return self._notice("staff_claimed_already", who=by, reference=lead.reference)

    def _notice(self, response: str, **values: str) -> Outcome:
        notice: Reply = self._wording.reply(response, values)
        return Outcome(notice=notice)

    def _post(self, lead: Lead, response: str, **values: str) -> Outcome:
        reply = self._wording.reply(response, {"reference": lead.reference, **values})
        return Outcome((reply,), lead_id=lead.id)
