"""The broadcaster: broadcasts become outbox rows, as many as the outbox has room for."""

from sqlalchemy.orm import Session

from actions.times.quiet_hours import is_allowed
from bot.pipeline.topping_up import BATCH, MOST_WAITING, TopUp
from storage import broadcasts, fanout
from storage.broadcasts import Audience
from storage.fanout import Notice
from storage.models import Broadcast
from storage.outbox import Lane

MOST = MOST_WAITING // 2  # that wait at a time: the other half of the lane is left to news of calls


class Broadcaster(TopUp):
    """Tops up the outbox with what is told to a great many, one broadcast after the other.

    The chats are taken by id in small batches, behind a cursor that moves on in the same
    transaction, so that a crash loses nobody and doubles nothing. At night it rests.
    """

    lease = "broadcaster"
    woken_by = "broadcasts"

    def _is_time(self, session: Session) -> bool:
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        return is_allowed(self._clock.now(), zone=zone, quiet=quiet) and broadcasts.has_sending(
            session
        )

    def _deal(self, session: Session) -> int:
        """Queue a batch; how many chats were looked at, at least one with what came to its end."""
        room = min(BATCH, fanout.room_in(session, Lane.BROADCASTS, most=MOST))
        item = broadcasts.sending(session) if room > 0 else None
        if item is None:
            return 0
        now = self._clock.now()
        chat_ids = broadcasts.audience_after(
            session, Audience.of(item), after=item.cursor, limit=room
        )
        self._queue(session, item, broadcasts.note_queued(session, item, chat_ids, now=now))
        if chat_ids:
            broadcasts.move_on(session, item, up_to=chat_ids[-1])
        if len(chat_ids) < room:
            broadcasts.finish(session, item, now=now)
        return max(len(chat_ids), 1)

    def _queue(self, session: Session, item: Broadcast, chat_ids: list[int]) -> None:
        now = self._clock.now()
        notices = [
            Notice(it, {"broadcast_id": item.id}, dedupe_key=broadcasts.key_of(item.id, it))
            for it in chat_ids
        ]
        fanout.queue_all(
            session, notices, kind=broadcasts.KIND, lane=Lane.BROADCASTS, due_at=now, now=now
        )
