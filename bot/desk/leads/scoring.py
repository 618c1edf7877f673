"""A score of staff's own, instead of that of the rules: `/score`."""

import re

from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant
from bot.desk.showing import show_change
from bot.pipeline.wording import Wording
from storage import lead_events, leads, submissions
from storage.lead_statuses import OPEN
from storage.models import Lead

_SCORE = re.compile(r"(\d{1,3})(?:\s*%)?\s+(\S.*)", re.DOTALL)


class Scoring:
    """The command. What the rules say stays beside it, so that it is seen what was overruled."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"score": self._score}

    def _score(self, moment: Moment, words: str) -> Outcome:
        meant, said = lead_meant(moment, words)
        given = _SCORE.fullmatch(said)
        if meant is None or given is None or int(given[1]) > 100:
            return Outcome((self._wording.reply("staff_score_how", {}),))
        [lead] = leads.hold_leads(moment.session, [meant.id])
        if lead.status not in OPEN:
            status = self._wording.say(f"card_status_{lead.status}", {})
            values = {"reference": lead.reference, "status": status}
            return Outcome((self._wording.reply("staff_not_now", values),))
        return self._keep(moment, lead, int(given[1]), given[2].strip())

    def _keep(self, moment: Moment, lead: Lead, score: int, note: str) -> Outcome:
        session, who = moment.session, moment.member.name
        last = submissions.newest_submission(session, lead_id=lead.id)
        lead.overruled = {
            "score": score,
            "note": note,
            "who": who,
            "at": moment.now.isoformat(),
            "of_version": last.version if last else 1,
        }
        lead_events.record_event(session, lead, kind="scored", who=who, words=note, now=moment.now)
        show_change(moment, lead)
        values = {"reference": lead.reference, "score": score, "who": who}
        kept = self._wording.reply("staff_score_kept", values)
        return Outcome((kept,), lead_id=lead.id, detail={"score": score})
