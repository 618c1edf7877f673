"""What a reminder says: written when it is claimed, if it is still true."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.deadlines import reminder_values
from actions.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import calls, reminders
from storage.models import Call
from storage.outbox import Claimed


class ReminderWriter:
    """Words a reminder when it is claimed, and logs what becomes of it."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """The reminder's words. Raises DroppedError if nobody should be told this any more, and
        PostponedError in quiet hours."""
        found = reminders.find_queued(session, claimed.payload["reminder_id"])
        if found is None:
            raise DroppedError("the subscription was deleted")
        if found.state != "queued":  # stopped meanwhile, or it went out after all
            raise DroppedError(found.reason or f"it was {found.state}")
        now = self._clock.now()
        call = calls.get_call(session, found.call_id)
        reason = untrue(call, found.closes_at, now)
        if reason is not None:
            raise DroppedError(reason)
        self._not_at_night(found.closes_at, now)
        values = reminder_values(call, now=now, programme=self._programme)
        return Draft(self._wording.reply("utter_reminder", values))

    def sent(self, session: Session, claimed: Claimed) -> None:
        """Log that it went out."""
        reminders.note_sent(session, claimed.payload["reminder_id"], now=self._clock.now())

    def ended(self, session: Session, claimed: Claimed, state: str, reason: str) -> None:
        """Log that it will not go out: dropped, or set aside after every try failed."""
        reminders.note_unsent(
            session,
            claimed.payload["reminder_id"],
            state="failed" if state == "set_aside" else "dropped",
            reason=reason,
            now=self._clock.now(),
        )

    def _not_at_night(self, closes_at: datetime, now: datetime) -> None:
        """One that could not be sent in the evening waits for the morning, if that is in time."""
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed >= closes_at:
            raise DroppedError("no allowed moment is left")
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")


def untrue(call: Call, closes_at: datetime, now: datetime) -> str | None:
    """Why nobody is to be reminded of this deadline of the call any more, or None."""
    if call.withdrawn_at is not None:
        return "the call was withdrawn"
    if call.is_draft:
        return "the call is a draft"
    if calls.ends_at(call) <= now:
        return "the call has closed"
    if call.closes_at != closes_at:
        return "the deadline has moved"
    return None
