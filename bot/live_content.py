"""Content that counts as soon as its author has saved it, for `run --dev`.

Nothing is watched: before each use the files' times are looked at, and when they differ the
content is read and checked anew. It is swapped whole: a turn ends with what it began with.
"""

import logging
import sys
import threading
from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.composing import Draft, Writer
from bot.pipeline.turn import Answer, Handler, Turn
from dialogues.exchange import Reply
from dialogues.findings import ContentError, Finding
from dialogues.loader import files
from dialogues.model import Content
from storage.models import Chat
from storage.outbox import Claimed

log = logging.getLogger(__name__)

T = TypeVar("T")
Read = Callable[[Path], Content]
Stamp = dict[Path, tuple[int, int]]
MOST_TOLD = 5


class LiveContent:
    """The newest content that checks. `faults` are those of newer files, which do not count yet."""

    def __init__(self, folder: Path, read: Read, stamp: Stamp, content: Content) -> None:
        self._folder = folder
        self._read = read
        self._stamp = stamp
        self._content = content
        self._lock = threading.Lock()
        self.faults: list[Finding] = []

    @classmethod
    def opened(cls, folder: Path, read: Read) -> "LiveContent":
        """Reads for the first time. Raises ContentError."""
        stamp = _stamp(folder)  # before reading: what is saved meanwhile is seen at the next look
        return cls(folder, read, stamp, read(folder))

    def current(self) -> Content:
        """What counts now. What is wrong with newer files is told on stderr, once."""
        with self._lock:
            try:
                stamp = _stamp(self._folder)
                if stamp != self._stamp:
                    self._take_up()
                    self._stamp = stamp
            except OSError as error:  # a file is just being replaced: it is there at the next look
                log.warning("the content cannot be read: %s", error)
            return self._content

    def _take_up(self) -> None:
        try:
            self._content = self._read(self._folder)
        except ContentError as error:
            self.faults = error.findings
            told = "\n".join(map(str, error.findings))
            sys.stderr.write(f"{told}\nthe content from before this change stays in force\n")
            sys.stderr.flush()
        else:
            self.faults = []
            log.info("the content has changed, and counts from here on")


class Made(Generic[T]):
    """Something that is made of the content, and made anew when the content has changed."""

    def __init__(self, live: LiveContent, make: Callable[[Content], T]) -> None:
        self._live = live
        self._make = make
        self._made: tuple[Content, T] | None = None

    def current(self) -> T:
        """The one that is made of what counts now."""
        content, made = self._live.current(), self._made
        if made is None or made[0] is not content:
            made = self._made = (content, self._make(content))
        return made[1]


class LiveRooms:
    """Hands arrivals to rooms made of what counts now; see `turn.Handler`.

    In chats of the channel `tells_in`, the local preview's, faults in edited files are told too.
    """

    def __init__(
        self,
        live: LiveContent,
        make: Callable[[Content], Handler],
        *,
        clock: Clock,
        tells_in: str,
    ) -> None:
        self._live = live
        self._clock = clock
        self._rooms = Made(live, make)
        self._tells_in = tells_in
        self._told: list[Finding] = []

    def take(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        rooms = self._rooms.current()
        if turn.chat.channel == self._tells_in:
            self._tell(session, turn.chat)
        return rooms.take(session, turn)

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        return self._rooms.current().apologise(session, turn)

    def _tell(self, session: Session, chat: Chat) -> None:
        faults = self._live.faults
        if faults and faults is not self._told:
            now = self._clock.now()
            speech.queue_replies(session, chat_id=chat.id, replies=[_notice(faults)], now=now)
        self._told = faults


def live_writers(
    live: LiveContent, make: Callable[[Content], dict[str, Writer]]
) -> dict[str, Writer]:
    """Writers that word each row with what counts when it is claimed."""
    writers = Made(live, make)
    return {kind: partial(_write, writers, kind) for kind in writers.current()}


def _write(
    writers: Made[dict[str, Writer]], kind: str, session: Session, claimed: Claimed
) -> Draft:
    return writers.current()[kind](session, claimed)


def _notice(faults: list[Finding]) -> Reply:
    shown = [f"<code>{escape(str(it))}</code>" for it in faults[:MOST_TOLD]]
    if len(faults) > MOST_TOLD:
        shown.append(f"… and {len(faults) - MOST_TOLD} more")
    return Reply("\n".join(["<b>Your change does not count yet:</b>", *shown]))


def _stamp(folder: Path) -> Stamp:
    stats = ((path, path.stat()) for path in files(folder))
    return {path: (stat.st_mtime_ns, stat.st_size) for path, stat in stats}
