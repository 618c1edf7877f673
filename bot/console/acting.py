"""Doing in a browser what the desk does in a chat: the same deeds, held against the same table.

Each member has a chat with the desk that no channel shows but the console: what they ask for there
is answered in it, and the page that they are on shows the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.console.visitor import Visitor
from bot.desk.desk import Desk
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from storage import chats, console_chats, messages
from storage.chats import ChatKey
from storage.database import Database
from storage.models import StaffMember

CHANNEL = "console"
MOST_SHOWN = 20  # answers in a page


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it: the answers, by the messages that hold them. Not `is_done`: it was refused,
    or there was nothing to do."""

    answers: tuple[int, ...]
    is_done: bool


@dataclass(frozen=True, slots=True)
class Key:
    """A button of an answer, and what pressing it sends."""

    label: str
    token: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer of the desk's: Telegram's HTML, and its buttons in rows."""

    id: int
    text: str
    rows: list[list[Key]]


class Acting:
    """Asks the desk on behalf of who is signed in."""

    def __init__(self, *, database: Database, clock: Clock, desk: Desk) -> None:
        self._database = database
        self._clock = clock
        self._desk = desk

    async def command(self, visitor: Visitor, text: str) -> Acted:
        """Do what this command of the desk's says, such as `/note LCR-AAAAA rang her`."""
        return await self._done(visitor, Arrival(Happened.SAID, _sender(visitor), text))

    async def press(self, visitor: Visitor, token: str) -> Acted:
        """Press a button of one of the answers."""
        return await self._done(visitor, Arrival(Happened.PRESSED, _sender(visitor), token=token))

    async def reply(self, visitor: Visitor, answer_id: int, text: str) -> Acted:
        """Say something to one of the answers."""

        said = Arrival(
            Happened.SAID, _sender(visitor), text, reply_to=answer_id, replies_to_us=True
        )
        return await self._done(visitor, said)

    def shown(self, session: Session, visitor: Visitor, ids: Sequence[int]) -> list[Shown]:
        """Those of these answers that were given to this visitor, as they are now."""
        chat_id = _chat(session, visitor)
        found = (it for it in messages.get_messages(session, ids) if it.chat_id == chat_id)
        return [
            Shown(
                it.id,
                it.text or "",
                [
                    [Key(key.button.label, key.token) for key in row]
                    for row in speech.in_rows(speech.keys_of(it))
                ],
            )
            for it in sorted(found, key=lambda it: it.id)
        ]

    async def _done(self, visitor: Visitor, arrival: Arrival) -> Acted:
        now = self._clock.now()

        def act(session: Session) -> Acted:
            key = ChatKey(CHANNEL, str(visitor.staff_id), "private", visitor.name)
            chat = chats.get_chat(session, chats.chat_id_for(session, key, now=now))
            member = session.get_one(StaffMember, visitor.staff_id)
            newest = messages.newest_id(session, chat.id)
            is_done = self._desk.act(session, chat, member, arrival)
            console_chats.show_all(session, chat.id, now=now)
            said = [it.id for it in messages.history(session, chat.id, after_id=newest)]
            return Acted(tuple(said or _changed(session, chat.id, arrival)), is_done)

        return await self._database.write(act)


def _changed(session: Session, chat_id: int, arrival: Arrival) -> list[int]:
    """The answer that was pressed on or replied to: it may say something else now."""
    if arrival.reply_to is not None:
        return [arrival.reply_to]
    post = speech.pressed_on(session, chat_id=chat_id, token=arrival.token or "")
    return [post.id] if post is not None else []


def answers_asked(request: web.Request) -> list[int]:
    """The answers that the address of a page wants shown, `?said=12,13`."""
    given = request.query.get("said", "").split(",")[:MOST_SHOWN]
    return [int(it) for it in given if it.isascii() and it.isdigit() and len(it) < 19]


def _sender(visitor: Visitor) -> Sender:
    return Sender(str(visitor.staff_id), visitor.name)


def _chat(session: Session, visitor: Visitor) -> int | None:
    return chats.find_chat_id(session, channel=CHANNEL, external_id=str(visitor.staff_id))
