"""Turns that fail: tried again, then set aside with a word to whoever wrote."""

import logging
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.turn import Answered, Handler, NotYetError, Turn, turn_of
from storage import chats, inbox, staff
from storage.crypto import WrongKeyError
from storage.database import Database
from storage.inbox import Taken, Waiting

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3
RETRY_AFTER = (timedelta(seconds=0.5), timedelta(seconds=3))
SUSPECT_WAITS = timedelta(seconds=10)  # before one that killed the process is tried again

Keep = Callable[[Session, list[Answered]], None]


class Failures:
    """Writes down what became of updates whose turn failed, each in a transaction of its own.

    `keep` writes what a turn leaves behind.
    """

    def __init__(self, *, database: Database, clock: Clock, handler: Handler, keep: Keep) -> None:
        self._database = database
        self._clock = clock
        self._handler = handler
        self._keep = keep

    def note(self, chat_id: int, rows: list[Waiting], error: Exception) -> None:
        """The turn with these rows has failed and is rolled back. Raises the error where there are
        none: then it was not theirs."""
        if isinstance(error, WrongKeyError):
            self._unreadable(chat_id)
            return
        if not rows:
            raise error
        reason = f"{type(error).__name__} in {_place(error)}"
        attempts = max(row.attempts for row in rows) + 1
        level = logging.INFO if isinstance(error, NotYetError) else logging.ERROR
        log.log(level, "turn failed, attempt %s of %s: %s", attempts, MOST_ATTEMPTS, reason)
        now = self._clock.now()
        with self._database.transaction() as session:
            # A deadlock, an outage or something on its way is nobody's fault.
            if isinstance(error, OperationalError | NotYetError):
                later = now + RETRY_AFTER[0]
                inbox.retry_later(session, rows, ready_at=later, error=reason, counts=False)
                return
            if attempts < MOST_ATTEMPTS:
                later = now + RETRY_AFTER[attempts - 1]
                inbox.retry_later(session, rows, ready_at=later, error=reason)
                return
            inbox.set_aside(session, rows, now=now, error=reason)
        self._apologise(chat_id)

    def count_suspect(self, chat_id: int) -> bool:
        """The chat's next update waited when a process died: its attempt is counted before it is
        made; whether it is to be made."""
        now = self._clock.now()
        with self._database.transaction() as session:
            rows = inbox.hold_suspects(session, chat_id, now=now)
            given_up = any(row.attempts >= MOST_ATTEMPTS for row in rows)
            if given_up:
                log.error("an update that ended the process %s times is set aside", MOST_ATTEMPTS)
                inbox.set_aside(session, rows, now=now, error="ended the process")
            else:
                inbox.count_attempt(session, rows, ready_at=now + SUSPECT_WAITS)
        if given_up:
            self._apologise(chat_id)
        return bool(rows) and not given_up

    def _unreadable(self, chat_id: int) -> None:
        """Something of this chat cannot be opened: the update that met it is set aside."""
        log.error("an update cannot be opened with this key; it is set aside")
        now = self._clock.now()
        with self._database.transaction() as session:
            inbox.set_oldest_aside(session, chat_id, now=now, error="WrongKeyError")

    def _apologise(self, chat_id: int) -> None:
        try:
            with self._database.transaction() as session:
                turn = self._turn(session, chat_id)
                self._keep(session, [(turn, self._handler.apologise(session, turn))])
        except Exception as error:  # noqa: BLE001  # the next turn must go on, whatever it was
            log.error("apology failed: %s in %s", type(error).__name__, _place(error))

    def _turn(self, session: Session, chat_id: int) -> Turn:
        """One without an update."""
        chat, state = chats.get_chat(session, chat_id), chats.load_state(session, chat_id)
        is_staffs = staff.is_staff_chat(session, chat_id)
        return turn_of(Taken(chat, state, rows=[], is_staffs=is_staffs), [])


def _place(error: BaseException) -> str:
    """Where it happened, without the message: an error's words may quote what a person wrote."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "an unknown place"
    code = trace.tb_frame.f_code
    return f"{code.co_qualname}, line {trace.tb_lineno}"
