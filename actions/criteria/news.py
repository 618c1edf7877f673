"""What there is to tell when a call changes, and to whom it makes a difference."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.criteria.criteria import all_of, from_data
from actions.criteria.facts import with_implied
from actions.criteria.rounds import asked_by
from actions.criteria.verdicts import Verdict, criteria_of, judge, judge_call
from actions.programme import Programme
from storage import applicants, call_changes, calls, ideas, leads, news, told_verdicts, waking
from storage.call_changes import ChangeKind
from storage.calls import Saved
from storage.interests import Topic
from storage.models import Call, CallChange, CallNews
from storage.news import Following, NewsKind

BOROUGH = "borough"
EVERYTHING = "everything"
DATES = ("opens_at", "closes_at")
_STANDING = (*DATES, "closed_early_at", "withdrawn_at")


@dataclass(frozen=True, slots=True)
class Tidings:
    """What one chat is told: that the call stands otherwise, that they are judged otherwise, or
    both. `was` is the verdict that they knew; `subscribed` says that they are reminded already."""

    event: NewsKind | None
    verdict: Verdict | None = None
    was: str | None = None
    subscribed: bool = False


def topics_of(call: Call, programme: Programme) -> list[Topic]:
    """What one can be interested in so as to be told of this call. A call is of every offer that
    takes ideas, for these run the calls, and for each borough that its criteria do not refuse."""
    offers = [name for name, offer in programme.offers.items() if offer.takes_ideas]
    return [
        Topic(EVERYTHING),
        Topic("theme", call.theme),
        *(Topic("offer", name) for name in offers),
        *(Topic(BOROUGH, name) for name in programme.boroughs if _is_for(call, name)),
    ]


def concerned_topics(item: CallNews, call: Call, programme: Programme) -> list[Topic]:
    """Who follows one of these is to be told of it: other criteria matter to nobody who has not
    been judged by them, nor follows the call itself."""
    return [] if item.kind == NewsKind.RULES else topics_of(call, programme)


def note_change(session: Session, saved: Saved, *, now: datetime) -> None:
    """Note what is to be told of a change that was just written, if anything."""
    call, change = saved.call, saved.change
    if change is None or call.is_draft:
        return
    waking.wake(session, "news")
    if change.kind == ChangeKind.CREATED:
        return
    if "opens_at" in change.after and call.opens_at > now:
        news.opens_anew(session, call, now=now)
    item = what_to_tell(session, saved, now=now)
    if item is not None:
        news.note_news(
            session,
            call_id=call.id,
            about=item.about,
            kind=NewsKind(item.kind),
            before=item.before,
            now=now,
        )


def what_to_tell(session: Session, saved: Saved, *, now: datetime) -> CallNews | None:
    """The news of a change that was written, or that is foreseen, as the herald takes them; they
    are in no session. What begins to be open is none of them: see `opening_ahead`."""
    call, change = saved.call, saved.change
    if change is None or call.is_draft or change.kind == ChangeKind.CREATED:
        return None
    kind = _kind_of(session, call, change, now)
    if kind is None:
        return None
    about = f"change {change.id}"
    return _item(call, kind, about=about, before=_before(call, change), at=now)


def opening_ahead(session: Session, saved: Saved, *, now: datetime) -> CallNews | None:
    """The news that the call opens, if people are still to be told that once this is written."""
    call, change = saved.call, saved.change
    if change is None or call.is_draft or calls.ends_at(call) <= now:
        return None
    opens_anew = "opens_at" in change.after and call.opens_at > now
    if not opens_anew and news.has_opened(session, call):
        return None
    at = max(call.opens_at, now)
    return _item(call, NewsKind.OPENED, about=news.OPENING, before={}, at=at)


def _item(
    call: Call, kind: NewsKind, *, about: str, before: dict[str, Any], at: datetime
) -> CallNews:
    return CallNews(call_id=call.id, about=about, kind=kind, before=before, at=at, told_up_to=0)


def is_as_before(call: Call, before: Mapping[str, Any]) -> bool:
    """Whether the call stands as it did then."""
    return all(before.get(name) == _written(getattr(call, name)) for name in _STANDING)


def tidings(
    session: Session,
    item: CallNews,
    call: Call,
    chat_ids: Collection[int],
    *,
    programme: Programme,
    now: datetime,
) -> dict[int, Tidings]:
    """What each of these chats is to be told of it, as things are now; those to whom it makes no
    difference are left out."""
    topics = concerned_topics(item, call, programme)
    follow = news.following(session, call, topics, chat_ids)
    told = told_verdicts.told_of_call(session, call_id=call.id, chat_ids=chat_ids)
    facts = applicants.facts_of_chats(session, chat_ids)
    sent = leads.chats_that_sent(session, call_id=call.id, chat_ids=chat_ids)
    begun = told.keys() | ideas.chats_with_draft(session, code=call.code, chat_ids=chat_ids)
    begun -= news.stopped_following(session, call, chat_ids)
    judging = _Judging(item, call, programme) if _is_judged(item, call, now) else None
    found: dict[int, Tidings] = {}
    for chat_id in chat_ids:
        counts_on_it = chat_id in begun and told.get(chat_id) != "no"
        event = _event(
            item, follow.get(chat_id), counts_on_it=counts_on_it, has_sent=chat_id in sent
        )
        subscribed = _is_subscribed(follow.get(chat_id))
        heard = Tidings(event, subscribed=subscribed)
        is_judged = (subscribed or chat_id in begun) and chat_id not in sent
        if is_judged and judging is not None:
            heard = judging.again(heard, facts.get(chat_id, {}), told.get(chat_id))
        found[chat_id] = heard
    return {chat_id: it for chat_id, it in found.items() if it.event or it.verdict}


class _Judging:
    """Judges people again by what they declared. Many declared the same, so that is done once."""

    def __init__(self, item: CallNews, call: Call, programme: Programme) -> None:
        self._asked = all_of(map(from_data, item.before["criteria"]))
        self._asks = criteria_of(call)
        self._matter = asked_by([self._asked, self._asks])
        self._facts = programme.facts
        self._known: dict[tuple[Any, ...], tuple[Verdict, str | None]] = {}

    def again(self, heard: Tidings, facts: Mapping[str, Any], told: str | None) -> Tidings:
        """With the new verdict, where it is another one. Who was told none is held against what
        they would have heard before."""
        verdict, before = self._judged(facts)
        was = before if told is None else told
        if was is None or verdict.kind == was:
            return heard
        return replace(heard, verdict=verdict, was=was)

    def _judged(self, facts: Mapping[str, Any]) -> tuple[Verdict, str | None]:
        """The verdict, and the kind of the one before; None for who has told nothing of matter."""
        key = tuple(sorted(facts.items()))
        if key not in self._known:
            answers = with_implied(self._facts, facts)
            told = answers.keys() & self._matter
            before = judge(self._asked, answers).kind if told else None
            self._known[key] = judge(self._asks, answers), before
        return self._known[key]


def _event(
    item: CallNews, follow: Following | None, *, counts_on_it: bool, has_sent: bool
) -> NewsKind | None:
    """Whether this chat hears of the event as such. `counts_on_it`: they were told that they can
    apply, or could yet, or have begun an idea for it. Who has sent theirs need not hurry."""
    kind = NewsKind(item.kind)
    if kind == NewsKind.RULES or (follow is None and not counts_on_it):
        return None
    if has_sent and kind not in (NewsKind.WITHDRAWN, NewsKind.REOPENED):
        return None
    return None if kind == NewsKind.OPENED and follow is None else kind


def _is_subscribed(follow: Following | None) -> bool:
    return follow is not None and follow.subscribed


def _is_judged(item: CallNews, call: Call, now: datetime) -> bool:
    return "criteria" in item.before and not call.is_draft and calls.ends_at(call) > now


def _kind_of(session: Session, call: Call, change: CallChange, now: datetime) -> NewsKind | None:
    """What kind of news it is. What begins to be open is noted by the clock."""
    is_over = calls.ends_at(call) <= now
    if change.kind == ChangeKind.REOPENED:
        waits = call.opens_at <= now and not news.has_opened(session, call)
        return None if is_over or waits else NewsKind.REOPENED
    if change.kind == ChangeKind.PUBLISHED or (is_over and _was_over(call, change, now)):
        return None
    if change.kind == ChangeKind.WITHDRAWN:
        return NewsKind.WITHDRAWN
    if change.kind == ChangeKind.CLOSED_EARLY or _dates_moved(call, change, now):
        return NewsKind.CLOSED_EARLY if is_over else NewsKind.MOVED
    return NewsKind.RULES if "criteria" in change.after else None


def _dates_moved(call: Call, change: CallChange, now: datetime) -> bool:
    """When it closes, or when it opens, as far as that lies ahead or did."""
    if "closes_at" in change.after:
        return True
    opened = change.before.get("opens_at")
    return opened is not None and max(call.opens_at, datetime.fromisoformat(opened)) > now


def _was_over(call: Call, change: CallChange, now: datetime) -> bool:
    before = _before(call, change)
    ends = [before[name] for name in _STANDING[1:] if before[name] is not None]
    return min(map(datetime.fromisoformat, ends)) <= now


def _before(call: Call, change: CallChange) -> dict[str, Any]:
    """How the call stood before the change, and what it asked."""
    names = (*_STANDING, "criteria")
    return {name: change.before.get(name, _written(getattr(call, name))) for name in names}


def _written(value: Any) -> Any:
    """As a change is logged."""
    return call_changes.as_logged(value)


def _is_for(call: Call, borough: str) -> bool:
    """Whether somebody there may apply, as far as the borough decides."""
    verdict = judge_call(call, {BOROUGH: borough}).verdict
    refused = any(
        reason.fact == BOROUGH and reason.outcome in ("no", "not_yet") and reason.way is None
        for reason in verdict.reasons
    )
    return not refused and verdict.kind != "no"
