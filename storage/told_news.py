"""When a chat was told which news: under these keys they went through the outbox."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from storage.bulk import among
from storage.models import CallNews, OutboxRow
from storage.outbox import IS_OPEN, IS_WAITING

KIND = "news"  # of their outbox rows
_LONGEST_WAIT = timedelta(days=1)  # from the change until it is told: through a night, and a crowd


def told_at(session: Session, items: Iterable[CallNews], *, chat_id: int) -> dict[int, datetime]:
    """When a chat was told each of these, by the news' id; without those it was not told."""
    keys = {key_of(item.id, chat_id): item.id for item in items}
    found = session.execute(_SENT_UNDER, {"keys": list(keys)})
    return {keys[row.dedupe_key]: row.finished_at for row in found}


def told_lately(
    session: Session, *, call_id: int, chat_id: int, since: datetime
) -> datetime | None:
    """When this chat was last told news of the call, if that is after `since`."""
    noted = session.execute(_NOTED_LATELY, {"call": call_id, "since": since - _LONGEST_WAIT})
    keys = [key_of(news_id, chat_id) for news_id in noted.scalars()]
    if not keys:
        return None
    found = session.execute(_SENT_UNDER, {"keys": keys})
    return max((row.finished_at for row in found if row.finished_at > since), default=None)


def waiting_beside(
    session: Session, *, chat_id: int, row_id: int, now: datetime
) -> list[tuple[int, int]]:
    """What else this chat is to be told of calls by now: each outbox row with its news' id."""
    values = {"chat": chat_id, "row": row_id, "now": now}
    found = session.execute(_WAITING_BESIDE, values)
    return [(row.id, row.payload["news_id"]) for row in found]


def key_of(news_id: int, chat_id: int) -> str:
    """The outbox's dedupe key: each chat is told each news once."""
    return f"news:{news_id}:{chat_id}"


_news = CallNews.table()
_outbox = OutboxRow.table()
_SENT_UNDER = select(_outbox.c.dedupe_key, _outbox.c.finished_at).where(
    among(_outbox.c.dedupe_key, "keys"), _outbox.c.state == "sent"
)
_WAITING_BESIDE = (
    select(_outbox.c.id, _outbox.c.payload)
    .where(_outbox.c.chat_id == bindparam("chat"), _outbox.c.id != bindparam("row"))
    .where(IS_OPEN, IS_WAITING, _outbox.c.kind == KIND)
    .where(_outbox.c.due_at <= bindparam("now", type_=_outbox.c.due_at.type))
    .order_by(_outbox.c.id)
)
_NOTED_LATELY = select(_news.c.id).where(
    _news.c.call_id == bindparam("call"),
    _news.c.at > bindparam("since", type_=_news.c.at.type),
)
