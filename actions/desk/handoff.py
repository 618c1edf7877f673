"""Getting a person: a resident's words go to staff, and so do their answers to staff."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.context import BoundAction, Context, media_of
from actions.desk.staff_posts import post_for_staff, queue_for_staff
from actions.times.instants import in_words
from actions.times.staff_hours import StaffHours
from storage import chats, handoffs, lead_events, leads, messages, talk_lines, threads
from storage.lead_statuses import OPEN
from storage.models import Handoff, Lead, LeadEvent
from storage.outbox import Lane, queue

PROMISE = "talk_promise"  # the outbox kind that falls due when an answer was promised by
TALK = "talk"  # the outbox kind that passes on what a resident says to staff
_ONE_CRISIS_FOR = timedelta(hours=1)
_ASKED = (
    "asked",
    "answer",
    "stuck",
    "left",
)  # one of these at a time; distress is told beside them


def handoff_key(handoff_id: int) -> str:
    """The outbox's key for the post of a handoff."""
    return f"handoff:{handoff_id}"


def event_key(event_id: int) -> str:
    """The outbox's key for the post of a resident's answer."""
    return f"event:{event_id}"


class HandOff(BoundAction):
    """Passes the words of `handoff_message` to staff, and says when to expect an answer."""

    called = "action_hand_off"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """While one waits for an answer, more words go to the same; the same words go once."""
        words = tracker.get_slot("handoff_message")
        handoff = hand_over(self.context, "asked", words)
        dispatcher.utter_message(**_promise(self.context, handoff))
        return []


