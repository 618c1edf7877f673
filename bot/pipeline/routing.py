"""Which room a chat's updates go to: the dialogue, the staff desk, or the greeting of a group."""

import logging

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.arrival import Arrival, Happened
from bot.pipeline.residents import close_chat
from bot.pipeline.turn import Answer, Handler, Turn
from dialogues.exchange import Reply
from storage import chats

log = logging.getLogger(__name__)


class Router:
    """Hands each chat's arrivals to its room."""

    def __init__(self, *, residents: Handler, desk: Handler, groups: Handler) -> None:
        self._residents = residents
        self._desk = desk
        self._groups = groups

    def take(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        return self._room(turn).take(session, turn)

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        return self._room(turn).apologise(session, turn)

    def _room(self, turn: Turn) -> Handler:
        if turn.is_staffs:
            return self._desk
        return self._residents if turn.chat.kind == "private" else self._groups


class Groups:
    """A group that is not the staff's: says once what the assistant is, and where to talk to it."""

    def __init__(self, *, introduction: Reply, clock: Clock) -> None:
        self._introduction = introduction
        self._clock = clock

    def take(self, session: Session, turn: Turn) -> Answer:
        """Answer commands and being added; everything else is the group's own talk."""
        chat, first = turn.chat, turn.arrivals[0]
        if first.happened is Happened.BLOCKED:
            close_chat(session, chat.id, now=self._clock.now(), reason="removed from the group")
        elif first.happened is Happened.ADDED or _is_for_us(first):
            chats.mark_reachable(session, chat.id)
            log.info("in a group that is not connected; its id is %s", chat.external_id)
            return Answer([self._introduction])
        return Answer()

    def apologise(self, _session: Session, _turn: Turn) -> Answer:
        """A group is not troubled with our mishaps."""
        return Answer()


def _is_for_us(arrival: Arrival) -> bool:
    """A command, and not one for another bot: our own address is taken off by the gateway."""
    command = arrival.text.partition(" ")[0]
    return arrival.happened is Happened.SAID and command.startswith("/") and "@" not in command
