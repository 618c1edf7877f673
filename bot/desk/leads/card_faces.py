"""How the card of a lead looks: which response shows it, with which lines and which buttons."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from actions.labels import blocks
from actions.leads.card_notes import related_lines, related_of
from actions.leads.cards import LONGEST_ANSWER, card_values
from actions.matching.alike import AlikeLead, alike_lines
from bot.pipeline.speech import LONGEST_TEXT, visible_length
from bot.pipeline.wording import Wording
from dialogues import payloads
from dialogues.exchange import Button, Reply
from dialogues.programme import Programme
from storage import lead_senders
from storage.duplicates import Related
from storage.lead_statuses import OVER, may
from storage.models import Lead

# What has to be able to happen to a lead for a button to stand on its card.
_HAPPENS = {
    "claim": "claimed",
    "changes": "changes_asked",
    "qualify": "qualified",
    "decline": "declined",
    "done": "done",
    "reopen": "reopened",
    "unmerge": "unmerged",
}
_ANSWERS_CUT_TO = (LONGEST_ANSWER, 120, 40)  # characters: a card is one message
_MOST_MERGED = 4


class CardFaces:
    """Words cards as leads stand now."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording

    def face(
        self, session: Session, lead: Lead, alike: Sequence[AlikeLead], *, now: datetime
    ) -> Reply:
        """The card; `alike` are the leads whose ideas are like its own."""
        apart = [it for it in alike if it.lead.status != "duplicate"]
        same = related_of(session, lead)
        below = [related_lines(self, same), alike_lines(self, lead, apart)]
        for longest in _ANSWERS_CUT_TO:
            values = card_values(
                session, lead.id, programme=self.programme, say=self.say, now=now, longest=longest
            )
            values["lines"] = blocks([values["lines"], *below])
            reply = self._wording.reply(_response(lead), values)
            if visible_length(reply.text) <= LONGEST_TEXT:
                break
        shown = (it for it in reply.buttons if _can_be_pressed(it, lead))
        return replace(reply, buttons=(*shown, *self._merging(lead, same, apart)))

    def _merging(
        self, lead: Lead, same: Sequence[Related], alike: Sequence[AlikeLead]
    ) -> Iterator[Button]:
        """A button for each lead that may be the same."""
        if lead.status in OVER:
            return
        others = {it.id: it for it in (*(it.lead for it in same), *(it.lead for it in alike))}
        for other in list(others.values())[:_MOST_MERGED]:
            code = other.reference.rpartition("-")[2]
            label = self.say("card_button_merge", {"code": code}).unescape()
            yield Button(label, payload=f"/merge(lead={other.id})")


def _response(lead: Lead) -> str:
    """The response that shows a lead as it stands; only an open one can be claimed."""
    if lead.status == "withdrawn":
        is_gone = lead_senders.is_anonymous(lead)
        return "staff_lead_card_withdrawn" if is_gone else "staff_lead_card_taken_back"
    if lead.status in OVER:
        return "staff_lead_card_closed"
    return "staff_lead_card" if lead.assignee_id is None else "staff_lead_card_taken"


def _can_be_pressed(button: Button, lead: Lead) -> bool:
    return is_possible(payloads.parse(button.payload or "").name, lead)


def is_possible(verb: str | None, lead: Lead) -> bool:
    """Whether what this verb asks for can happen to the lead as it stands."""
    return verb not in _HAPPENS or may(_HAPPENS[verb], lead.status)
