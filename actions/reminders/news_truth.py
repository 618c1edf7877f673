"""Whether news of a call are still true, and still new to the chat that is to be told them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from actions.criteria.news import is_as_before, topics_of
from actions.programme import Programme
from storage import calls, news, told_news
from storage.models import Call, CallNews
from storage.news import STANDING, NewsKind


class OldNewsError(Exception):
    """It is not true any more, or the chat knows; the message says why."""


def check_news(
    session: Session,
    item: CallNews,
    call: Call,
    chat_id: int,
    *,
    programme: Programme,
    now: datetime,
) -> None:
    """Raises OldNewsError. What is told is always how the call stands at that moment, so that who
    was told anything later than a change knows of it."""
    if item.kind == NewsKind.OPENED and not call.opens_at <= now < calls.ends_at(call):
        raise OldNewsError("the call is not open any more")
    if item.kind not in STANDING:
        return
    known = news.news_of_call(session, call_id=call.id)
    standing = [it for it in known if it.kind in STANDING]
    if standing[-1].id != item.id:
        raise OldNewsError("there is something newer to tell")
    told_at = told_news.told_at(session, known, chat_id=chat_id)
    last = max(told_at.values(), default=None)
    untold = [it for it in standing if it.id not in told_at and (last is None or it.at >= last)]
    if not untold:
        raise OldNewsError("they were told already")
    if is_as_before(call, _first_met(session, untold, call, chat_id, programme).before):
        raise OldNewsError("it stands as they know it")


def _first_met(
    session: Session, untold: Sequence[CallNews], call: Call, chat_id: int, programme: Programme
) -> CallNews:
    """The first change that came while they followed the call: before it, it stood as they know."""
    if len(untold) == 1:
        return untold[0]
    follow = news.following(session, call, topics_of(call, programme), [chat_id]).get(chat_id)
    met = [it for it in untold if follow is None or it.at >= follow.since]
    return met[0] if met else untold[-1]
