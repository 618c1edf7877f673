"""What news of a call say: written when they are claimed, if they are still new to that chat."""

from datetime import datetime

from sqlalchemy.orm import Session

from actions.news import Tidings, tidings
from actions.news_truth import OldNewsError, check_news
from actions.news_words import news_words
from actions.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import calls, news, told_verdicts
from storage.models import Call, CallNews
from storage.outbox import Claimed


class NewsWriter:
    """Words news when they are claimed, and keeps the verdict that was told with them."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """The words. Raises DroppedError if this chat need not be told any more, and
        PostponedError in quiet hours."""
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
        self._not_at_night(now)
        name, values = news_words(call, found, say=self._wording.say, programme=programme, now=now)
        return Draft(self._wording.reply(name, values))

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
