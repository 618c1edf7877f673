"""What is on for somebody today, and the morning digest, which says the same unasked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import blocks, lines
from bot.desk.buttons import button
from bot.desk.daily.lead_lines import LeadLines
from bot.desk.daily.lists import looking_now
from bot.pipeline.wording import Wording
from dialogues.exchange import Button, Reply
from dialogues.programme import Programme
from storage import calls, ideas, lead_lists, leads
from storage.calls import CallState, ends_at
from storage.lead_lists import Looking, View
from storage.models import Call, Handoff, Lead, StaffMember

_MOST = 5  # of a kind
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is on, in words; `leads` are those that are named, `is_empty` if nothing is."""

    reply: Reply
    leads: tuple[int, ...]
    is_empty: bool


class Today:
    """Words what is on for a member of the staff."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._lines = LeadLines(wording=wording, programme=programme)

    def agenda(self, session: Session, member: StaffMember, *, now: datetime) -> Agenda:
        """All of it, the most pressing first."""
        looking = looking_now(self.programme, member.id, now)
        tonight = self._tonight(now)
        due = lead_lists.due_next(session, member_id=member.id, until=tonight, limit=_MOST)
        waking = lead_lists.waking(session, looking, until=tonight, limit=_MOST)
        parts = [
            self._handoffs(session, now),
            self._listed(session, "due", due, now),
            self._listed(session, "waking", waking, now),
            self._counted(session, View.OVERDUE, looking),
            self._counted(session, View.WAITING, looking),
            self._closing(session, now),
        ]
        said = blocks(parts)
        name = "staff_today" if said else "staff_today_nothing"
        reply = self._wording.reply(name, {"who": member.name, "parts": said})
        named = [*due, *waking]
        buttons = (*_leads(named), *self._views())
        return Agenda(replace(reply, buttons=buttons), tuple(it.id for it in named), not said)

    def _tonight(self, now: datetime) -> datetime:
        day = now.astimezone(self.programme.zone).date() + _DAY
        return datetime.combine(day, time.min, self.programme.zone)

    def _listed(self, session: Session, what: str, found: list[Lead], now: datetime) -> Markup:
        if not found:
            return Markup("")
        told = self._lines.lines(session, found, now=now)
        return lines([self.say(f"staff_today_{what}", {}), told])

    def _counted(self, session: Session, view: View, looking: Looking) -> Markup:
        """How many leads a list has, and how old its oldest is."""
        count = lead_lists.count_in(session, view, looking)
        if not count:
            return Markup("")
        oldest = lead_lists.leads_in(session, view, looking, limit=1)[0]
        values = {"count": count, "age": self._lines.age(oldest, looking.now)}
        return self.say(f"staff_today_{view}", values)

    def _handoffs(self, session: Session, now: datetime) -> Markup:
        """Who waits for a person. Names are left out: they stand in the post that asks for one."""
        found = lead_lists.handoffs_waiting(session, limit=_MOST)
        if not found:
            return Markup("")
        told = (self._handoff(session, it, now) for it in found)
        return lines([self.say("staff_today_handoffs", {}), *told])

    def _handoff(self, session: Session, handoff: Handoff, now: datetime) -> Markup:
        lead = leads.get_lead(session, handoff.lead_id) if handoff.lead_id else None
        values = {
            "reference": lead.reference if lead else None,
            "when": self._lines.when(handoff.created_at, now),
        }
        return self.say(f"staff_today_handoff_{handoff.reason}", values)

    def _closing(self, session: Session, now: datetime) -> Markup:
        soon = timedelta(days=self.programme.closing_soon_days)
        found = [
            call
            for call in calls.open_calls(session, now=now)
            if calls.state_of(call, now=now, closing_soon=soon) is CallState.CLOSING_SOON
        ]
        return lines(self._call(session, call, now) for call in found)

    def _call(self, session: Session, call: Call, now: datetime) -> Markup:
        values = {
            "call_title": call.title,
            "when": self._lines.when(ends_at(call), now),
            "drafts": ideas.count_drafts(session, code=call.code),
        }
        return self.say("staff_today_call", values)

    def _views(self) -> Iterator[Button]:
        label = str(self.say("staff_button_all_leads", {}).unescape())
        yield button(label, "leads")


def _leads(found: list[Lead]) -> Iterator[Button]:
    once = dict.fromkeys(lead.reference for lead in found)
    return (button(it, "lead", reference=it) for it in once)
