"""A resident's turn: what arrived becomes an `Incoming`, the dialogue answers, both are kept."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlalchemy.orm import Session

from actions.desk.talk_notes import say_blocked
from actions.members.told import tell_who_stands_in
from bot.clock import Clock
from bot.pipeline import speech
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.misses import keep_miss
from bot.pipeline.performing import Performer
from bot.pipeline.sides import OTHER_SIDE, Sides, is_answer, keep_side
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.wording import Wording
from dialogues.exchange import Asked, Did, Incoming, Reply
from dialogues.model import Content
from dialogues.runner import Outcome, Runner
from dialogues.state import State
from storage import broadcasts, chats, interests, messages, outbox, subscriptions
from storage.chats import Marks
from storage.models import Chat
from storage.sides import is_of_other_side

Watch = Callable[[State, Outcome], None]  # told of every turn: the state before, and the outcome

_ANSWERED = {Happened.SAID, Happened.PRESSED, Happened.EDITED, Happened.INTERNAL}


class Residents:
    """Holds the dialogue with everyone who writes in private."""

    def __init__(
        self, *, content: Content, performer: Performer, clock: Clock, watch: Watch | None = None
    ) -> None:
        self._content = content
        self._runner = Runner(content)
        self._sides = Sides(content)
        self._performer = performer
        self._clock = clock
        self._watch = watch
        self._patience = Wording(content).reply("utter_patience", {})

    def take(self, session: Session, turn: Turn) -> Answer:
        """Answer what arrived; see `turn.Handler`."""
        chat, first = turn.chat, turn.arrivals[0]
        now = self._clock.now()
        if first.happened is Happened.BLOCKED:
            close_chat(session, chat.id, now=now, reason="blocked")
            return Answer()
        if chat.blocked_at is not None:
            chats.mark_reachable(session, chat.id)
        if first.happened not in _ANSWERED:
            return Answer()
        language = first.sender.language if first.sender else None
        state, speaking = self._sides.enter(session, chat, self._state(turn), now=now)
        incoming = self._incoming(session, chat, turn.arrivals)
        incoming = replace(incoming, stored_at=_stored_at(turn, now))
        _remember(session, chat.id, turn.arrivals, state.question, now)
        if chat.missed_reply and first.happened is Happened.SAID and not first.text.startswith("/"):
            return self.apologise(session, turn)  # they answer a question that never reached them
        run_action = self._performer.bind(
            session,
            chat_id=chat.id,
            staff_chat_id=turn.staff_chat_id,
            channel=chat.channel,
            speaking=speaking,
            language=language,
        )
        outcome = self._runner.take(state, incoming, run_action=run_action, now=now)
        if speaking is not None:
            keep_side(state, outcome, incoming, run_action)
        if self._watch is not None:
            self._watch(state, outcome)
        keep_miss(
            session,
            chat,
            incoming,
            outcome,
            content=self._content,
            question=state.question,
            language=language,
            now=now,
        )
        return self._answer(turn, outcome)

    def apologise(self, _session: Session, turn: Turn) -> Answer:
        """Say sorry, and ask the open question again; see `turn.Handler`."""
        return self._answer(turn, self._runner.apologise(self._state(turn)))

    def go_on(self, session: Session, turn: Turn, *, first: Sequence[Reply]) -> Answer:
        """Say this, and ask the open question again, if there is one."""
        run_action = self._performer.bind(
            session,
            chat_id=turn.chat.id,
            staff_chat_id=turn.staff_chat_id,
            channel=turn.chat.channel,
        )
        now = self._clock.now()
        outcome = self._runner.ask_again(self._state(turn), run_action=run_action, now=now)
        return self._answer(turn, replace(outcome, replies=[*first, *outcome.replies]))

    def hears_crisis(self, turn: Turn) -> bool:
        """Whether what was said may mean that somebody is in danger."""
        incoming = _said(turn.arrivals, asked=None)
        return self._runner.is_crisis(self._state(turn), incoming)

    def _state(self, turn: Turn) -> State:
        saved = turn.state
        return State.from_json(saved, self._content) if saved else State.new(self._content)

    def _answer(self, turn: Turn, outcome: Outcome) -> Answer:
        before, replies = chats.marks_of(turn.chat), outcome.replies
        flooded_at = before.flooded_at
        if turn.is_deferred and flooded_at is None:
            flooded_at = self._clock.now()
            replies = [self._patience, *replies]
        elif not turn.is_deferred:
            flooded_at = None
        after = Marks(outcome.state.expects_text, missed_reply=False, flooded_at=flooded_at)
        return Answer(
            replies, state=outcome.state.to_json(), marks=after if after != before else None
        )

    def _incoming(self, session: Session, chat: Chat, arrivals: list[Arrival]) -> Incoming:
        first = arrivals[0]
        if first.happened is Happened.INTERNAL:
            return Incoming(Did.INTERNAL, payload=f"/{first.intent}", values=first.values or {})
        if first.happened is Happened.PRESSED:
            return _press(session, chat, first)
        return _said(arrivals, asked=_question_met(session, chat, first))


def _stored_at(turn: Turn, now: datetime) -> datetime:
    """When what is answered now was stored; the first part of what joined counts."""
    return turn.rows[0].received_at if turn.rows else now


def close_chat(session: Session, chat_id: int, *, now: datetime, reason: str) -> None:
    """Nobody is there any more: nothing else is sent, and no reminder or news wait."""
    if chats.get_chat(session, chat_id).blocked_at is None:
        say_blocked(session, chat_id, now=now)
    tell_who_stands_in(session, chat_id, now=now)
    chats.mark_blocked(session, chat_id, now=now)
    subscriptions.stop_all(session, chat_id=chat_id, now=now)
    interests.stop_interests(session, chat_id=chat_id, now=now)
    broadcasts.drop_for_chat(session, chat_id=chat_id, reason=reason, now=now)
    outbox.drop_for_chat(session, chat_id=chat_id, reason=reason, now=now)


def _press(session: Session, chat: Chat, arrival: Arrival) -> Incoming:
    found = speech.pressed(session, chat_id=chat.id, token=arrival.token or "")
    if found is None:  # the message is gone, or never was here: the engine knows it as an old one
        return Incoming(Did.PRESS, sent_at=arrival.sent_at)
    message, button = found
    if is_of_other_side(chat, message) and is_answer(button.payload):
        return Incoming(Did.PRESS, payload=f"/{OTHER_SIDE}", sent_at=arrival.sent_at)
    return Incoming(
        Did.PRESS,
        text=button.label,
        payload=button.payload,
        asked=speech.asked_by(message),
        sent_at=arrival.sent_at,
    )


def _said(arrivals: list[Arrival], *, asked: Asked | None) -> Incoming:
    """Words and media; several arrivals in a row make one answer."""
    first = arrivals[0]
    attachments = tuple(item for arrival in arrivals for item in arrival.attachments)
    did = Did.TEXT
    if first.happened is Happened.EDITED:
        did = Did.EDIT
    elif attachments:
        did = Did.ATTACHMENT
    return Incoming(
        did,
        text="\n".join(arrival.text for arrival in arrivals if arrival.text),
        attachments=attachments,
        asked=asked,
        sent_at=first.sent_at,
    )


def _question_met(session: Session, chat: Chat, arrival: Arrival) -> Asked | None:
    """For an edit, the question its message answered; for a reply, the question it replies to. One
    that was asked while they spoke for somebody else is met by nothing they say now."""
    edited = arrival.happened is Happened.EDITED
    external_id = arrival.message_id if edited else arrival.reply_to
    if external_id is None:
        return None
    met = messages.find_by_external_id(session, chat_id=chat.id, external_id=external_id)
    return None if met is None or is_of_other_side(chat, met) else speech.asked_by(met)


def _remember(
    session: Session, chat_id: int, arrivals: list[Arrival], question: Asked | None, now: datetime
) -> None:
    """Keep what was said, and which question it met, so that an edit can correct it."""
    for arrival in arrivals:
        if arrival.happened is Happened.EDITED:
            _remember_edit(session, chat_id, arrival, now)
        elif arrival.happened is Happened.SAID:
            messages.add_message(
                session,
                chat_id=chat_id,
                direction="in",
                now=now,
                text=arrival.text or None,
                external_id=arrival.message_id,
                flow=question.flow if question else None,
                step=question.step if question else None,
                media=[asdict(item) for item in arrival.attachments] or None,
                reply_to_id=_replied_to(session, chat_id, arrival),
            )


def _replied_to(session: Session, chat_id: int, arrival: Arrival) -> int | None:
    if arrival.reply_to is None:
        return None
    found = messages.find_by_external_id(session, chat_id=chat_id, external_id=arrival.reply_to)
    return found.id if found else None


def _remember_edit(session: Session, chat_id: int, arrival: Arrival, now: datetime) -> None:
    if arrival.message_id is None:
        return
    known = messages.find_by_external_id(session, chat_id=chat_id, external_id=arrival.message_id)
    if known is not None:
        messages.rewrite(session, known.id, text=arrival.text, now=now)
