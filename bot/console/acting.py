"""Doing in a browser what the desk does in a chat: the same deeds, held against the same table.

Each member has a chat with the desk that no channel shows but the console: what they ask for there
is answered in it, and the page that they are on shows the answer.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aiohttp import web
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.console.numbers import number_in
from bot.console.visitor import Visitor
from bot.desk import questions
from bot.desk.daily import together
from bot.desk.desk import Desk
from bot.desk.moment import Word
from bot.pipeline import parcel, speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.signals import Signals
from bot.pipeline.wording import Wording
from dialogues import payloads
from dialogues.exchange import Button, Reply
from storage import chats, console_chats, lead_events, messages
from storage.chats import ChatKey
from storage.database import Database
from storage.models import Chat, Message, StaffMember
from storage.waking import Kind, wake, woken

MOST_SHOWN = 20  # answers in a page
_REWORDS = "decision_words"  # a button that only says how: a page has a field for the words

Still = Callable[[Session], bool]  # whether all is as it was when the page was made


@dataclass(frozen=True, slots=True)
class Acted:
    """What came of it: the answers, by the messages that hold them. Not `is_done`: it was refused,
    or there was nothing to do. `has_changed`: something happened to a lead. `is_late`: nothing was
    done, as all is not as it was any more."""

    answers: tuple[int, ...] = ()
    is_done: bool = False
    has_changed: bool = False
    is_late: bool = False
    words: tuple[Word, ...] = ()  # for other members, where they were gathered


@dataclass(frozen=True, slots=True)
class Key:
    """A button of an answer, what pressing it sends, and the desk's verb that it asks for."""

    label: str
    token: str
    verb: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer of the desk's: Telegram's HTML, and its buttons in rows. With `takes_words` it may
    be answered: `rewords` what a resident is going to read, else what the desk asked."""

    id: int
    text: str
    rows: list[list[Key]]
    takes_words: bool = False
    rewords: bool = False


class Acting:
    """Asks the desk on behalf of who is signed in."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        desk: Desk,
        signals: Signals,
        wording: Wording,
    ) -> None:
        self._wording = wording
        self._database = database
        self._clock = clock
        self._desk = desk
        self._signals = signals

    async def command(
        self, visitor: Visitor, text: str, *, still: Still | None = None, gathers: bool = False
    ) -> Acted:
        """Do what this command of the desk's says, such as `/note LCR-AAAAA rang her`; with
        `still` only if that says so, in the same transaction. With `gathers` other members are not
        told of it: see `tell_together`."""
        said = Arrival(Happened.SAID, _sender(visitor), text, callback_id=_unique())
        return await self._done(visitor, said, still, gathers=gathers)

    async def tell_together(self, words: Sequence[Word]) -> None:
        """Tell members what was gathered for them, each as few words as can be."""

        def tell(session: Session) -> frozenset[Kind]:
            together.tell_together(session, words, wording=self._wording, now=self._clock.now())
            return woken(session)

        self._signals.wake(await self._database.write(tell))

    async def choose(self, visitor: Visitor, payload: str) -> Acted:
        """Press a button that a page shows by itself, such as `/staff_revoke(link=3)`."""
        pressed = Arrival(Happened.PRESSED, _sender(visitor), callback_id=_unique())
        return await self._done(visitor, pressed, payload=payload)

    async def secret(self, visitor: Visitor, text: str) -> tuple[Acted, list[Shown]]:
        """Do what this command says, and give what it is answered once: nothing of the answer is
        kept. What is refused is answered as by `command`."""
        said = Arrival(Happened.SAID, _sender(visitor), text, callback_id=_unique())

        def act(session: Session) -> tuple[Acted, list[Shown]]:
            acted = self._act(session, visitor, said)
            if not acted.is_done:
                return acted, []
            told = self.shown(session, visitor, acted.answers)
            for it in acted.answers:
                messages.rewrite(session, it, text="", now=self._clock.now())
            return acted, told

        return await self._database.write(act)

    async def press(self, visitor: Visitor, token: str) -> Acted:
        """Press a button of one of the answers."""
        pressed = Arrival(Happened.PRESSED, _sender(visitor), token=token, callback_id=_unique())
        return await self._done(visitor, pressed)

    async def reply(self, visitor: Visitor, answer_id: int, text: str) -> Acted:
        """Say something to one of the answers."""
        said = Arrival(
            Happened.SAID,
            _sender(visitor),
            text,
            reply_to=answer_id,
            replies_to_us=True,
            callback_id=_unique(),
        )
        return await self._done(visitor, said)

    async def tell(self, visitor: Visitor, text: str) -> int:
        """Answer something ourselves, in Telegram's HTML; the message that holds it."""
        now = self._clock.now()

        def tell(session: Session) -> int:
            chat = self._chat(session, visitor)
            return speech.keep_reply(session, chat_id=chat.id, reply=Reply(text), now=now)

        return await self._database.write(tell)

    def shown(self, session: Session, visitor: Visitor, ids: Sequence[int]) -> list[Shown]:
        """Those of these answers that were given to this visitor, as they are now."""
        chat_id = chat_of(session, visitor)
        found = (it for it in messages.get_messages(session, ids) if it.chat_id == chat_id)
        return [_shown(it) for it in sorted(found, key=lambda it: it.id)]

    async def _done(
        self,
        visitor: Visitor,
        arrival: Arrival,
        still: Still | None = None,
        *,
        payload: str | None = None,
        gathers: bool = False,
    ) -> Acted:
        def act(session: Session) -> tuple[Acted, frozenset[Kind]]:
            if still is not None and not still(session):
                return Acted(is_late=True), frozenset()
            acted = self._act(session, visitor, arrival, payload, gathers=gathers)
            wake(session, "inbox")  # what is said to a resident comes in as from ourselves
            return acted, woken(session)

        acted, wakes = await self._database.write(act)
        self._signals.wake(wakes)
        return acted

    def _act(
        self,
        session: Session,
        visitor: Visitor,
        arrival: Arrival,
        payload: str | None = None,
        *,
        gathers: bool = False,
    ) -> Acted:
        chat = self._chat(session, visitor)
        member = session.get_one(StaffMember, visitor.staff_id)
        newest = messages.newest_id(session, chat.id)
        before = lead_events.newest_event_id(session)
        gathered: list[Word] | None = [] if gathers else None
        is_done = self._desk.act(session, chat, member, arrival, payload=payload, gathered=gathered)
        console_chats.show_all(session, chat.id, now=self._clock.now())
        history = messages.history(session, chat.id, after_id=newest)
        said = [it.id for it in history if it.direction == "out"]
        return Acted(
            tuple(said or _changed(session, chat.id, arrival)),
            is_done,
            any(it.who == member.name for it in lead_events.events_after(session, before)),
            words=tuple(gathered or ()),
        )

    def _chat(self, session: Session, visitor: Visitor) -> Chat:
        key = ChatKey(console_chats.CHANNEL, str(visitor.staff_id), "private", visitor.name)
        return chats.get_chat(session, chats.chat_id_for(session, key, now=self._clock.now()))


