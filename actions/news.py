"""What there is to tell when a call changes, and to whom it makes a difference."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.criteria import all_of, from_data
from actions.facts import with_implied
from actions.programme import Programme
from actions.rounds import asked_by
from actions.verdicts import Verdict, criteria_of, judge, judge_call
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
    kind = _kind_of(session, call, change, now)
    if kind is not None:
        about, before = f"change {change.id}", _before(call, change)
        news.note_news(session, call_id=call.id, about=about, kind=kind, before=before, now=now)


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
    found: dict[int, Tidings] = {}
    for chat_id in chat_ids:
        counts_on_it = chat_id in begun and told.get(chat_id) != "no"
        event = _event(
            item, follow.get(chat_id), counts_on_it=counts_on_it, has_sent=chat_id in sent
        )
        subscribed = _is_subscribed(follow.get(chat_id))
        heard = Tidings(event, subscribed=subscribed)
        is_judged = (subscribed or chat_id in begun) and chat_id not in sent
        if is_judged and _is_judged(item, call, now):
            answers = with_implied(programme.facts, facts.get(chat_id, {}))
            heard = _judged_again(item, call, heard, answers, told.get(chat_id))
        found[chat_id] = heard
    return {chat_id: it for chat_id, it in found.items() if it.event or it.verdict}


def _judged_again(
    item: CallNews, call: Call, heard: Tidings, answers: Mapping[str, Any], told: str | None
) -> Tidings:
    """With the new verdict, where it is another one. Who was told none is held against what they
    would have heard before."""
    was = told
    if was is None:
        criteria = all_of(map(from_data, item.before["criteria"]))
        was = judge(criteria, answers).kind
        if not answers.keys() & asked_by([criteria, criteria_of(call)]):
            return heard
    verdict = judge_call(call, answers).verdict
    return heard if verdict.kind == was else replace(heard, verdict=verdict, was=was)


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
