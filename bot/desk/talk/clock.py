"""What falls due in a talk: nobody has answered when it was promised, nobody has said anything for
long. Whether it is so is looked at then, and what follows is a turn of the resident's."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.desk.handoff import PROMISE, queue_promise
from actions.desk.talk_notes import LATE
from actions.desk.talks import resident_name
from actions.times.staff_hours import StaffHours
from bot.clock import Clock
from bot.desk.talk.turns import PROMISE_PASSED, SILENCE_OVER
from bot.pipeline.beginnings import begin
from bot.pipeline.composing import Draft, DroppedError, Writer
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import handoffs, leads, outbox
from storage.models import Handoff
from storage.outbox import Claimed, Lane

SILENCE = "talk_silence"  # the outbox kind


class TalkClock:
    """Looks at handoffs at their moments."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock

    @property
    def writers(self) -> dict[str, Writer]:
        """The outbox kinds that are written here."""
        return {PROMISE: self._promise, SILENCE: self._silence, LATE: self._late}

    def _promise(self, session: Session, claimed: Claimed) -> Draft:
        now, handoff = self._clock.now(), _handoff(session, claimed)
        number = claimed.payload.get("alert", 0)
        if not is_waiting(handoff) or handoff.alerts >= number:
            raise DroppedError("somebody has answered")
        hours = StaffHours.of(self._programme)
        if not hours.are_open(now):
            queue_promise(session, handoff, due_at=hours.open_from(now), now=now)
            raise DroppedError("nobody of the staff is there")
        values = {"handoff_id": str(handoff.id), "alert": str(number)}
        key = f"promise:{handoff.id}:{number}"
        begin(session, handoff.chat_id, PROMISE_PASSED, values, key=key, now=now)
        raise DroppedError("it goes on in a turn")

    def _silence(self, session: Session, claimed: Claimed) -> Draft:
        now, handoff = self._clock.now(), _handoff(session, claimed)
        live = handoffs.live_of(session, chat_id=handoff.chat_id)
        if live is None or live.id != handoff.id:
            raise DroppedError("the talk is over")
        over_at = silent_at(handoff, self._programme)
        if over_at > now:
            queue_silence(session, handoff, due_at=over_at, now=now)
            raise DroppedError("somebody has said something")
        values = {"handoff_id": str(handoff.id)}
        key = f"silence:{claimed.id}"
        begin(session, handoff.chat_id, SILENCE_OVER, values, key=key, now=now)
        raise DroppedError("it goes on in a turn")

    def _late(self, session: Session, claimed: Claimed) -> Draft:
        handoff = _handoff(session, claimed)
        if not is_waiting(handoff):
            raise DroppedError("somebody has answered")
        lead = leads.get_lead(session, handoff.lead_id) if handoff.lead_id else None
        values = {
            "who": resident_name(session, handoff.chat_id, self._wording.say),
            "reference": lead.reference if lead else None,
        }
        return Draft(self._wording.reply("staff_talk_late_private", values))


def is_waiting(handoff: Handoff) -> bool:
    """Whether nobody has answered it, and somebody should."""
    return handoff.answered_at is None and handoff.ended_at is None


def silent_at(handoff: Handoff, programme: Programme) -> datetime:
    """When the talk is over if nobody says anything more."""
    minutes = timedelta(minutes=programme.staffing.handoff.silence_minutes)
    return (handoff.last_at or handoff.created_at) + minutes


def queue_silence(session: Session, handoff: Handoff, *, due_at: datetime, now: datetime) -> None:
    """At that instant it is looked whether anything was said."""
    outbox.queue(
        session,
        chat_id=handoff.chat_id,
        kind=SILENCE,
        lane=Lane.HANDOFF,
        now=now,
        due_at=due_at,
        payload={"handoff_id": handoff.id},
    )


def _handoff(session: Session, claimed: Claimed) -> Handoff:
    handoff = handoffs.get_handoff(session, claimed.payload.get("handoff_id", 0))
    if handoff is None:
        raise DroppedError("the resident deleted it")
    return handoff
