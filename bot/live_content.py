"""Content that changes while this runs: staff publish other words for it in the console, and with
`run --dev` it counts as soon as its author has saved it.

Nothing is watched: in development the files' times are looked at before each use, and when they
differ the content is read and checked anew. It is swapped whole: a turn ends with what it began
with.
"""

import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import Path
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.composing import Draft, Writer
from bot.pipeline.turn import Answer, Handler, Turn
from dialogues.book import Book
from dialogues.exchange import Reply
from dialogues.findings import ContentError, Finding
from dialogues.loader import files
from dialogues.model import Content
from dialogues.rewording import Rewording, with_rewordings
from dialogues.understanding.lessons import Lesson, with_lessons
from storage.models import Chat
from storage.outbox import Claimed

log = logging.getLogger(__name__)

T = TypeVar("T")
Read = Callable[[Path], Book]
Stamp = dict[Path, tuple[int, int]]
MOST_TOLD = 5


class LiveContent:
    """The newest content that checks, in the words that staff have published. `faults` are those of
    newer files, which do not count yet; `misfits` tell by their ids why some words do not."""

    def __init__(self, folder: Path, read: Read, stamp: Stamp | None, book: Book) -> None:
        self._folder = folder
        self._read = read
        self._stamp = stamp  # None: the files stay as they were read
        self._lock = threading.Lock()
        self._rewordings: Sequence[Rewording] = ()
        self._lessons: Sequence[Lesson] = ()
        self._taught: tuple[Content, Sequence[Lesson], Content] | None = None
        self.faults: list[Finding] = []
        self.misfits: Mapping[int, str] = {}
        self.book = book
        self._content = book.content

    @classmethod
    def opened(cls, folder: Path, read: Read, *, dev: bool = False) -> "LiveContent":
        """Reads for the first time; with `dev`, again when the files change. Raises
        ContentError."""
        # Before reading: what is saved meanwhile is seen at the next look.
        stamp = _stamp(folder) if dev else None
        return cls(folder, read, stamp, read(folder))

    def current(self) -> Content:
        """What counts now. What is wrong with newer files is told on stderr, once."""
        if self._stamp is None:
            return self._content
        with self._lock:
            try:
                stamp = _stamp(self._folder)
                if stamp != self._stamp:
                    self._take_up()
                    self._stamp = stamp
            except OSError as error:  # a file is just being replaced: it is there at the next look
                log.warning("the content cannot be read: %s", error)
            return self._content

    def reword(self, rewordings: Sequence[Rewording]) -> None:
        """Say these from here on otherwise than the files do, and all else as they do."""
        with self._lock:
            self._rewordings = rewordings
            self._put_in_words()

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Have these examples besides those of the files from here on."""
        with self._lock:
            self._lessons = lessons
            self._put_in_words()

    def _with_lessons(self) -> Content:
        """Made once: the model of its language is put into place there."""
        made, book = self._taught, self.book.content
        if made is None or made[0] is not book or made[1] != self._lessons:
            former = self._content.language.intents.learner.model if made else None
            taught = with_lessons(book, self._lessons)
            if taught.language.intents.learner.model is None:
                taught.language.intents.learner.model = former  # until its own is ready
            made = self._taught = (book, self._lessons, taught)
        return made[2]

    def _put_in_words(self) -> None:
        content, self.misfits = self._with_lessons(), {}
        if self._rewordings:
            content, self.misfits = with_rewordings(content, self._rewordings)
        for it in self._rewordings:
            if it.id in self.misfits:
                log.warning("published words for %s: %s", it.response, self.misfits[it.id])
        self._content = content

    def _take_up(self) -> None:
        try:
            self.book = self._read(self._folder)
        except ContentError as error:
            self.faults = error.findings
            told = "\n".join(map(str, error.findings))
            sys.stderr.write(f"{told}\nthe content from before this change stays in force\n")
            sys.stderr.flush()
        else:
            self.faults = []
            self._put_in_words()
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
