"""What may be done with a lead in its page: by whom, and as it stands now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.matching.alike import alike_leads
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.desk.access import ACCESS
from bot.desk.leads.card_faces import is_possible
from bot.desk.leads.changes import Changes
from bot.desk.leads.reaching import is_reachable
from storage import duplicates, lead_labels, lead_senders, staff
from storage.lead_statuses import OPEN, may
from storage.models import Lead, StaffMember

_MOST_LABELS_OFFERED = 50
_DECIDE = ("claim", "qualify", "decline", "done", "reopen", "unmerge")


@dataclass(frozen=True, slots=True)
class Question:
    """An answer that can be asked for anew, by its number at the desk."""

    number: int
    name: str
    text: str | None


@dataclass(frozen=True, slots=True)
class Same:
    """A lead that may be the same, and why; `kept` is the one of the two that stays."""

    lead: Lead
    why: str
    kept: str


class Offers:
    """Works it out, for one office."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._changes = Changes(wording=office.wording, programme=office.programme)

    def of(
        self, session: Session, lead: Lead, visitor: Visitor, *, now: datetime
    ) -> dict[str, Any]:
        """For the page: `can`, the verbs of the desk, and what their forms let choose from."""
        can = frozenset(it for it in self._possible(session, lead, now) if _may(visitor, it))
        return {
            "can": can,
            "members": self._members(session, visitor) if "assign" in can else [],
            "labels_in_use": lead_labels.labels_in_use(session, most=_MOST_LABELS_OFFERED)
            if "label" in can
            else [],
            "questions": self._questions(lead) if "changes" in can else [],
            "reasons": self._reasons() if "decline" in can else {},
            "same": list(self._same(session, lead)) if "merge" in can else [],
            "merged": duplicates.merged_into(session, lead) if _may(visitor, "unmerge") else [],
        }

    def _possible(self, session: Session, lead: Lead, now: datetime) -> Iterator[str]:
        is_open, is_known = lead.status in OPEN, not lead_senders.is_anonymous(lead)
        yield from (it for it in _DECIDE if is_possible(it, lead))
        if lead.assignee_id is not None:
            yield "unassign"
        if is_open:
            yield from ("assign", "score", "next")
            yield "wake" if lead.snoozed_until and lead.snoozed_until > now else "snooze"
        if is_known:
            yield "note"
            yield "label"
        if may("merged", lead.status):
            yield "merge"
        if is_known and is_reachable(session, lead):
            yield from ("tell", "say")
            if is_possible("changes", lead) and self._changes.questions(lead):
                yield "changes"

    def _members(self, session: Session, visitor: Visitor) -> list[StaffMember]:
        channel = session.get_one(StaffMember, visitor.staff_id).channel
        desk_id = staff.staff_chat_id(session, channel=channel)
        return staff.workers(session, channel=channel, desk_id=desk_id)

    def _questions(self, lead: Lead) -> list[Question]:
        texts = self._changes.texts(lead)
        named = self._changes.questions(lead).items()
        return [Question(at, name, texts.get(slot)) for at, (slot, name) in enumerate(named, 1)]

    def _reasons(self) -> dict[str, str]:
        names = self._office.programme.staffing.decline_reasons
        return {it: str(self._office.say(f"decline_label_{it}", {}).unescape()) for it in names}

    def _same(self, session: Session, lead: Lead) -> Iterator[Same]:
        """Those of the same people, then those whose ideas are like it."""
        seen = set()
        for found in duplicates.related(session, lead):
            seen.add(found.lead.id)
            why = ", ".join(self._office.say(f"card_same_{it}", {}).striptags() for it in found.why)
            yield Same(found.lead, why, duplicates.to_keep(lead, found.lead).reference)
        for alike in alike_leads(session, lead, self._office):
            if alike.lead.id not in seen and alike.lead.status not in ("withdrawn", "duplicate"):
                kept = duplicates.to_keep(lead, alike.lead).reference
                yield Same(alike.lead, alike.reasons.striptags(), kept)


def _may(visitor: Visitor, verb: str) -> bool:
    needed = ACCESS[verb].role
    return needed is not None and visitor.role.includes(needed)
