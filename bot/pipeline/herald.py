"""The herald: news of calls become outbox rows, as many as the outbox has room for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.calls.call_changes import publish_due
from actions.criteria.news import concerned_topics, tidings
from actions.times.quiet_hours import allowed_from
from bot.pipeline.topping_up import BATCH, MOST_WAITING, TopUp
from storage import calls, fanout, news, publishing, told_news
from storage.fanout import Notice
from storage.models import CallNews
from storage.outbox import Lane

LOOK_EVERY = timedelta(seconds=1)
A_NEWS = 10  # what is done for each takes about as long as for so many of those concerned


class Herald(TopUp):
    """Publishes drafts at their moment, sees when calls open, and tops up the outbox with what
    people are to be told of calls.

    The chats concerned are taken by index in small batches, behind a cursor that moves on in the
    same transaction, so that a crash loses nobody and doubles nothing.
    """

    lease = "herald"
    woken_by = "news"
    _looked_at: datetime | None = None

    def _is_time(self, session: Session) -> bool:
        now = self._clock.now()
        return news.is_waiting(session, now=now) or publishing.is_due(session, now=now)

    def _deal(self, session: Session) -> int:
        """Tell some of those concerned; how many were looked at, at least one with what is told.
        News that concern few are dealt with several at a time."""
        done = 0
        if self._is_time_to_look() or not news.has_unfinished(session):
            done = len(publish_due(session, programme=self._programme, now=self._clock.now()))
            news.note_openings(session, now=self._clock.now())
        room = min(BATCH, fanout.room_in(session, Lane.BROADCASTS, most=MOST_WAITING))
        while done < room and (item := news.unfinished(session)) is not None:
            done += A_NEWS + self._tell_some(session, item, limit=room - done)
        return done

    def _is_time_to_look(self) -> bool:
        """For calls that have opened: it takes a look at all of them, so not with each batch."""
        now = self._clock.now()
        if self._looked_at is not None and timedelta() <= now - self._looked_at < LOOK_EVERY:
            return False
        self._looked_at = now
        return True

    def _tell_some(self, session: Session, item: CallNews, *, limit: int) -> int:
        """Queue what the next chats are to be told, and move on; how many these are."""
        now, call = self._clock.now(), calls.get_call(session, item.call_id)
        topics = concerned_topics(item, call, self._programme)
        chat_ids = news.concerned(session, item, topics, limit=limit)
        told = tidings(session, item, call, chat_ids, programme=self._programme, now=now)
        self._queue(session, item, [chat_id for chat_id in chat_ids if chat_id in told])
        if len(chat_ids) < limit:
            news.finish(session, item, now=now)
        else:
            news.move_on(session, item, up_to=chat_ids[-1])
        return len(chat_ids)

    def _queue(self, session: Session, item: CallNews, chat_ids: Sequence[int]) -> None:
        now = self._clock.now()
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        notices = [
            Notice(chat_id, {"news_id": item.id}, dedupe_key=told_news.key_of(item.id, chat_id))
            for chat_id in chat_ids
        ]
        due_at = allowed_from(now, zone=zone, quiet=quiet)
        fanout.queue_all(
            session, notices, kind=told_news.KIND, lane=Lane.BROADCASTS, due_at=due_at, now=now
        )
