"""What a group hears of what was sent for it: worded when it goes out, so that it is true then."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from actions.context import Context
from actions.counting import Moment
from actions.groups.posts import RECEIPT, SENT
from actions.labels import Say
from actions.leads.receipts import newest_change, receipt_values
from actions.members.names import first_name
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, Writer
from bot.pipeline.wording import Wording
from dialogues.exchange import Did, Incoming
from dialogues.programme import Programme
from storage import groups, leads
from storage.models import Group, Lead
from storage.outbox import Claimed


class GroupPosts:
    """Words them: in the group's chat only the reference, and who stands for it."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.programme = programme
        self._wording = wording
        self._clock = clock

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self._wording.say

    @property
    def writers(self) -> Mapping[str, Writer]:
        """The outbox kinds that are written here."""
        return {SENT: self._sent, RECEIPT: self._receipt}

    def _sent(self, session: Session, claimed: Claimed) -> Draft:
        lead, group = _about(session, claimed)
        if group.closed_at is not None:
            raise DroppedError("we are not in the group any more")
        return Draft(self._wording.reply(_IN_GROUP[_what(claimed)], _values(lead)))

    def _receipt(self, session: Session, claimed: Claimed) -> Draft:
        """The same receipt that the other one got; of a new version what is new in it."""
        lead, _group = _about(session, claimed)
        context = self._context(session, claimed)
        values = {**receipt_values(context, lead), **_values(lead)}
        values["changed"] = newest_change(context, lead)
        return Draft(self._wording.reply(_IN_PRIVATE[_what(claimed)], values))

    def _context(self, session: Session, claimed: Claimed) -> Context:
        now = self._clock.now()
        return Context(
            session=session,
            now=now,
            chat_id=claimed.chat_id,
            programme=self.programme,
            say=self.say,
            incoming=Incoming(Did.INTERNAL),
            staff_chat_id=None,
            channel=claimed.channel,
            moment=Moment(now),
        )


_IN_GROUP = {"new": "utter_group_sent", "withdrawn": "utter_group_withdrawn"}
_IN_PRIVATE = {
    "new": "utter_group_receipt",
    "changed": "utter_group_receipt_changed",
    "withdrawn": "utter_group_withdrawn",
}


def _about(session: Session, claimed: Claimed) -> tuple[Lead, Group]:
    lead = leads.get_lead(session, claimed.payload.get("lead_id", 0))
    group = groups.get_group(session, lead.group_id) if lead and lead.group_id else None
    if lead is None or group is None:
        raise DroppedError("it was deleted")
    return lead, group


def _what(claimed: Claimed) -> str:
    return str(claimed.payload["what"])


def _values(lead: Lead) -> dict[str, Any]:
    """The first name is enough for those who know each other."""
    return {
        "reference": lead.reference,
        "group": lead.on_behalf_of,
        "contact_name": first_name(lead.applicant_name),
        "title": (lead.idea or {}).get("title"),
    }
