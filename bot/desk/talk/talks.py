"""A resident's chat while somebody of the staff is there, or is waited for: what is said goes to
staff and back, and the assistant keeps quiet. All else is the dialogue's."""

from dataclasses import asdict, replace
from datetime import timedelta

from sqlalchemy.orm import Session

from actions import talk_notes
from actions.groups.names import first_name
from actions.handoff import flag_crisis, queue_lines, queue_promise, wait_again
from actions.instants import in_words
from actions.staff_hours import StaffHours
from bot.clock import Clock
from bot.desk.talk import copying
from bot.desk.talk.clock import is_waiting, queue_silence, silent_at
from bot.desk.talk.posts import LINE, SHOWN_ONCE, TalkPosts, line_key
from bot.desk.talk.turns import (
    LINE_LOST,
    PROMISE_PASSED,
    SILENCE_OVER,
    STAFF_ENDED,
    STAFF_LEFT,
    STAFF_SAID,
)
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.residents import Residents
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import chats, handoffs, lead_events, leads, messages, outbox, staff, talk_lines
from storage.models import Handoff, Message, StaffMember
from storage.outbox import Lane

_END = "/end"
_END_BUTTON = "/end_talk"
_LEAVE = ("/start", "/cancel", "/restart")  # commands that say that they want the assistant


