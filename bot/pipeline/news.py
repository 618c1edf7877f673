"""What news of a call say: written when they are claimed, if they are still new to that chat."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from actions.context import StartLink, typed_link
from actions.criteria.news import Tidings, tidings
from actions.reminders.news_truth import OldNewsError, check_news
from actions.reminders.news_words import news_words, together
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.in_groups import check_still_there, in_group
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import calls, news, told_news, told_verdicts
from storage.models import Call, CallNews
from storage.outbox import Claimed

MOST_TOGETHER = 4  # in one message: more is more than anybody reads

_Told = tuple[str, dict[str, Any]]  # the response that tells it, and its values


class NewsWriter:
    """Words news when they are claimed, and keeps the verdict that was told with them.

    What else the same chat is to be told by then goes along, if it ends in the same choices: who
    follows a theme of which three calls open at nine hears of them once.
    """

    def __init__(
        self,
        *,
        wording: Wording,
        programme: Programme,
        clock: Clock,
        start_link: StartLink = typed_link,
    ) -> None:
        self._start_link = start_link
        self._wording = wording
        self._programme = programme
        self._clock = clock

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """The words. Raises DroppedError if this chat need not be told any more, and
        PostponedError in quiet hours."""
        check_still_there(session, claimed)
        response, values = self._told(session, claimed)
        self._not_at_night(self._clock.now())
        beside = list(self._beside(session, claimed, response))
        values = together([values, *(more for _row, more in beside)])
        reply = self._wording.reply(response, values)
        if claimed.chat_kind != "private":
            link = self._start_link(claimed.channel, "group")
            reply = in_group(self._wording.say, reply, link)
        return Draft(reply, beside=tuple(row for row, _values in beside))

    def sent(self, session: Session, claimed: Claimed) -> None:
        """They know this verdict now."""
        item = news.find_news(session, claimed.payload["news_id"])
        if item is None:
            return
        call = calls.get_call(session, item.call_id)
        found = self._tidings(session, item, call, claimed.chat_id)
        if found is not None and found.verdict is not None:
            verdicts, now = {call.id: found.verdict.kind}, self._clock.now()
            told_verdicts.note_told(session, chat_id=claimed.chat_id, verdicts=verdicts, now=now)

    def _told(self, session: Session, claimed: Claimed) -> _Told:
        """What this row tells. Raises DroppedError if nothing, or nothing new."""
        item = news.find_news(session, claimed.payload["news_id"])
        if item is None:
            raise DroppedError("the call was deleted")
        call = calls.get_call(session, item.call_id)
        now, programme = self._clock.now(), self._programme
        try:
            check_news(session, item, call, claimed.chat_id, programme=programme, now=now)
        except OldNewsError as old:
            raise DroppedError(str(old)) from old
        found = self._tidings(session, item, call, claimed.chat_id)
        if found is None:
            raise DroppedError("it makes no difference to them any more")
        return news_words(call, found, say=self._wording.say, programme=programme, now=now)

    def _beside(
        self, session: Session, claimed: Claimed, response: str
    ) -> Iterator[tuple[Claimed, dict[str, Any]]]:
        """Other rows that the same response tells, with its values. The rest go by themselves."""
        waiting = told_news.waiting_beside(
            session, chat_id=claimed.chat_id, row_id=claimed.id, now=self._clock.now()
        )
        for row_id, news_id in waiting[: MOST_TOGETHER - 1]:
            row = replace(claimed, id=row_id, payload={"news_id": news_id}, message_id=None)
            with suppress(DroppedError):
                name, values = self._told(session, row)
                if name == response:
                    yield row, values

    def _tidings(
        self, session: Session, item: CallNews, call: Call, chat_id: int
    ) -> Tidings | None:
        now, programme = self._clock.now(), self._programme
        return tidings(session, item, call, [chat_id], programme=programme, now=now).get(chat_id)

    def _not_at_night(self, now: datetime) -> None:
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")