def _shown(message: Message) -> Shown:
    rows = [[_key(key.button, key.token) for key in row] for row in _rows(message)]
    verbs = {key.verb for row in rows for key in row}
    kept = [[key for key in row if key.verb != _REWORDS] for row in rows]
    rewords = _REWORDS in verbs
    return Shown(
        message.id,
        message.text or "",
        [row for row in kept if row],
        takes_words=rewords or questions.verb_of(message) is not None,
        rewords=rewords,
    )


def _rows(message: Message) -> list[list[parcel.Key]]:
    return speech.in_rows(speech.keys_of(message))


def _key(button: Button, token: str) -> Key:
    return Key(button.label, token, payloads.parse(button.payload or "").name or "")


def _unique() -> str:
    """Says that it is not the same again: what is sent to residents is sent once for each."""
    return secrets.token_hex(8)


def _changed(session: Session, chat_id: int, arrival: Arrival) -> list[int]:
    """The answer that was pressed on or replied to: it may say something else now."""
    if arrival.reply_to is not None:
        return [arrival.reply_to]
    post = speech.pressed_on(session, chat_id=chat_id, token=arrival.token or "")
    return [post.id] if post is not None else []


def answers_asked(request: web.Request) -> list[int]:
    """The answers that the address of a page wants shown, `?said=12,13`."""
    given = request.query.get("said", "").split(",")[:MOST_SHOWN]
    return [number for it in given if (number := number_in(it)) is not None]


def _sender(visitor: Visitor) -> Sender:
    return Sender(str(visitor.staff_id), visitor.name)


def chat_of(session: Session, visitor: Visitor) -> int | None:
    """The visitor's own chat of the console; None if they have asked for nothing yet."""
    return chats.find_chat_id(
        session, channel=console_chats.CHANNEL, external_id=str(visitor.staff_id)
    )