class Talks:
    """Stands before the dialogue with everyone who writes in private; see `turn.Handler`."""

    def __init__(
        self, *, residents: Residents, wording: Wording, programme: Programme, clock: Clock
    ) -> None:
        self._residents = residents
        self._wording = wording
        self._programme = programme
        self._clock = clock
        self._posts = TalkPosts(wording=wording)
        self._ours = {
            STAFF_SAID: self._staff_said,
            STAFF_ENDED: self._staff_ended,
            STAFF_LEFT: self._staff_left,
            LINE_LOST: self._line_lost,
            SILENCE_OVER: self._silent,
            PROMISE_PASSED: self._promise_passed,
        }

    def take(self, session: Session, turn: Turn) -> Answer:
        """Pass on what belongs to a talk; all else is answered by the dialogue."""
        first, chat = turn.arrivals[0], turn.chat
        if first.happened is Happened.INTERNAL and first.intent in self._ours:
            return self._ours[first.intent](session, turn, first)
        if chat.blocked_at is not None and first.happened is not Happened.BLOCKED:
            chats.mark_reachable(session, chat.id)
            talk_notes.show_on_cards(session, chat.id, now=self._clock.now())
        if first.happened is Happened.EDITED and self._is_line(session, turn, first):
            return Answer()
        live = handoffs.live_of(session, chat_id=chat.id) if chat.handoff_id else None
        if live is None:
            return self._residents.take(session, turn)
        return self._in_talk(session, turn, live)

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """In a talk what failed did not get to staff."""
        if turn.chat.handoff_id is None:
            return self._residents.apologise(session, turn)
        return Answer([self._wording.reply("utter_talk_failed", {})])

    # What the resident does in a talk

    def _in_talk(self, session: Session, turn: Turn, live: Handoff) -> Answer:
        first = turn.arrivals[0]
        if self._ends(session, turn, first):
            return self._over(session, turn, "resident")
        if first.happened is Happened.SAID and not first.text.startswith("/"):
            return self._pass_on(session, turn, live)
        return self._beside(session, turn, leaves=first.text in _LEAVE)

    def _ends(self, session: Session, turn: Turn, first: Arrival) -> bool:
        if first.happened is not Happened.PRESSED:
            return first.text == _END
        found = speech.pressed(session, chat_id=turn.chat.id, token=first.token or "")
        return found is not None and found[1].payload == _END_BUTTON

    def _pass_on(self, session: Session, turn: Turn, live: Handoff) -> Answer:
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
        return Answer(self._help_at_once(session, turn))

    def _keep(self, session: Session, turn: Turn, arrival: Arrival, live: Handoff) -> None:
        shown = self._found(session, turn, arrival.reply_to)
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

    def _help_at_once(self, session: Session, turn: Turn) -> list[Reply]:
        """Who is in danger hears whom to ring, also while somebody is there."""
        if not self._residents.hears_crisis(turn):
            return []
        now = self._clock.now()
        flag_crisis(session, turn.chat.id, staff_chat_id=turn.staff_chat_id, now=now)
        return [self._wording.reply("utter_crisis", {})]

    def _beside(self, session: Session, turn: Turn, *, leaves: bool) -> Answer:
        """The dialogue answers. Where it has a question of its own then, they have moved on: the
        answer would not be for staff."""
        before = _question(turn.state)
        if leaves:
            self._close(session, turn, "moved_on")
        answer = self._residents.take(session, turn)
        asks = answer.state is not None and _question(answer.state) not in (None, before)
        if asks and handoffs.live_of(session, chat_id=turn.chat.id) is not None:
            self._close(session, turn, "moved_on")
            leaves = True
        if not leaves:
            return answer
        return replace(answer, replies=[self._said_over("moved_on", None), *answer.replies])

    def _is_line(self, session: Session, turn: Turn, edited: Arrival) -> bool:
        """If what was edited is a line for staff, it is changed for them as well."""
        line = self._found(session, turn, edited.message_id)
        handoff = talk_lines.handoff_of(session, line) if line else None
        if line is None or handoff is None:
            return False
        if edited.text != (line.text or ""):
            messages.rewrite(session, line.id, text=edited.text, now=self._clock.now())
            session.refresh(line)
            self._rewrite_copies(session, line, handoff)
        return True

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

    def _found(self, session: Session, turn: Turn, external_id: int | None) -> Message | None:
        if external_id is None:
            return None
        return messages.find_by_external_id(session, chat_id=turn.chat.id, external_id=external_id)

    # What staff do

    def _staff_said(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        values, now = said.values or {}, self._clock.now()
        handoff = handoffs.open_of(session, chat_id=turn.chat.id, now=now)
        member = staff.get_member(session, int(values.get("member_id", 0)))
        if handoff is None:
            return self._for_once(session, turn, said)
        if turn.chat.handoff_id is None:
            self._begin(session, turn, handoff, member)
        elif member is not None and handoff.staff_id != member.id:
            handoff.staff_id = member.id
            self._tell(session, turn, "utter_talk_joined", member)
            talk_notes.note(session, handoff, "joined", members=[member.id], now=now)
        handoff.last_at = now
        session.flush()
        self._queue_line(session, turn, values)
        return Answer(marks=replace(chats.marks_of(turn.chat), expects_text=False))

    def _begin(
        self, session: Session, turn: Turn, handoff: Handoff, member: StaffMember | None
    ) -> None:
        now = self._clock.now()
        handoffs.begin(session, handoff, member=member, now=now)
        self._tell(session, turn, "utter_talk_begins", member)
        talk_notes.note(session, handoff, "begins", now=now)
        queue_silence(session, handoff, due_at=silent_at(handoff, self._programme), now=now)

    def _queue_line(self, session: Session, turn: Turn, values: dict[str, str]) -> None:
        """In the order in which staff wrote it, behind what was said before."""
        outbox.queue(
            session,
            chat_id=turn.chat.id,
            kind=LINE,
            lane=Lane.REPLIES,
            now=self._clock.now(),
            payload={"message_id": int(values["said_id"])},
            dedupe_key=line_key(int(values["said_id"])),
        )

    def _for_once(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        """Nobody waits for a person: it is shown, and asked once whether they want to answer."""
        values = said.values or {}
        kept = messages.get_message(session, int(values.get("said_id", 0)))
        words = (kept.text if kept is not None else None) or ""  # they may have edited it meanwhile
        if said.attachments:
            self._queue_line(session, turn, values)
            words = self._wording.say("utter_talk_file_above", {}).striptags()
        told = {"staff_name": values.get("staff_name", ""), "staff_words": words}
        handoffs.mark_answered(session, chat_id=turn.chat.id, now=self._clock.now())
        is_asked = (_question(turn.state) or ("", ""))[0] == STAFF_SAID
        if is_asked and said.attachments:
            return Answer()
        if is_asked:
            answer = Answer([self._wording.reply(SHOWN_ONCE, told)])
        else:
            plain = Arrival(Happened.INTERNAL, intent=STAFF_SAID, values=told)
            answer = self._residents.take(session, replace(turn, arrivals=[plain]))
        shown = kept.id if kept is not None and not said.attachments else None
        return self._say_copy(session, turn, answer, shown)

    def _say_copy(
        self, session: Session, turn: Turn, answer: Answer, said_id: int | None
    ) -> Answer:
        """What shows the words is a copy of them, so that an edit there is one here."""
        for reply in answer.replies:
            speech.queue_replies(
                session,
                chat_id=turn.chat.id,
                replies=[reply],
                now=self._clock.now(),
                copy_of=said_id if reply.response == SHOWN_ONCE else None,
            )
        return replace(answer, replies=[])

    def _staff_ended(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        if handoffs.open_of(session, chat_id=turn.chat.id, now=self._clock.now()) is None:
            return Answer()
        member = staff.get_member(session, int((said.values or {}).get("member_id", 0)))
        return self._over(session, turn, "staff", member)

    def _staff_left(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        """Whoever was there is not of the staff any more: it waits for somebody else."""
        values, now = said.values or {}, self._clock.now()
        live = handoffs.live_of(session, chat_id=turn.chat.id)
        if live is None or str(live.staff_id) != values.get("member_id"):
            return Answer()
        self._close(session, turn, "left")
        minutes = self._programme.staffing.handoff.answer_minutes
        by = StaffHours.of(self._programme).after(now, minutes)
        wait_again(session, live, desk_id=turn.staff_chat_id, answer_by=by, now=now)
        told = {"answer_by": in_words(by, now, self._programme.zone)}
        over = self._wording.reply("utter_talk_over_left", told)
        return self._residents.go_on(session, turn, first=[over])

    def _line_lost(self, session: Session, turn: Turn, said: Arrival) -> Answer:
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

    # What the clock says

    def _silent(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        live, now = handoffs.live_of(session, chat_id=turn.chat.id), self._clock.now()
        if live is None or str(live.id) != (said.values or {}).get("handoff_id"):
            return Answer()
        over_at = silent_at(live, self._programme)
        if over_at > now:  # somebody has said something meanwhile
            queue_silence(session, live, due_at=over_at, now=now)
            return Answer()
        return self._over(session, turn, "silence")

    def _promise_passed(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        """The next person is told, then the managers; and the resident, that it takes longer."""
        values, now = said.values or {}, self._clock.now()
        handoff = handoffs.get_handoff(session, int(values.get("handoff_id", 0)))
        number = int(values.get("alert", 0))
        if handoff is None or not is_waiting(handoff) or handoff.alerts + 1 != number:
            return Answer()
        handoff.alerts = number
        talk_notes.tell_next(session, handoff, channel=turn.chat.channel, now=now)
        minutes = self._programme.staffing.handoff.manager_minutes
        later = StaffHours.of(self._programme).after(now, minutes)
        if number == 1:
            queue_promise(session, handoff, due_at=later, now=now)
        if handoff.reason == "crisis":  # nothing was promised: they were told whom to ring
            return Answer()
        by = in_words(later, now, self._programme.zone)
        name = "utter_talk_late" if number == 1 else "utter_talk_later"
        return Answer([self._wording.reply(name, {"answer_by": by})])

    # The end

    def _over(
        self, session: Session, turn: Turn, by: str, member: StaffMember | None = None
    ) -> Answer:
        """Both sides hear it, and the dialogue goes on where it was."""
        self._close(session, turn, by, member)
        return self._residents.go_on(session, turn, first=[self._said_over(by, member)])

    def _close(
        self, session: Session, turn: Turn, by: str, member: StaffMember | None = None
    ) -> None:
        now = self._clock.now()
        ended = handoffs.end_all(session, chat_id=turn.chat.id, by=by, now=now)
        if ended is not None:
            if talk_lines.waiting_lines(session, ended):  # what was said before goes before
                queue_lines(session, ended, due_at=now, now=now)
            members = [member.id] if member else []
            talk_notes.note(session, ended, f"over_{by}", members=members, now=now)

    def _said_over(self, by: str, member: StaffMember | None) -> Reply:
        name = first_name(member.name) if member else None
        return self._wording.reply(f"utter_talk_over_{by}", {"staff_name": name})

    def _tell(
        self, session: Session, turn: Turn, response: str, member: StaffMember | None
    ) -> None:
        values = {"staff_name": first_name(member.name) if member else None}
        speech.queue_replies(
            session,
            chat_id=turn.chat.id,
            replies=[self._wording.reply(response, values)],
            now=self._clock.now(),
        )


def _question(state: dict[str, object] | None) -> tuple[str, str] | None:
    """The flow and step of the question that is open in a saved state."""
    stack = (state or {}).get("stack")
    top = stack[-1] if isinstance(stack, list) and stack else None
    return (top["flow"], top["step"]) if top and top.get("asked") else None
