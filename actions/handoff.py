"""Getting a person: a resident's words go to staff, and so do their answers to staff."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from actions.context import BoundAction, Context, media_of
from actions.instants import in_words
from actions.quiet_hours import allowed_from, is_allowed
from actions.staff_posts import queue_for_staff
from storage import handoffs, lead_events
from storage.models import Handoff, Lead, LeadEvent
from storage.outbox import Lane, queue

_SAME_WORDS_FOR = timedelta(days=1)
_ONE_CRISIS_FOR = timedelta(hours=1)


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
        """The same words again within a day are passed on once."""
        words = tracker.get_slot("handoff_message")
        hand_over(self.context, "asked", words)
        dispatcher.utter_message(**_promise(self.context))
        return []


class FlagCrisis(BoundAction):
    """Tells staff that somebody wrote in distress, without their words; says nothing itself."""

    called = "action_flag_crisis"

    def run(self, _dispatcher: Any, _tracker: Any, _domain: Any) -> list[dict[str, Any]]:
        """Once an hour is enough to bring somebody."""
        context = self.context
        flag_crisis(
            context.session, context.chat_id, staff_chat_id=context.staff_chat_id, now=context.now
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
        queue_for_staff(self.context, "resident_words", payload, Lane.HANDOFF, event_key(event.id))


def hand_over(context: Context, reason: str, words: str | None) -> Handoff:
    """Open a handoff with these words, or find the one that is open."""
    known = handoffs.latest_handoff(
        context.session,
        chat_id=context.chat_id,
        reason=reason,
        since=context.now - _SAME_WORDS_FOR,
    )
    if known is not None and known.words == words:
        return known
    return _open(context, reason, words)


def flag_crisis(
    session: Session, chat_id: int, *, staff_chat_id: int | None, now: datetime
) -> None:
    """Staff hear that somebody wrote in distress in this chat, once an hour at most; never what."""
    since = now - _ONE_CRISIS_FOR
    if handoffs.latest_handoff(session, chat_id=chat_id, reason="crisis", since=since) is not None:
        return
    handoff = handoffs.open_handoff(session, chat_id=chat_id, reason="crisis", words=None, now=now)
    if staff_chat_id is not None:
        queue(
            session,
            chat_id=staff_chat_id,
            kind="handoff_card",
            lane=Lane.HANDOFF,
            now=now,
            payload={"handoff_id": handoff.id, "media": []},
            dedupe_key=handoff_key(handoff.id),
        )


def _open(context: Context, reason: str, words: str | None) -> Handoff:
    handoff = handoffs.open_handoff(
        context.session, chat_id=context.chat_id, reason=reason, words=words, now=context.now
    )
    payload = {"handoff_id": handoff.id, "media": media_of(context.incoming)}
    queue_for_staff(context, "handoff_card", payload, Lane.HANDOFF, handoff_key(handoff.id))
    return handoff


def _promise(context: Context) -> dict[str, Any]:
    """Which response says what happens next, and its values: honest when nobody is there."""
    programme, now = context.programme, context.now
    if context.staff_chat_id is None:
        return {"response": "utter_handoff_no_staff"}
    if is_allowed(now, zone=programme.zone, quiet=programme.quiet_hours):
        return {"response": "utter_handed_off"}
    back_at = allowed_from(now, zone=programme.zone, quiet=programme.quiet_hours)
    return {
        "response": "utter_handoff_out_of_hours",
        "back_at": in_words(back_at, now, programme.zone),
    }
