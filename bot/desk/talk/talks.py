"""A resident's chat while somebody of the staff is there, or is waited for: what is said goes to
staff and back, and the assistant keeps quiet. All else is the dialogue's."""

from dataclasses import replace

from sqlalchemy.orm import Session

from actions.desk import talk_notes
from actions.desk.handoff import flag_crisis, queue_lines, queue_promise, wait_again
from actions.members.names import first_name
from actions.times.instants import in_words
from actions.times.staff_hours import StaffHours
from bot.clock import Clock
from bot.desk.talk.clock import is_waiting, queue_silence, silent_at
from bot.desk.talk.lines import Lines
from bot.desk.talk.posts import queue_said
from bot.desk.talk.turns import (
    LINE_LOST,
    PROMISE_PASSED,
    SILENCE_OVER,
    STAFF_ENDED,
    STAFF_LEFT,
    STAFF_SAID,
    question_of,
)
from bot.desk.talk.unasked import UnaskedWords
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.residents import Residents
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import chats, handoffs, staff, talk_lines
from storage.models import Handoff, StaffMember

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
        self._lines = Lines(wording=wording, programme=programme, clock=clock)
        self._unasked = UnaskedWords(residents=residents, wording=wording, clock=clock)
        self._ours = {
            STAFF_SAID: self._staff_said,
            STAFF_ENDED: self._staff_ended,
            STAFF_LEFT: self._staff_left,
            LINE_LOST: self._lines.say_lost,
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
        if first.happened is Happened.EDITED and self._lines.follow(session, turn, first):
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
            self._lines.pass_on(session, turn, live)
            return Answer(self._help_at_once(session, turn))
        return self._beside(session, turn, leaves=first.text in _LEAVE)

    def _ends(self, session: Session, turn: Turn, first: Arrival) -> bool:
        if first.happened is not Happened.PRESSED:
            return first.text == _END
        found = speech.pressed(session, chat_id=turn.chat.id, token=first.token or "")
        return found is not None and found[1].payload == _END_BUTTON

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
        before = question_of(turn.state)
        if leaves:
            self._close(session, turn, "moved_on")
        answer = self._residents.take(session, turn)
        asks = answer.state is not None and question_of(answer.state) not in (None, before)
        if asks and handoffs.live_of(session, chat_id=turn.chat.id) is not None:
            self._close(session, turn, "moved_on")
            leaves = True
        if not leaves:
            return answer
        return replace(answer, replies=[self._said_over("moved_on", None), *answer.replies])

    # What staff do

    def _staff_said(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        values, now = said.values or {}, self._clock.now()
        handoff = handoffs.open_of(session, chat_id=turn.chat.id, now=now)
        member = staff.get_member(session, int(values.get("member_id", 0)))
        if handoff is None:
            return self._unasked.show(session, turn, said)
        if turn.chat.handoff_id is None:
            self._begin(session, turn, handoff, member)
        elif member is not None and handoff.staff_id != member.id:
            handoff.staff_id = member.id
            self._tell(session, turn, "utter_talk_joined", member)
            talk_notes.note(session, handoff, "joined", members=[member.id], now=now)
        handoff.last_at = now
        session.flush()
        queue_said(session, int(values["said_id"]), chat_id=turn.chat.id, now=now)
        return Answer(marks=replace(chats.marks_of(turn.chat), expects_text=False))

    def _begin(
        self, session: Session, turn: Turn, handoff: Handoff, member: StaffMember | None
    ) -> None:
        now = self._clock.now()
        handoffs.begin(session, handoff, member=member, now=now)
        self._tell(session, turn, "utter_talk_begins", member)
        talk_notes.note(session, handoff, "begins", now=now)
        queue_silence(session, handoff, due_at=silent_at(handoff, self._programme), now=now)

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
            for _line in talk_lines.waiting_lines(
                session, ended
            ):  # what was said before goes before
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
