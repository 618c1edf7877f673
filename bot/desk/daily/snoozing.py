"""Letting a lead rest until a day: it leaves the lists of what waits, and wakes by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.groups.applying import who_sent
from actions.times.said_moments import moment_said
from actions.times.staff_hours import StaffHours
from bot.clock import Clock
from bot.desk.buttons import button, chosen
from bot.desk.daily.lead_lines import LeadLines
from bot.desk.leads.cards import queue_card_edit
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.posts import answer_in_place
from bot.desk.questions import asking
from bot.desk.showing import show_change, tell, tell_assignee
from bot.pipeline.composing import Draft, DroppedError
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import lead_work, leads, messages, outbox, staff, threads
from storage.lead_statuses import OPEN
from storage.models import Lead, StaffMember
from storage.outbox import Claimed, Lane

WAKES = "lead_wakes"  # the outbox kind
_CHOICES = {"tomorrow": 1, "three_days": 3, "next_week": 7}  # days; then the team's next one


class Snoozing:
    """The button *Snooze*, and the commands `/snooze` and `/wake`."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme
        self._lines = LeadLines(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"snooze": self._snooze, "wake": self._wake}

    def _snooze(self, moment: Moment, words: str) -> Outcome:
        values = chosen(moment, words)
        lead, rest = lead_meant(moment, "" if values else words)
        if lead is None:
            return not_meant(self._wording, words, "staff_snooze_how")
        if lead.status not in OPEN:
            return self._say("staff_lead_over", lead)
        if values:
            return self._until(moment, lead, self._morning(moment.now, values["for"]))
        at, _words = moment_said(
            rest, now=moment.now, zone=self._programme.zone, moments=self._programme.moments
        )
        if at is None:
            return self._ask(lead, unclear=rest)
        if at <= moment.now:
            return self._say("staff_past", lead, when=self._lines.when(at, moment.now))
        return self._until(moment, lead, at)

    def _ask(self, lead: Lead, *, unclear: str) -> Outcome:
        name = "staff_snooze_unclear" if unclear else "staff_snooze_ask"
        reply = self._wording.reply(name, {"reference": lead.reference, "said": unclear})
        choices = tuple(
            button(self._label(f"snooze_{name}"), "snooze", **{"for": name}) for name in _CHOICES
        )
        return Outcome((asking(replace(reply, buttons=choices), "snooze"),), lead_id=lead.id)

    def _morning(self, now: datetime, choice: str) -> datetime:
        """Early on the team's first day from then on."""
        hours = StaffHours.of(self._programme)
        before = now.astimezone(hours.zone).date() + timedelta(days=_CHOICES[choice] - 1)
        day = next(hours.days_after(before), before + timedelta(days=1))
        return hours.instant(day, self._programme.staffing.digest_at)

    def _until(self, moment: Moment, lead: Lead, until: datetime) -> Outcome:
        session, who, now = moment.session, moment.member.name, moment.now
        lead_work.snooze(session, lead, until=until, who=who, now=now)
        show_change(moment, lead)
        when = self._lines.when(until, now)
        tell_assignee(moment, lead, self._wording, "staff_told_snoozed", when=when)
        self._queue_waking(moment, lead, until)
        reply = self._wording.reply(
            "staff_snoozed", {"reference": lead.reference, "when": when, "who": who}
        )
        reply = replace(reply, buttons=(button(self._label("wake"), "wake"),))
        return answer_in_place(moment, lead, reply)

    def _queue_waking(self, moment: Moment, lead: Lead, until: datetime) -> None:
        place = moment.chat.id
        if moment.desk_id is not None:
            place = threads.place_of_lead(
                moment.session, lead.id, desk_id=moment.desk_id, now=moment.now
            )
        outbox.queue(
            moment.session,
            chat_id=place,
            kind=WAKES,
            lane=Lane.LEADS,
            now=moment.now,
            due_at=until,
            payload={"lead_id": lead.id, "until": until.isoformat()},
            dedupe_key=f"{WAKES}:{lead.id}:{lead.version}",
        )

    def _wake(self, moment: Moment, words: str) -> Outcome:
        lead, _rest = lead_meant(moment, words)
        if lead is None:
            return not_meant(self._wording, words, "staff_snooze_how")
        if not lead_work.wake(moment.session, lead, who=moment.member.name, now=moment.now):
            return self._say("staff_awake_already", lead)
        show_change(moment, lead)
        tell_assignee(moment, lead, self._wording, "staff_told_woken")
        values = {"reference": lead.reference, "who": moment.member.name}
        return answer_in_place(moment, lead, self._wording.reply("staff_woken", values))

    def _label(self, name: str) -> str:
        return str(self._wording.say(f"staff_button_{name}", {}).unescape())

    def _say(self, response: str, lead: Lead, **values: object) -> Outcome:
        named = {"reference": lead.reference, **values}
        return Outcome((self._wording.reply(response, named),), lead_id=lead.id)


class Waking:
    """Says that a lead is back when its rest is over: where its card is, and in private."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._clock = clock
        self.say = wording.say
        self.programme = programme

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """Raises DroppedError if it was woken or put to rest anew meanwhile. A second try to say it
        does nothing again."""
        lead = leads.get_lead(session, claimed.payload.get("lead_id", 0))
        if lead is None or lead.status not in OPEN:
            raise DroppedError("the lead is over")
        until = datetime.fromisoformat(claimed.payload["until"])
        if lead.snoozed_until == until:
            self._wake(session, claimed, lead)
        elif claimed.message_id is None:
            raise DroppedError("it was woken, or rests until another day")
        card = messages.card_of_lead(session, lead_id=lead.id, chat_id=claimed.chat_id)
        return Draft(
            self._woke(session, lead),
            lead_id=lead.id,
            reply_to_id=card.id if card else None,
        )

    def _wake(self, session: Session, claimed: Claimed, lead: Lead) -> None:
        now = self._clock.now()
        lead_work.wake(session, lead, who=None, now=now)
        desk_id = staff.staff_chat_id(session, channel=claimed.channel)
        if desk_id is not None:
            queue_card_edit(session, lead, chat_id=desk_id, now=now)
        assignee = session.get(StaffMember, lead.assignee_id) if lead.assignee_id else None
        if assignee is not None and claimed.chat_kind != "private":
            tell(session, assignee, self._woke(session, lead), lead=lead, now=now)

    def _woke(self, session: Session, lead: Lead) -> Reply:
        values = {
            "reference": lead.reference,
            "who": who_sent(self, lead),
            "assignee": leads.assignee_name(session, lead) or self.say("staff_list_nobody", {}),
            "action": lead.next_action,
        }
        reply = self._wording.reply("staff_woke", values)
        label = str(self.say("staff_button_open_lead", {}).unescape())
        return replace(reply, buttons=(button(label, "lead", reference=lead.reference),))
