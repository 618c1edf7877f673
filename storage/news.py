"""News of calls: what people are to be told, and how far that has come.

Whoever fans news out takes the next chats by id, which is the cursor, queues what they are told and
moves the cursor on in the same transaction.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    union,
    update,
)
from sqlalchemy.orm import Session

from storage.bulk import Insertion, among
from storage.database import write_gathered
from storage.interests import Topic
from storage.models import (
    Applicant,
    Call,
    CallNews,
    Chat,
    Idea,
    Interest,
    Subscription,
    ToldVerdict,
)


class NewsKind(StrEnum):
    """What has happened to a call."""

    OPENED = "opened"
    MOVED = "moved"
    CLOSED_EARLY = "closed_early"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    RULES = "rules"  # its criteria are other ones: told only to whom it makes a difference


# Each of these says how a call stands, so that a later one makes an earlier one superfluous.
STANDING = (NewsKind.MOVED, NewsKind.CLOSED_EARLY, NewsKind.WITHDRAWN, NewsKind.REOPENED)


@dataclass(frozen=True, slots=True)
class Following:
    """Since when a chat follows a call, and whether it follows this very call."""

    since: datetime
    subscribed: bool


def note_news(
    session: Session,
    *,
    call_id: int,
    about: str,
    kind: NewsKind,
    before: dict[str, Any],
    now: datetime,
) -> None:
    """There is something to tell; the same is noted once. News of the same call that it makes
    superfluous are told to nobody else."""
    if kind in STANDING:
        values = {"call": call_id, "standing": list(STANDING), "now": now}
        session.execute(_END_EARLIER, values)
    row = {"call_id": call_id, "about": about, "kind": kind, "before": before, "at": now}
    _NOTE.run(session, {**row, "told_up_to": 0, "finished_at": None})


def note_openings(session: Session, *, now: datetime) -> int:
    """Note each call that is open and was not noted as such, with the moment from which one could
    know; how many there are."""
    found = session.execute(_UNNOTED, {"now": now}).all()
    for call_id, opens_at, updated_at in found:
        opened, since = NewsKind.OPENED, max(opens_at, updated_at)
        note_news(session, call_id=call_id, about=OPENING, kind=opened, before={}, now=since)
    return len(found)


def opens_anew(session: Session, call: Call, *, now: datetime) -> None:
    """Its opening lies ahead again: what was noted of an earlier one is past."""
    session.execute(_OPENS_ANEW, {"call": call.id, "now": now})


def has_opened(session: Session, call: Call) -> bool:
    """Whether its opening was noted."""
    return session.execute(_OPENING_OF, {"call": call.id}).first() is not None


def is_waiting(session: Session, *, now: datetime) -> bool:
    """Whether there is something to tell, or to note."""
    if has_unfinished(session):
        return True
    return session.execute(_UNNOTED, {"now": now}).first() is not None


def has_unfinished(session: Session) -> bool:
    """Whether there are news that not everybody was told."""
    return session.execute(_UNFINISHED).first() is not None


def unfinished(session: Session) -> CallNews | None:
    """The oldest news that not everybody was told. It is locked."""
    return session.scalars(_TAKE_UNFINISHED).one_or_none()


def find_news(session: Session, news_id: int) -> CallNews | None:
    """The news with this id; None if they are gone with the call."""
    return session.get(CallNews, news_id)


def concerned(
    session: Session, item: CallNews, topics: Iterable[Topic], *, limit: int
) -> list[int]:
    """The next chats, by id, that follow the call or its topics, were told a verdict on it or have
    begun an idea for it. Nobody who blocked us, nor who began to follow when it was so already."""
    write_gathered(session)
    ways = [_after(_following_topic(topic)) for topic in topics]
    if item.kind == NewsKind.OPENED:
        statement = _merged([_BY_CALL, *ways])
    else:
        statement = _merged([*_BY_INTEREST, *ways]) if ways else _BY_ANY
    values = {"call": item.call_id, "up_to": item.told_up_to, "at": item.at, "limit": limit}
    return list(session.execute(statement, values).scalars())


def move_on(session: Session, item: CallNews, up_to: int) -> None:
    """Everybody is dealt with up to this chat."""
    item.told_up_to = up_to
    session.flush()


def finish(session: Session, item: CallNews, *, now: datetime) -> None:
    """Everybody is dealt with."""
    item.finished_at = now
    session.flush()


def following(
    session: Session, call: Call, topics: Iterable[Topic], chat_ids: Collection[int]
) -> dict[int, Following]:
    """Which of these chats follow the call, and since when."""
    ids, wanted = list(chat_ids), {(topic.kind, topic.value) for topic in topics}
    found: dict[int, Following] = {}
    interests = session.execute(_INTERESTS, {"chats": ids}) if wanted else ()
    for chat_id, kind, value, since in interests:
        if (kind, value) in wanted:
            known = found.get(chat_id)
            found[chat_id] = Following(min(since, known.since) if known else since, False)
    for chat_id, since in session.execute(_FOLLOWING, {"call": call.id, "chats": ids}):
        known = found.get(chat_id)
        found[chat_id] = Following(min(since, known.since) if known else since, True)
    return found


def stopped_following(session: Session, call: Call, chat_ids: Collection[int]) -> set[int]:
    """Which of these chats asked for no more messages about this call."""
    values = {"call": call.id, "chats": list(chat_ids)}
    return set(session.execute(_STOPPED, values).scalars())


def news_of_call(session: Session, *, call_id: int) -> list[CallNews]:
    """All that there was to tell of a call, the oldest first."""
    statement = select(CallNews).where(CallNews.call_id == call_id).order_by(CallNews.id)
    return list(session.scalars(statement))


OPENING = "opening"
_news, _calls = CallNews.table(), Call.table()
_subscriptions, _interests, _told_verdicts = (
    Subscription.table(),
    Interest.table(),
    ToldVerdict.table(),
)
_chats, _applicants, _ideas = Chat.table(), Applicant.table(), Idea.table()


def _following_call() -> Select[Any]:
    return select(_subscriptions.c.chat_id, _subscriptions.c.created_at).where(
        _subscriptions.c.call_id == bindparam("call"), _subscriptions.c.stopped_at.is_(None)
    )


def _following_topic(topic: Topic) -> Select[Any]:
    return select(_interests.c.chat_id, _interests.c.created_at).where(
        _interests.c.kind == topic.kind,
        _interests.c.value == topic.value,
        _interests.c.stopped_at.is_(None),
    )


def _told() -> Select[Any]:
    return select(_told_verdicts.c.chat_id, _told_verdicts.c.told_at).where(
        _told_verdicts.c.call_id == bindparam("call")
    )


def _drafting() -> Select[Any]:
    code = select(_calls.c.code).where(_calls.c.id == bindparam("call")).scalar_subquery()
    return (
        select(_applicants.c.chat_id, _ideas.c.created_at)
        .join_from(_ideas, _applicants, _applicants.c.id == _ideas.c.applicant_id)
        .where(_ideas.c.call_code == code, _ideas.c.state == "draft")
        .distinct()
    )


def _after(way: Select[Any]) -> Select[Any]:
    """The next of one way, by chat. Each is limited by itself, so that its index is walked."""
    chat_id, since = way.selected_columns
    part = (
        way.with_only_columns(chat_id)
        .join(_chats, _chats.c.id == chat_id)
        .where(
            chat_id > bindparam("up_to"),
            since < bindparam("at", type_=since.type),
            _chats.c.blocked_at.is_(None),
        )
        .order_by(chat_id)
        .limit(bindparam("limit"))
        .subquery()
    )
    return select(part.c.chat_id)


def _merged(ways: Iterable[Select[Any]]) -> CompoundSelect[Any]:
    return union(*ways).order_by("chat_id").limit(bindparam("limit"))


def _among(way: Select[Any]) -> Select[Any]:
    return way.where(among(way.selected_columns[0], "chats"))


# What concerns nobody's topics is asked for a thousand calls in a row, so it is put together once.
_FOLLOWING = _among(_following_call())
_INTERESTS = _among(
    select(
        _interests.c.chat_id, _interests.c.kind, _interests.c.value, _interests.c.created_at
    ).where(_interests.c.stopped_at.is_(None))
)
_STOPPED = select(_subscriptions.c.chat_id).where(
    _subscriptions.c.call_id == bindparam("call"),
    _subscriptions.c.stopped_at.is_not(None),
    among(_subscriptions.c.chat_id, "chats"),
)
_BY_CALL = _after(_following_call())
_BY_INTEREST = [_BY_CALL, _after(_told()), _after(_drafting())]
_BY_ANY = _merged(_BY_INTEREST)


_NOTE = Insertion(
    _news, lambda add: add.on_conflict_do_nothing(index_elements=["call_id", "about"])
)
_END_EARLIER = (
    update(_news)
    .where(
        _news.c.call_id == bindparam("call"),
        among(_news.c.kind, "standing"),
        _news.c.finished_at.is_(None),
    )
    .values(finished_at=bindparam("now"))
)
_opening = and_(_news.c.call_id == _calls.c.id, _news.c.about == OPENING)
_now = bindparam("now", type_=_calls.c.closes_at.type)
_UNNOTED = (
    select(_calls.c.id, _calls.c.opens_at, _calls.c.updated_at)
    .where(
        _calls.c.opens_at <= _now,
        _calls.c.closes_at > _now,
        or_(_calls.c.closed_early_at.is_(None), _calls.c.closed_early_at > _now),
        _calls.c.withdrawn_at.is_(None),
        _calls.c.is_draft.is_(False),
        ~exists().where(_opening),
    )
    .order_by(_calls.c.id)
)
_OPENING_OF = select(_news.c.id).where(
    _news.c.call_id == bindparam("call"), _news.c.about == OPENING
)
_OPENS_ANEW = (
    update(_news)
    .where(_news.c.call_id == bindparam("call"), _news.c.about == OPENING)
    .values(
        about=literal(f"{OPENING} ") + cast(_news.c.id, String),
        finished_at=func.coalesce(_news.c.finished_at, bindparam("now", type_=_news.c.at.type)),
    )
)
_UNFINISHED = select(_news.c.id).where(_news.c.finished_at.is_(None)).limit(1)
_TAKE_UNFINISHED = (
    select(CallNews)
    .where(CallNews.finished_at.is_(None))
    .order_by(CallNews.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
