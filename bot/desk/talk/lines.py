"""What a resident writes while somebody of the staff is there: kept line by line, passed on, and
changed for staff when it is edited."""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy.orm import Session

from actions.desk.handoff import queue_lines
from bot.clock import Clock
from bot.desk.talk import copying
from bot.desk.talk.posts import TalkPosts
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import lead_events, leads, messages, talk_lines
from storage.models import Handoff, Message


class Lines:
    """The resident's side of a talk."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock
        self._posts = TalkPosts(wording=wording)

    def pass_on(self, session: Session, turn: Turn, live: Handoff) -> None:
        """What follows within a few seconds goes along; what is about a lead is kept with it."""
        now = self._clock.now()
        due_at = now + timedelta(seconds=self._programme.staffing.handoff.gather_seconds)
        lead = leads.get_lead(session, live.lead_id) if live.lead_id else None
        for arrival in turn.arrivals:
            self._keep(session, turn, arrival, live)
            queue_lines(session, live, due_at=due_at, now=now)
            if lead is not None and arrival.text:
                who, words = lead.applicant_name, arrival.text
                lead_events.record_event(
                    session, lead, kind="resident_said", who=who, words=words, now=now
                )
        live.last_at = now
        session.flush()

    def follow(self, session: Session, turn: Turn, edited: Arrival) -> bool:
        """If what was edited is a line for staff, it is changed for them as well; whether it is."""
        line = _found(session, turn, edited.message_id)
        handoff = talk_lines.handoff_of(session, line) if line else None
        if line is None or handoff is None:
            return False
        if edited.text != (line.text or ""):
            messages.rewrite(session, line.id, text=edited.text, now=self._clock.now())
            session.refresh(line)
            self._rewrite_copies(session, line, handoff)
        return True

    def say_lost(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        """A line of theirs will never get to staff; which one it was is shown."""
        line = messages.get_message(session, int((said.values or {}).get("line_id", 0)))
        speech.queue_replies(
            session,
            chat_id=turn.chat.id,
            replies=[self._wording.reply("utter_talk_lost", {})],
            now=self._clock.now(),
            reply_to_id=line.id if line is not None else None,
        )
        return Answer()

    def _keep(self, session: Session, turn: Turn, arrival: Arrival, live: Handoff) -> None:
        shown = _found(session, turn, arrival.reply_to)
        messages.add_message(
            session,
            chat_id=turn.chat.id,
            direction="in",
            now=self._clock.now(),
            text=arrival.text or None,
            external_id=arrival.message_id,
            media=[asdict(it) for it in arrival.attachments] or None,
            reply_to_id=shown.id if shown else None,
            **talk_lines.mark_of(live),
        )

    def _rewrite_copies(self, session: Session, line: Message, handoff: Handoff) -> None:
        """If staff have the line, the post it is in says what it says now."""
        post = talk_lines.copy_with(session, line) if line.id <= (handoff.relayed_to or 0) else None
        lines = talk_lines.lines_in(session, post, handoff) if post else ()
        if not lines:
            return
        now, copies = self._clock.now(), talk_lines.copies_of(session, lines[0].id)
        parts = self._posts.passed_on(session, handoff, lines)
        if copying.rewrite(session, copies, parts, now=now):
            queue_lines(session, handoff, due_at=now, now=now, begun=lines[0].id)


def _found(session: Session, turn: Turn, external_id: int | None) -> Message | None:
    if external_id is None:
        return None
    return messages.find_by_external_id(session, chat_id=turn.chat.id, external_id=external_id)
