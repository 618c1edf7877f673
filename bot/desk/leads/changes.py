"""Staff ask a resident to change answers of what was sent, and the resident is reminded once."""

from typing import Any

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import lines
from actions.leads.change_wishes import Unclear, reminder_at, until_said, wish_in
from actions.times.instants import in_words
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.naming import lead_meant, not_meant
from bot.desk.showing import show_change
from bot.pipeline.beginnings import begin
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import change_requests, chats, lead_events, leads, outbox
from storage.lead_statuses import OPEN
from storage.models import ChangeRequest, Lead
from storage.outbox import Claimed, Lane
from storage.submissions import texts_of

REMINDER = "changes_reminder"  # the outbox kind


class Changes:
    """The command `/changes`, and the button that shows what can be asked about."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"changes": self._changes}

    def _changes(self, moment: Moment, words: str) -> Outcome:
        lead, rest = lead_meant(moment, words)
        if lead is None:
            return not_meant(self._wording, words, "staff_changes_how")
        leads.hold_leads(moment.session, [lead.id])
        return Outcome((self._asked(moment, lead, rest),), lead_id=lead.id)

    def _asked(self, moment: Moment, lead: Lead, rest: str) -> Reply:
        """Do what the words after the reference say; the answer to staff."""
        if lead.status not in OPEN or lead.chat_id is None:
            return self._reply("staff_changes_over", reference=lead.reference)
        if not self.questions(lead):
            return self._reply("staff_changes_nothing", reference=lead.reference)
        if not rest:
            return self._reply("staff_changes_list", **self._listed(lead))
        return self._ask(moment, lead, rest)

    def _ask(self, moment: Moment, lead: Lead, written: str) -> Reply:
        wish = wish_in(written, self.questions(lead))
        if isinstance(wish, Unclear):
            return self._reply("staff_changes_unclear", said=wish.said, **self._listed(lead))
        resident = chats.get_chat(moment.session, lead.chat_id or 0)
        if resident.blocked_at is not None:
            return self._reply("staff_resident_gone")
        request = self._keep(moment, lead, wish.questions, wish.words)
        named_by, key = {"change_request": str(request.id)}, f"changes:{request.id}"
        begin(moment.session, resident.id, "changes_asked", named_by, key=key, now=moment.now)
        named = self.questions(lead)
        return self._reply(
            "staff_changes_asked",
            reference=lead.reference,
            who=lead.applicant_name,
            questions=", ".join(named[it] for it in request.questions),
            until=in_words(request.until, moment.now, self._programme.zone),
        )

    def _keep(self, moment: Moment, lead: Lead, questions: list[str], words: str) -> ChangeRequest:
        """Keep the request, show it on the card, and have them reminded of it."""
        session, now, zone = moment.session, moment.now, self._programme.zone
        until = until_said(
            words,
            self._programme.moments,
            now=now,
            zone=zone,
            days=self._programme.changes_within_days,
        )
        who = moment.member.name
        request = change_requests.ask_for_changes(
            session, lead, questions=questions, who=who, words=words or None, until=until, now=now
        )
        lead_events.record_event(session, lead, kind="changes_asked", who=who, words=words, now=now)
        show_change(moment, lead)
        outbox.queue(
            session,
            chat_id=lead.chat_id or 0,
            kind=REMINDER,
            lane=Lane.REMINDERS,
            now=now,
            due_at=reminder_at(now, until, zone=zone, quiet=self._programme.quiet_hours),
            payload={"request_id": request.id},
            dedupe_key=f"{REMINDER}:{request.id}",
        )
        return request

    def questions(self, lead: Lead) -> dict[str, str]:
        """The questions that can be asked about, with their names: of an idea also those that have
        no answer yet."""
        offer = self._programme.offers.get(lead.kind)
        known = self._programme.canvas.questions if offer and offer.takes_ideas else ()
        return {
            name: self._wording.say(f"label_{name}", {}).striptags()
            for name in dict.fromkeys((*known, *self.texts(lead)))
        }

    def texts(self, lead: Lead) -> dict[str, str]:
        """What was answered, by question."""
        return texts_of(lead.idea, title=self._programme.canvas.title)

    def _listed(self, lead: Lead) -> dict[str, Any]:
        texts = self.texts(lead)
        told = [
            self._answer_line(number, name, texts.get(slot))
            for number, (slot, name) in enumerate(self.questions(lead).items(), 1)
        ]
        return {"reference": lead.reference, "lines": lines(told)}

    def _answer_line(self, number: int, name: str, text: str | None) -> Markup:
        line = "staff_answer_line" if text else "staff_answer_line_open"
        return self._wording.say(line, {"number": number, "question": name, "answer": text})

    def _reply(self, response: str, **values: Any) -> Reply:
        return self._wording.reply(response, values)


class ChangesReminder:
    """Words the one reminder of a request when it is claimed, if it is still open."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """Raises DroppedError if nothing is left to answer, PostponedError in quiet hours."""
        now, zone = self._clock.now(), self._programme.zone
        request = change_requests.get_request(session, claimed.payload.get("request_id", 0))
        lead = leads.get_lead(session, request.lead_id) if request else None
        if request is None or lead is None or request.closed_at is not None:
            raise DroppedError("it was answered, or has come to an end")
        if request.until <= now or lead.chat_id != claimed.chat_id:
            raise DroppedError("its time is over")
        allowed = allowed_from(now, zone=zone, quiet=self._programme.quiet_hours)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")
        change_requests.note_reminded(session, request, now=now)
        named = (self._wording.say(f"label_{it}", {}) for it in request.questions)
        values = {
            "staff_name": request.who,
            "reference": lead.reference,
            "questions": Markup(", ").join(named),
            "until": in_words(request.until, now, zone),
        }
        return Draft(self._wording.reply("utter_changes_reminder", values))
