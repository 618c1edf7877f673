"""What a broadcast says in one chat: written when it is claimed, if it is still wanted there."""

from sqlalchemy.orm import Session

from actions.reminders.broadcast_words import broadcast_words
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from dialogues.programme import Programme
from storage import broadcasts
from storage.broadcasts import CANCELLED, TAKEN_BACK, Audience
from storage.models import Broadcast
from storage.outbox import Claimed


class BroadcastWriter:
    """Words a broadcast when it is claimed, and logs what becomes of it in each chat."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._clock = clock

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """The words. Raises DroppedError if it was cancelled or is not wanted any more, and
        PostponedError in quiet hours."""
        item, now = _found(session, claimed), self._clock.now()
        fate = broadcasts.fate_of(session, item.id, chat_id=claimed.chat_id)
        if item.state == CANCELLED:
            raise DroppedError(TAKEN_BACK)
        if fate is None:
            raise DroppedError("they asked us to forget them")
        if not broadcasts.is_wanted(session, Audience.of(item), chat_id=claimed.chat_id):
            raise DroppedError("they asked for no more of these")
        allowed = allowed_from(now, zone=self.programme.zone, quiet=self.programme.quiet_hours)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")
        return Draft(self.reply(session, item.words, Audience.of(item)))

    def write_test(self, session: Session, claimed: Claimed) -> Draft:
        """The same words for the chat of whoever wants to see them, at any hour."""
        item = _found(session, claimed)
        return Draft(self.reply(session, item.words, Audience.of(item)))

    def reply(self, session: Session, words: str, audience: Audience) -> Reply:
        """The message that residents get."""
        name, values = broadcast_words(session, self, words=words, audience=audience)
        return self._wording.reply(name, values)

    def sent(self, session: Session, claimed: Claimed) -> None:
        """Log that it went out."""
        self._note(session, claimed, "sent")

    def ended(self, session: Session, claimed: Claimed, state: str, reason: str) -> None:
        """Log that it will not go out: dropped, or set aside after every try failed."""
        fate = "failed" if state == "set_aside" else "dropped"
        self._note(session, claimed, "cancelled" if reason == TAKEN_BACK else fate, reason)

    def _note(
        self, session: Session, claimed: Claimed, state: str, reason: str | None = None
    ) -> None:
        number, now = claimed.payload["broadcast_id"], self._clock.now()
        broadcasts.note_fate(
            session, number, chat_id=claimed.chat_id, state=state, reason=reason, now=now
        )


def _found(session: Session, claimed: Claimed) -> Broadcast:
    item = broadcasts.find(session, claimed.payload["broadcast_id"])
    if item is None:
        raise DroppedError("the broadcast was deleted")
    return item
