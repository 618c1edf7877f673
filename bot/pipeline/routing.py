"""Which room a chat's updates go to: the dialogue, the staff desk, or the group's own."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.pipeline.turn import Answer, Handler, Turn
from storage import chats, staff
from storage.models import Chat

# Whether what came from elsewhere than the staff chat is meant for the desk.
IsForDesk = Callable[[Session, Turn], bool]


class Router:
    """Hands each chat's arrivals to its room."""

    def __init__(
        self, *, residents: Handler, desk: Handler, groups: Handler, is_for_desk: IsForDesk
    ) -> None:
        self._residents = residents
        self._desk = desk
        self._groups = groups
        self._is_for_desk = is_for_desk

    def take(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        return self._room(session, turn).take(session, turn)

    def apologise(self, session: Session, turn: Turn) -> Answer:
        """See `turn.Handler`."""
        return self._room(session, turn).apologise(session, turn)

    def _room(self, session: Session, turn: Turn) -> Handler:
        is_staffs = turn.is_staffs or _is_staffs_topic(session, turn.chat)
        if is_staffs or self._is_for_desk(session, turn):
            return self._desk
        return self._residents if turn.chat.kind == "private" else self._groups


def _is_staffs_topic(session: Session, chat: Chat) -> bool:
    """Whether it is a topic of a group in which leads arrive."""
    group, is_topic, _topic = chat.external_id.partition("/")
    if not is_topic:
        return False
    found = chats.find_chat_id(session, channel=chat.channel, external_id=group)
    return found is not None and staff.is_staff_chat(session, found)
