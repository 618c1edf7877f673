"""Whether the staff's chat takes what is posted there, as far as it tells by what happens in it."""

from sqlalchemy.orm import Session

from actions.desk.desk_trouble import GONE, end_trouble, note_trouble
from bot.clock import Clock
from bot.pipeline.arrival import Happened
from bot.pipeline.turn import Turn
from storage import chats, outbox, staff, staff_chats, threads
from storage.models import Chat, StaffChat


class Health:
    """Notes when we are removed, silenced and let in again, and whether the group has topics."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def look_after(self, session: Session, turn: Turn) -> None:
        """Whoever is removed hears of nothing more: what is heard ends that trouble. Who may not
        write hears on, and is told when that ends."""
        arrival, now = turn.arrivals[0], self._clock.now()
        desk = desk_of(session, turn)
        if arrival.happened is Happened.BLOCKED:
            if desk is not None:
                note_trouble(session, desk.chat_id, is_silenced=arrival.is_silenced, now=now)
            return
        self._welcome_back(session, turn.chat)
        if desk is None:
            return
        if arrival.is_forum is not None and arrival.is_forum is not desk.is_forum:
            staff_chats.note_forum(session, desk.chat_id, is_forum=arrival.is_forum)
        if desk.trouble is not None and desk.chat_id != turn.chat.id:
            self._welcome_back(session, chats.get_chat(session, desk.chat_id))
        if arrival.happened is Happened.ADDED and desk.chat_id == turn.chat.id:
            end_trouble(session, desk.chat_id, now=now)
        elif desk.trouble == GONE:
            end_trouble(session, desk.chat_id, now=now, of=(GONE,))

    def _welcome_back(self, session: Session, chat: Chat) -> None:
        """Somebody in the chat is heard: what waited because it could not be posted goes now."""
        chats.mark_reachable(session, chat.id)
        if chat.paused_until is not None:
            chats.unpause(session, chat.id)
            outbox.hurry(session, chat_id=chat.id, now=self._clock.now())
        threads.resume(session, chat, now=self._clock.now())


def desk_of(session: Session, turn: Turn) -> StaffChat | None:
    """The staff chat that this comes from, itself or by one of its topics."""
    if turn.is_staffs:
        return staff.staff_chat(session, turn.chat.id)
    if turn.chat.topic_of is None:
        return None
    group_id = chats.find_chat_id(
        session, channel=turn.chat.channel, external_id=turn.chat.topic_of
    )
    return staff.staff_chat(session, group_id) if group_id is not None else None
