"""Words of the staff for a resident who talks with nobody and waits for nobody: shown, with a way
to answer."""

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.desk.talk.posts import SHOWN_ONCE, queue_said
from bot.desk.talk.turns import STAFF_SAID, question_of
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.residents import Residents
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.wording import Wording
from storage import handoffs, messages


class UnaskedWords:
    """Shows them, and has the dialogue ask once whether they want to answer."""

    def __init__(self, *, residents: Residents, wording: Wording, clock: Clock) -> None:
        self._residents = residents
        self._wording = wording
        self._clock = clock

    def show(self, session: Session, turn: Turn, said: Arrival) -> Answer:
        """A file goes by itself, and the question follows it. Where the question is open already,
        more words are only shown."""
        values, now = said.values or {}, self._clock.now()
        said_id = int(values.get("said_id", 0))
        if said.attachments:
            queue_said(session, said_id, chat_id=turn.chat.id, now=now)
        words = self._words(session, said, said_id)
        told = {"staff_name": values.get("staff_name", ""), "staff_words": words}
        handoffs.mark_answered(session, chat_id=turn.chat.id, now=now)
        if (question_of(turn.state) or ("", ""))[0] != STAFF_SAID:
            plain = Arrival(Happened.INTERNAL, intent=STAFF_SAID, values=told)
            answer = self._residents.take(session, replace(turn, arrivals=[plain]))
        elif said.attachments:
            return Answer()
        else:
            answer = Answer([self._wording.reply(SHOWN_ONCE, told)])
        return self._keep(session, turn, answer, None if said.attachments else said_id)

    def _words(self, session: Session, said: Arrival, said_id: int) -> str:
        """As they are by now: they may have been edited."""
        if said.attachments:
            return self._wording.say("utter_talk_file_above", {}).striptags()
        kept = messages.get_message(session, said_id)
        return (kept.text if kept is not None else None) or ""

    def _keep(self, session: Session, turn: Turn, answer: Answer, said_id: int | None) -> Answer:
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
