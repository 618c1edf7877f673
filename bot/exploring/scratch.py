"""A scratch database on which many conversations branch from each other, none seeing another's.

Every turn runs in one transaction that is never committed. What a turn has written is kept as a
list of statements; before the next turn of that conversation they are carried out once more, and
afterwards everything is rolled back.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from actions.speaking import Speaking, stand_in
from bot.clock import ManualClock
from bot.core import Core, open_core
from bot.pipeline.performing import Performer
from bot.settings import Settings
from dialogues.model import Content
from dialogues.runner import ActionCall, ActionResult, Outcome, RunAction
from storage import chats, groups, members, staff
from storage.chats import ChatKey
from storage.models import Chat

CHANNEL = "explore"
RESIDENT = ChatKey(CHANNEL, "sam", "private", "Sam")
NEIGHBOUR = ChatKey(CHANNEL, "kim", "private", "Kim")
GROUP = ChatKey(CHANNEL, "gardeners", "group", "The gardeners")
STAFF = ChatKey(CHANNEL, "staff", "group", "Staff chat")
A_MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)  # noon in the week: staff are there
_WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Write:
    """A statement that changed the database, as it went to the driver."""

    statement: str
    parameters: Any  # a list of them, where the statement was carried out for each

    def again(self, raw: Any) -> None:
        """Carry it out once more, on a connection of the driver's."""
        many = isinstance(self.parameters, list)
        (raw.executemany if many else raw.execute)(self.statement, self.parameters).fetchall()

    @property
    def table(self) -> str:
        words = self.statement.split()
        return words[1] if words[0] == "UPDATE" else words[2]


Writes = tuple[Write, ...]


class Scratch:
    """Runs turns with the real actions. Made by `open_scratch`."""

    def __init__(self, core: Core, connection: Connection, chat: Chat) -> None:
        self.core = core
        self._connection = connection
        self._raw: Any = connection.connection.driver_connection
        self._chat = chat
        self._performer = Performer(
            content=core.content, wording=core.wording, programme=core.programme, clock=core.clock
        )
        self._written: list[Write] = []
        event.listen(connection, "after_cursor_execute", self._note)

    def turn(self, past: Writes, take: Callable[[RunAction], Outcome]) -> tuple[Outcome, Writes]:
        """One turn of the conversation that has written `past`; its outcome, and `past` with what
        it has written itself. What an action raises goes through."""
        branch = _Branch(self, past)
        try:
            outcome = take(branch.run)
            return outcome, (*past, *branch.written())
        finally:
            branch.leave()

    def begin(self, past: Writes) -> tuple[Session, RunAction]:
        """A session that sees `past`, and the actions bound to it."""
        self._raw.execute("SAVEPOINT turn")
        for write in past:
            write.again(self._raw)
        session = Session(
            self._connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        )
        run = self._performer.bind(
            session,
            chat_id=self._chat.id,
            staff_chat_id=staff.staff_chat_id(session, channel=self._chat.channel),
            channel=self._chat.channel,
            speaking=self._speaking(session),
        )
        self._written = []
        return session, run

    def _speaking(self, session: Session) -> Speaking | None:
        group_id, chat_id = chats.get_chat(session, self._chat.id).speaks_for, self._chat.id
        now = self.core.clock.now()
        return stand_in(session, group_id=group_id, chat_id=chat_id, now=now) if group_id else None

    def written(self) -> Writes:
        """What has been written since `begin`."""
        return tuple(self._written)

    def writing(self, write: Callable[[Session], None]) -> Writes:
        """What this writes, as the past of a conversation."""
        session, _run = self.begin(())
        try:
            write(session)
            session.flush()
            return self.written()
        finally:
            self.end(session)

    def end(self, session: Session) -> None:
        """Throw away what the session has done, and the past with it."""
        session.close()
        self._raw.execute("ROLLBACK TO turn")
        self._raw.execute("RELEASE turn")

    def _note(
        self, _c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> None:
        if statement.startswith(_WRITES):
            self._written.append(Write(statement, parameters))


class _Branch:
    """One turn's view of the database, opened when the first action wants it."""

    def __init__(self, scratch: Scratch, past: Writes) -> None:
        self._scratch = scratch
        self._past = past
        self._session: Session | None = None
        self._run: RunAction | None = None

    def run(self, call: ActionCall) -> ActionResult:
        if self._run is None:
            self._session, self._run = self._scratch.begin(self._past)
        return self._run(call)

    def written(self) -> Writes:
        if self._session is None:
            return ()
        self._session.flush()
        return self._scratch.written()

    def leave(self) -> None:
        if self._session is not None:
            self._scratch.end(self._session)


@contextmanager
def open_scratch(settings: Settings, *, content: Content | None = None) -> Iterator[Scratch]:
    """A fresh database with the sample calls, a resident and a staff chat, at noon on a Monday;
    with other content than the files have, if it is given.

    Raises ContentError when the content does not check.
    """
    clock = ManualClock(A_MONDAY)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_core(settings.on_scratch(Path(folder)), clock=clock) as opened,
    ):
        core = opened.saying(content or opened.content)
        chat = _furnish(core)
        with core.database.engine.connect() as connection, connection.begin():
            yield Scratch(core, connection, chat)


def _furnish(core: Core) -> Chat:
    now = core.clock.now()
    with core.database.transaction() as session:
        if (core.settings.dialogues / "samples.yml").exists():
            core.load_samples(session)
        staff.seed_staff_chat(session, STAFF, now=now)
        _gather(session, now)
        return chats.get_chat(session, chats.chat_id_for(session, RESIDENT, now=now))


def _gather(session: Session, now: datetime) -> None:
    """The resident is the contact of a group, and not alone in it."""
    chat_id = chats.chat_id_for(session, GROUP, now=now)
    group = groups.group_of(session, chat_id=chat_id, added_by=None, now=now)
    for key, role in ((RESIDENT, members.CONTACT), (NEIGHBOUR, members.MEMBER)):
        members.join(
            session,
            group,
            external_id=key.external_id,
            chat_id=chats.chat_id_for(session, key, now=now),
            name=key.name,
            role=role,
            now=now,
        )
