"""Leads that are the same: merged into one, and taken apart again as they were."""

from typing import Any

from bot.desk.buttons import chosen, is_press
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.showing import show_change
from bot.pipeline.wording import Wording
from storage import duplicates, leads
from storage.models import Lead


class Merging:
    """The buttons *Merge* and *Take apart*, and the commands for both."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"merge": self._merge, "unmerge": self._unmerge}

    def take_apart(self, moment: Moment, lead: Lead) -> Outcome:
        """Let the lead stand by itself again."""
        kept = duplicates.unmerge(moment.session, lead, who=moment.member.name, now=moment.now)
        if kept is None:
            status = self._wording.say(f"card_status_{lead.status}", {})
            return self._answer(moment, "staff_not_now", reference=lead.reference, status=status)
        for one in (lead, kept):
            show_change(moment, one)
        return self._post(lead, "staff_unmerged", kept=kept.reference)

    def _unmerge(self, moment: Moment, words: str) -> Outcome:
        lead, _said = lead_meant(moment, words)
        if lead is None:
            return not_meant(self._wording, words, "staff_which_lead", verb="unmerge")
        return self.take_apart(moment, lead)

    def _merge(self, moment: Moment, words: str) -> Outcome:
        pair = self._pressed(moment, words) if is_press(moment) else self._named(moment, words)
        if pair is None:
            return self._answer(moment, "staff_merge_how")
        lead, other = pair
        who = moment.member.name
        kept = duplicates.merge(moment.session, lead, into=other, who=who, now=moment.now)
        if kept is None:
            values = {"reference": lead.reference, "kept": other.reference}
            return self._answer(moment, "staff_merge_not", **values)
        for one in (lead, kept):
            show_change(moment, one)
        response = "staff_merged" if lead.chat_id == kept.chat_id else "staff_merged_apart"
        return self._post(lead, response, kept=kept.reference, who=who)

    def _pressed(self, moment: Moment, words: str) -> tuple[Lead, Lead] | None:
        """On a card: the one that is kept of the two is the other's."""
        lead, number = lead_meant(moment, "")[0], chosen(moment, words).get("lead", "")
        other = leads.get_lead(moment.session, int(number)) if number.isdecimal() else None
        if lead is None or other is None:
            return None
        kept = duplicates.to_keep(lead, other)
        return (other if kept is lead else lead), kept

    def _named(self, moment: Moment, words: str) -> tuple[Lead, Lead] | None:
        """By command the one that is named last is kept."""
        lead, said = lead_meant(moment, words)
        kept = leads.find_by_reference(moment.session, reference=said) if said else None
        return (lead, kept) if lead is not None and kept is not None else None

    def _post(self, lead: Lead, response: str, **values: Any) -> Outcome:
        told = self._wording.reply(response, {"reference": lead.reference, **values})
        return Outcome((told,), lead_id=lead.id, detail={"kept": values["kept"]})

    def _answer(self, moment: Moment, response: str, **values: Any) -> Outcome:
        reply = self._wording.reply(response, values)
        return Outcome(notice=reply) if is_press(moment) else Outcome((reply,))