class FlagStuck(BoundAction):
    """Fetches a person for somebody who is not understood, once."""

    called = "action_flag_stuck"

    def run(self, dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Utters when they answer; where somebody is asked already, or nobody is there, it offers
        a person as before."""
        context = self.context
        known = handoffs.open_of(
            context.session, chat_id=context.chat_id, now=context.now, reasons=_ASKED
        )
        if known is not None or context.staff_chat_id is None:
            dispatcher.utter_message(response="utter_not_understood_twice")
            return []
        promised = _promised(context, _open(context, "stuck", None))
        dispatcher.utter_message(response="utter_stuck_handed_over", **promised)
        return []


class FlagCrisis(BoundAction):
    """Tells staff that somebody wrote in distress, without their words; says nothing itself."""

    called = "action_flag_crisis"

    def run(self, _dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Once an hour is enough to bring somebody."""
        context = self.context
        flag_crisis(
            context.session,
            context.chat_id,
            staff_chat_id=context.staff_chat_id,
            now=context.now,
            answer_by=_answer_by(context),
        )
        return []


class PassAnswerOn(BoundAction):
    """Passes a resident's answer back to the staff member who wrote."""

    called = "action_pass_answer_on"

    def run(self, dispatcher: Any, tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """It goes to the lead that staff last wrote about, else it is a handoff of its own."""
        words = tracker.get_slot("staff_answer")
        if not words:
            return []
        lead = lead_events.last_written_about(self.context.session, chat_id=self.context.chat_id)
        if lead is None:
            hand_over(self.context, "answer", words)
        else:
            self._answer(lead, words)
        dispatcher.utter_message(
            response="utter_answer_passed_on", staff_name=tracker.get_slot("staff_name")
        )
        return []

    def _answer(self, lead: Lead, words: str) -> None:
        session = self.context.session
        last = lead_events.events_of(session, lead)[-1]
        if (last.kind, last.words) == ("resident_said", words):
            return
        event: LeadEvent = lead_events.record_event(
            session,
            lead,
            kind="resident_said",
            who=lead.applicant_name,
            words=words,
            now=self.context.now,
        )
        payload = {"event_id": event.id, "media": media_of(self.context.incoming)}
        key = event_key(event.id)
        queue_for_staff(self.context, "resident_words", payload, Lane.HANDOFF, key, lead_id=lead.id)


def hand_over(context: Context, reason: str, words: str | None) -> Handoff:
    """Open a handoff with these words, or add them to the one that is open."""
    known = handoffs.open_of(
        context.session, chat_id=context.chat_id, now=context.now, reasons=_ASKED
    )
    if known is None:
        return _open(context, reason, words)
    if words is not None and words not in (known.words or "").split("\n"):
        _add(context, known, words)
    return known


def flag_crisis(
    session: Session,
    chat_id: int,
    *,
    staff_chat_id: int | None,
    now: datetime,
    answer_by: datetime | None = None,
) -> None:
    """Staff hear that somebody wrote in distress in this chat, once an hour at most; never what. If
    nobody has answered at `answer_by`, others of them are told."""
    since = now - _ONE_CRISIS_FOR
    if handoffs.latest_handoff(session, chat_id=chat_id, reason="crisis", since=since) is not None:
        return
    is_private = chats.get_chat(session, chat_id).kind == "private"
    handoff = handoffs.open_handoff(
        session,
        chat_id=chat_id,
        reason="crisis",
        words=None,
        now=now,
        lead_id=_lead_of(session, chat_id) if is_private else None,
        promised_at=answer_by if is_private else None,
        relayed_to=messages.newest_id(session, chat_id),
    )
    if staff_chat_id is not None:
        _tell(session, handoff, desk_id=staff_chat_id, media=[], now=now)


def queue_promise(session: Session, handoff: Handoff, *, due_at: datetime, now: datetime) -> None:
    """At that instant it is looked whether somebody has answered."""
    queue(
        session,
        chat_id=handoff.chat_id,
        kind=PROMISE,
        lane=Lane.HANDOFF,
        now=now,
        due_at=due_at,
        payload={"handoff_id": handoff.id, "alert": handoff.alerts + 1},
    )


def queue_lines(
    session: Session,
    handoff: Handoff,
    *,
    due_at: datetime,
    now: datetime,
    begun: int | None = None,
) -> None:
    """What waits to be passed on goes to staff then; where there are none, it waits. Or what the
    post that begins with the line `begun` had no room for."""
    desk_id = _desk_of(session, handoff)
    if desk_id is not None:
        post_for_staff(
            session,
            TALK,
            {"handoff_id": handoff.id, **({"line_id": begun} if begun else {})},
            desk_id=desk_id,
            lane=Lane.HANDOFF,
            now=now,
            due_at=due_at,
            handoff=handoff,
        )


def wait_again(
    session: Session,
    over: Handoff,
    *,
    desk_id: int | None,
    answer_by: datetime,
    now: datetime,
) -> None:
    """Whoever talked with them has left the staff: they wait for somebody else, who sees what was
    said last."""
    said = talk_lines.newest_said(session, over.chat_id)
    handoff = handoffs.open_handoff(
        session,
        chat_id=over.chat_id,
        reason="left",
        words=said.text if said is not None and said.flow == talk_lines.FLOW else None,
        now=now,
        lead_id=over.lead_id,
        promised_at=answer_by if desk_id is not None else None,
        relayed_to=said.id if said is not None else None,
    )
    if desk_id is not None:
        _tell(session, handoff, desk_id=desk_id, media=[], now=now)


def _open(context: Context, reason: str, words: str | None) -> Handoff:
    session = context.session
    handoff = handoffs.open_handoff(
        session,
        chat_id=context.chat_id,
        reason=reason,
        words=words,
        now=context.now,
        lead_id=_lead_of(session, context.chat_id),
        promised_at=_answer_by(context),
        relayed_to=messages.newest_id(session, context.chat_id),
    )
    if context.staff_chat_id is not None:
        media = media_of(context.incoming)
        _tell(session, handoff, desk_id=context.staff_chat_id, media=media, now=context.now)
    return handoff


def _tell(
    session: Session, handoff: Handoff, *, desk_id: int, media: list[dict[str, Any]], now: datetime
) -> None:
    post_for_staff(
        session,
        "handoff_card",
        {"handoff_id": handoff.id, "media": media},
        desk_id=desk_id,
        lane=Lane.HANDOFF,
        now=now,
        dedupe_key=handoff_key(handoff.id),
        handoff=handoff,
    )
    if handoff.promised_at is not None:
        queue_promise(session, handoff, due_at=handoff.promised_at, now=now)


def _add(context: Context, handoff: Handoff, words: str) -> None:
    """More words for staff; where those of before were only corrected, their post is."""
    session, now = context.session, context.now
    said = talk_lines.newest_said(session, context.chat_id)
    if said is None or said.id <= (handoff.relayed_to or 0):
        handoff.words = words
        payload = {"handoff_id": handoff.id}
        queue_for_staff(context, "handoff_card_edit", payload, Lane.HANDOFF, handoff=handoff)
        return
    handoff.words = f"{handoff.words}\n{words}" if handoff.words else words
    talk_lines.make_line(session, said, handoff)
    queue_lines(session, handoff, due_at=now, now=now)


def _lead_of(session: Session, chat_id: int) -> int | None:
    """The newest lead of theirs that is not over."""
    sent = leads.leads_of_chat(session, chat_id=chat_id)
    return next((it.id for it in reversed(sent) if it.status in OPEN), None)


def _desk_of(session: Session, handoff: Handoff) -> int | None:
    return threads.desk_of(session, handoff.chat_id)


def _answer_by(context: Context) -> datetime | None:
    """When somebody of the staff will have answered; None where there are none."""
    if context.staff_chat_id is None:
        return None
    minutes = context.programme.staffing.handoff.answer_minutes
    return StaffHours.of(context.programme).after(context.now, minutes)


def _promise(context: Context, handoff: Handoff) -> dict[str, Any]:
    """Which response says what happens next, and its values: honest when nobody is there."""
    if context.staff_chat_id is None or handoff.promised_at is None:
        return {"response": "utter_handoff_no_staff"}
    is_open = StaffHours.of(context.programme).are_open(context.now)
    name = "utter_handed_off" if is_open else "utter_handoff_out_of_hours"
    return {"response": name, **_promised(context, handoff)}


def _promised(context: Context, handoff: Handoff) -> dict[str, Any]:
    zone, now = context.programme.zone, context.now
    back_at = StaffHours.of(context.programme).open_from(now)
    by = max(handoff.promised_at or now, now)
    return {"back_at": in_words(back_at, now, zone), "answer_by": in_words(by, now, zone)}
