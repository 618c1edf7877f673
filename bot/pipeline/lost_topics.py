"""Topics of the staff's that were deleted, or cannot be made: all is posted still."""

import logging

from sqlalchemy.orm import Session

from actions.desk.desk_trouble import note_no_topics
from actions.desk.handoff import handoff_key
from bot.clock import Clock
from storage import chats, handoffs, outbox, threads
from storage.models import Thread
from storage.outbox import Claimed, Lane

log = logging.getLogger(__name__)


class LostTopics:
    """Heals topics. The caller holds the chat of each."""

    def __init__(self, *, clock: Clock) -> None:
        self._clock = clock

    def lost(self, session: Session, claimed: Claimed, reason: str) -> None:
        """The topic is made anew, begins with what it is about, and gets what waited for it."""
        now, chat = self._clock.now(), chats.get_chat(session, claimed.chat_id)
        ours = outbox.put_back(session, claimed, due_at=now, error=reason)
        thread = threads.thread_of(session, claimed.chat_id)
        if not ours or thread is None or not threads.is_made(chat.external_id):
            return
        log.warning("a topic of the staff's is gone (%s); it is made anew", reason)
        threads.open_again(session, thread, now=now)
        self._begin_again(session, thread)

    def refused(self, session: Session, claimed: Claimed, reason: str) -> None:
        """No topic can be made or named there: posts stand in the group itself until one can."""
        now = self._clock.now()
        thread = threads.thread_of(session, claimed.chat_id)
        ours = outbox.finish(session, claimed, state="dropped", now=now, error=reason)
        if not ours or thread is None:
            return
        desk_id = thread.desk_id
        self.go_without(session, claimed.chat_id)
        log.error("the staff group takes no topics (%s); posts go to the group itself", reason)
        note_no_topics(session, desk_id, now=now)

    def go_without(self, session: Session, chat_id: int) -> None:
        """If the topic was never made, what waits for it goes to the group itself."""
        if not threads.is_made(chats.get_chat(session, chat_id).external_id):
            threads.go_without(session, chat_id, now=self._clock.now())

    def _begin_again(self, session: Session, thread: Thread) -> None:
        """The card of the lead, or of what a resident asked for, is posted first."""
        now = self._clock.now()
        if thread.lead_id is not None:
            payload = {"lead_id": thread.lead_id}
            kind, message_id = "lead_card_edit", None
        else:
            asked = handoffs.handoffs_of(session, chat_id=thread.peer_chat_id or 0)
            key = handoff_key(asked[-1].id) if asked else ""
            payload, kind, message_id = None, "message", outbox.message_of(session, key)
            if message_id is None:
                return
        outbox.queue(
            session,
            chat_id=thread.chat_id,
            kind=kind,
            lane=Lane.REPLIES,
            now=now,
            payload=payload,
            message_id=message_id,
        )
