"""Queueing and claiming, as the tests of the outbox do it."""

from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from storage import chats, claiming, outbox
from storage.chats import ChatKey
from storage.claiming import Room, Wanted
from storage.database import Database
from storage.outbox import Claimed, Lane
from storage.stretches import Stretches

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def chat_of(database: Database, who: str) -> int:
    with database.transaction() as session:
        return chats.chat_id_for(session, ChatKey("telegram", who), now=NOON)


def queue(
    database: Database,
    who: str = "1",
    *,
    lane: Lane = Lane.REPLIES,
    due_at: datetime = NOON,
    dedupe_key: str | None = None,
) -> int | None:
    chat_id = chat_of(database, who)
    with database.transaction() as session:
        return outbox.queue(
            session,
            chat_id=chat_id,
            kind="message",
            lane=lane,
            now=NOON,
            due_at=due_at,
            dedupe_key=dedupe_key,
        )


def claim(
    database: Database,
    at: datetime = NOON,
    *,
    most: int = 10,
    least: int = 1,
    held: Counter[int] | None = None,
    leave_out: Collection[int] = (),
    stretches: Stretches | None = None,
    lease: str = "ours",
) -> list[Claimed]:
    room = Room(most, least, Counter() if held is None else held)
    with database.transaction() as session:
        return claiming.claim(
            session,
            Wanted(("telegram",), room, leave_out, spare=len(leave_out)),
            now=at,
            lease=lease,
            lease_for=LEASE,
            stretches=stretches or Stretches(),
        ).rows


def finish(database: Database, claimed: Claimed, at: datetime = NOON) -> bool:
    with database.transaction() as session:
        return outbox.finish(session, claimed, state="sent", now=at)
