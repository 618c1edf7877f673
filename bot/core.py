"""What every part of the assistant shares: content, database, clock, and how they are opened."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy.orm import Session

from actions.calls.call_files import load_samples
from actions.registry import ACTIONS, RESPONSES
from bot.clock import Clock
from bot.lessons import Lessons
from bot.live_content import LiveContent
from bot.pipeline.signals import Signals
from bot.pipeline.wording import Wording
from bot.rewordings import Rewordings
from bot.settings import SettingError, Settings, secret_key
from dialogues.book import Book
from dialogues.loader import open_book, open_checked
from dialogues.model import Content
from dialogues.programme import Programme
from storage.database import Database, open_database
from storage.keystone import key_fits
from storage.locks import queue_up
from storage.schema import NewerSchemaError, migrate

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Core:
    """What every part shares."""

    settings: Settings
    clock: Clock
    database: Database
    content: Content
    programme: Programme
    wording: Wording
    signals: Signals = field(default_factory=Signals)
    live: LiveContent | None = None  # None: this content stays
    rewordings: Rewordings | None = None  # what staff say otherwise; with `live`
    lessons: Lessons | None = None  # what is learnt from staff; with `live`

    def saying(self, content: Content) -> "Core":
        """The same with other content, which stays."""
        programme = programme_of(self.settings, content)
        return replace(
            self,
            content=content,
            programme=programme,
            wording=Wording(content),
            live=None,
            rewordings=None,
            lessons=None,
        )

    @property
    def published(self) -> list[Rewordings | Lessons]:
        """What is looked for as long as this runs, as any process may change it."""
        return [it for it in (self.rewordings, self.lessons) if it is not None]

    def load_samples(self, session: Session) -> None:
        """Keep the content's illustrative calls, with dates that count from today."""
        queue_up(session, "calls")
        path = self.settings.dialogues / "samples.yml"
        load_samples(session, path, programme=self.programme, now=self.clock.now())


def read_checked(folder: Path) -> Book:
    """The content, if there is nothing at all to find in it. Raises ContentError."""
    return open_checked(folder, ACTIONS, RESPONSES)


@contextmanager
def open_core(
    settings: Settings,
    *,
    clock: Clock,
    read: Callable[[Path], Book] = open_book,
    dev: bool = False,
) -> Iterator[Core]:
    """Content and database, checked and migrated. Raises SettingError or ContentError.

    What staff have published counts, and what they publish while this is open once it is looked
    for. With `dev`, edited content counts from the next turn on.
    """
    live = LiveContent.opened(settings.dialogues, read, dev=dev)
    secret, made = secret_key(settings)
    if made is not None:
        log.warning("made a key for personal data: keep %s safe, nothing opens without it", made)
    try:
        database = open_database(settings.database, secret=secret)
    except ValueError as error:
        raise SettingError("DATABASE_URL", str(error)) from error
    try:
        _prepare(database)
        rewordings = Rewordings(database=database, live=live)
        lessons = Lessons(database=database, live=live)
        with database.reading() as session:
            rewordings.look(session)
            lessons.look(session)
        content = live.current()
        yield Core(
            settings=settings,
            clock=clock,
            database=database,
            content=content,
            programme=programme_of(settings, content),
            wording=Wording(live.current),
            live=live,
            rewordings=rewordings,
            lessons=lessons,
        )
    finally:
        database.close()


def _prepare(database: Database) -> None:
    """Bring the schema up to date, and see that the key fits. Several may start at once."""
    try:
        migrate(database.engine)
    except NewerSchemaError as error:
        raise SettingError("DATABASE_URL", str(error)) from error
    with database.transaction() as session:
        queue_up(session, "key")
        if not key_fits(session):
            raise SettingError("SECRET_KEY", "is not the key this database was written with")


def programme_of(settings: Settings, content: Content) -> Programme:
    """The content's programme, with the quiet hours of the settings where they are given."""
    if settings.quiet_hours is None:
        return content.programme
    return content.programme.model_copy(update={"quiet_hours": settings.quiet_hours})
