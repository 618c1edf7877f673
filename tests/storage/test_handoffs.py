"""Handoffs: open until staff write, and only what is recent counts."""

from datetime import UTC, datetime, timedelta

from storage import handoffs
from storage.chats import ChatKey, chat_id_for
from storage.database import Database

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_the_newest_open_one_for_a_reason(database: Database) -> None:
    with database.transaction() as session:
        chat_id = chat_id_for(session, ChatKey("preview", "sam"), now=NOW)
        wanted = {"chat_id": chat_id, "reason": "asked"}
        first = handoffs.open_handoff(session, **wanted, words="Hello?", now=NOW)
        second = handoffs.open_handoff(session, **wanted, words="Well?", now=NOW + HOUR)
        handoffs.open_handoff(session, chat_id=chat_id, reason="crisis", words=None, now=NOW)
        assert handoffs.latest_handoff(session, **wanted, since=NOW) is second
        assert handoffs.latest_handoff(session, **wanted, since=NOW + 2 * HOUR) is None
        assert handoffs.get_handoff(session, first.id) is first


def test_words_from_staff_answer_all_that_is_open(database: Database) -> None:
    with database.transaction() as session:
        chat_id = chat_id_for(session, ChatKey("preview", "sam"), now=NOW)
        other_id = chat_id_for(session, ChatKey("preview", "jo"), now=NOW)
        for chat in (chat_id, other_id):
            handoffs.open_handoff(session, chat_id=chat, reason="asked", words="Hi", now=NOW)
        handoffs.mark_answered(session, chat_id=chat_id, now=NOW + HOUR)
        handoffs.mark_answered(session, chat_id=chat_id, now=NOW + 2 * HOUR)
        [mine] = handoffs.handoffs_of(session, chat_id=chat_id)
        [theirs] = handoffs.handoffs_of(session, chat_id=other_id)
        assert (mine.answered_at, theirs.answered_at) == (NOW + HOUR, None)
        handoffs.delete_handoffs(session, chat_id=chat_id)
        assert handoffs.handoffs_of(session, chat_id=chat_id) == []
        assert handoffs.handoffs_of(session, chat_id=other_id) == [theirs]
