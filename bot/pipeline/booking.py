"""Writing down what became of claimed rows: many at once, and each only by who still holds it."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from actions.desk.desk_trouble import end_trouble, note_trouble
from bot.clock import Clock
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.composing import Composer, Load
from bot.pipeline.lost_topics import LostTopics
from bot.pipeline.outcomes import (
    Again,
    Anew,
    Aside,
    Gone,
    Moved,
    NoTopics,
    Opened,
    Outcome,
    Result,
    Sent,
    Unbegun,
)
from bot.pipeline.residents import close_chat
from bot.pipeline.savepoints import do_each
from storage import accepting, chats, messages, outbox, threads
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.outbox import Claimed, Lane

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0  # seconds until a turn that holds a chat is waited for
STAFF_BACKOFF = timedelta(minutes=5)


class Books:
    """Writes outcomes into the tables."""

    def __init__(self, *, clock: Clock, composer: Composer, monotonic: Callable[[], float]) -> None:
        self._clock = clock
        self._composer = composer
        self._monotonic = monotonic
        self._topics = LostTopics(clock=clock)

    def write(
        self, session: Session, outcomes: Sequence[Outcome], *, carefully: bool = False
    ) -> list[Outcome]:
        """Write these, and hand back what has to be written later: its chat has a turn just now, or
        the database is busy. `carefully` takes longer, but one that fails leaves the others."""
        unbegun = [it.load.claimed for it in outcomes if isinstance(it.result, Unbegun)]
        outbox.give_back(session, unbegun)
        sent = [it for it in outcomes if isinstance(it.result, Sent)]
        others = [it for it in outcomes if not isinstance(it.result, Sent | Unbegun)]
        later: list[Outcome] = []

        def failed(outcome: Outcome, error: Exception) -> None:
            later.extend(self._unwritten(session, outcome, error))

        if carefully:
            do_each(session, sent, lambda it: self._write_sent(session, [it]), failed)
        else:
            self._write_sent(session, sent)
        waiting = do_each(session, others, lambda it: self._write_other(session, it), failed)
        return later + [outcome for outcome in waiting if outcome is not None]

    def _write_sent(self, session: Session, outcomes: Sequence[Outcome]) -> None:
        now = self._clock.now()
        ours = outbox.finish_sent(session, [it.load.claimed for it in outcomes], now=now)
        kept = [it for it in outcomes if it.load.claimed.id in ours]
        messages.record_all_sent(session, dict(_new_ids(kept)))
        for named in (it.load for it in kept if it.load.parcel.topic is not None):
            threads.note_named(session, named.claimed.chat_id, named.parcel.topic or "")
        beside = [row for it in kept for row in it.load.beside]
        outbox.finish_beside(session, beside, now=now)
        went = [*(it.load.claimed for it in kept), *beside]
        for chat_id in {row.chat_id for row in went if _failed_in_group(row)}:
            end_trouble(session, chat_id, now=now)
        told = [row for row in went if self._composer.follows(row)]
        do_each(session, told, lambda row: self._composer.sent(session, row), _cannot_follow)
        self._composer.catch_up(session, [it.load for it in kept])
        covered = [number for it in kept for number in it.load.covers]
        outbox.drop_waiting(session, covered, now=now, reason="another edit said it as well")

    def _write_other(self, session: Session, outcome: Outcome) -> Outcome | None:
        """Write it, and give None; or the outcome itself if it has to wait for the chat."""
        claimed, result = outcome.load.claimed, outcome.result
        if _is_about_chat(claimed, result) and not self._is_free(session, outcome):
            return outcome
        match result:
            case Again():
                self._put_back(session, claimed, result)
            case Anew() | Moved():
                self._send_at_once(session, claimed, result)
            case Opened() | NoTopics():
                self._write_topic(session, outcome.load, result)
            case Gone():
                self._let_go(session, claimed, result)
            case Aside():
                self._set_aside(session, claimed, result.reason)
        return None

    def _write_topic(self, session: Session, load: Load, result: Opened | NoTopics) -> None:
        now, claimed = self._clock.now(), load.claimed
        if isinstance(result, NoTopics):
            self._topics.refused(session, claimed, result.reason)
        elif outbox.finish(session, claimed, state="sent", now=now):
            place, title = result.external_id, load.parcel.topic or ""
            threads.opened(session, claimed.chat_id, external_id=place, title=title, now=now)

    def _is_free(self, session: Session, outcome: Outcome) -> bool:
        """Whether no turn holds the chat. After a while we queue up for it: it may be gone."""
        waited = self._monotonic() - outcome.at
        return chats.take_if_free(session, outcome.load.claimed.chat_id) or waited > LONGEST_WAIT

    def _send_at_once(self, session: Session, claimed: Claimed, result: Anew | Moved) -> None:
        now = self._clock.now()
        if not outbox.put_back(session, claimed, due_at=now, error="sent anew"):
            return
        if isinstance(result, Moved):
            chats.move_chat(session, claimed.chat_id, external_id=result.external_id)
        elif claimed.message_id is not None:
            messages.record_sent(session, claimed.message_id, external_id=None)

    def _put_back(self, session: Session, claimed: Claimed, result: Again) -> None:
        outbox.put_back(session, claimed, due_at=result.due_at, error=result.reason)
        if result.pauses:
            chats.pause(session, claimed.chat_id, until=result.due_at)

    def _let_go(self, session: Session, claimed: Claimed, gone: Gone) -> None:
        """A resident who left is let go; a staff chat's posts wait for its return, and admins are
        told."""
        now, reason = self._clock.now(), gone.reason
        if gone.topic and threads.thread_of(session, claimed.chat_id):
            self._topics.lost(session, claimed, reason)
        elif threads.is_staffs(session, claimed.chat_id):
            log.error("the staff chat does not take posts (%s); they wait", reason)
            self._put_back(session, claimed, Again(now + STAFF_BACKOFF, reason, pauses=True))
            note_trouble(session, claimed.chat_id, is_silenced=gone.is_silenced, now=now)
        elif self._composer.end(session, claimed, state="dropped", reason=reason):
            close_chat(session, claimed.chat_id, now=now, reason="the chat is gone")
            if claimed.chat_kind == "group":
                self._tell_room(session, claimed)

    def _tell_room(self, session: Session, claimed: Claimed) -> None:
        """The group's own room sees to what follows, in a turn that holds the group."""
        accepting.accept(
            session,
            Accepted(
                dedupe_key=f"gone:{claimed.id}",
                chat=ChatKey(claimed.channel, claimed.external_id, claimed.chat_kind),
                payload=Arrival(Happened.BLOCKED).to_json(),
                kind="internal",
            ),
            now=self._clock.now(),
        )

    def _set_aside(self, session: Session, claimed: Claimed, reason: str) -> None:
        """Keep the row with its error. A resident who missed a reply is asked again next time."""
        log.error("outbox row %s (%s) is set aside: %s", claimed.id, claimed.kind, reason)
        ours = self._composer.end(session, claimed, state="set_aside", reason=reason)
        if ours and threads.thread_of(session, claimed.chat_id):
            self._topics.go_without(session, claimed.chat_id)
        elif ours and claimed.lane == Lane.REPLIES:
            chats.note_missed(session, claimed.chat_id, missed=True)

    def _unwritten(self, session: Session, outcome: Outcome, error: Exception) -> list[Outcome]:
        """What cannot be written for a reason of its own is set aside; else it is tried again."""
        row = outcome.load.claimed.id
        log.error("the outcome of outbox row %s: %s", row, type(error).__name__)
        if isinstance(error, OperationalError):
            return [outcome]
        reason = f"{type(error).__name__} while its outcome was written"
        self._composer.end(session, outcome.load.claimed, state="set_aside", reason=reason)
        return []


def _new_ids(outcomes: Iterable[Outcome]) -> Iterator[tuple[int, int]]:
    """What the channel calls those of these messages that it did not know before."""
    for outcome in outcomes:
        claimed, parcel, result = outcome.load.claimed, outcome.load.parcel, outcome.result
        sent = result.external_id if isinstance(result, Sent) else None
        if sent is not None and sent != parcel.edits and claimed.message_id is not None:
            yield claimed.message_id, sent


def _failed_in_group(claimed: Claimed) -> bool:
    """Whether it went to a group in another try than the first."""
    return claimed.chat_kind == "group" and claimed.attempts > 1


def _is_about_chat(claimed: Claimed, result: Result) -> bool:
    """Whether writing it changes the chat's row, which a turn may hold."""
    if isinstance(result, Again):
        return result.pauses
    if isinstance(result, Aside):
        return claimed.lane == Lane.REPLIES
    return isinstance(result, Moved | Gone | Opened | NoTopics)


def _cannot_follow(claimed: Claimed, error: Exception) -> None:
    log.error("after outbox row %s (%s): %s", claimed.id, claimed.kind, type(error).__name__)
