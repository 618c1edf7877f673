"""What a reminder says: written when it is claimed, if it is still true."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from actions.context import StartLink, typed_link
from actions.reminders.reminding import reminder_values, snooze_button
from actions.times.quiet_hours import allowed_from
from bot.clock import Clock
from bot.pipeline import merging
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.in_groups import check_still_there, in_group
from bot.pipeline.wording import Wording
from dialogues.exchange import Button
from dialogues.programme import Programme
from storage import fanout, reminders, switches
from storage.fanout import Notice
from storage.models import Call
from storage.outbox import Claimed, Lane
from storage.reminders import Queueing
from storage.switches import REMINDERS

ASK_AGAIN = timedelta(minutes=10)  # of what waits while reminders are off


class ReminderWriter:
    """Words a reminder when it is claimed, and logs what becomes of it.

    What a group reads has no buttons but `start_link`s, for whatever is personal is told in
    private.
    """

    def __init__(
        self,
        *,
        wording: Wording,
        programme: Programme,
        clock: Clock,
        start_link: StartLink = typed_link,
    ) -> None:
        self.say = wording.say
        self.programme = programme
        self._wording = wording
        self._clock = clock
        self._start_link = start_link

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """The reminder's words. Raises DroppedError if nobody should be told this any more, and
        PostponedError in quiet hours, too soon after another, or while reminders are off."""
        found = reminders.find_queued(session, claimed.payload["reminder_id"])
        if found is None:
            raise DroppedError("the subscription was deleted")
        if found.state != "queued":  # stopped or merged meanwhile, or it went out after all
            raise DroppedError(found.reason or f"it was {found.state}")
        now = self._clock.now()
        if switches.is_off(session, REMINDERS):
            raise PostponedError(now + ASK_AGAIN, fanout.PAUSED)
        check_still_there(session, claimed)
        reason = merging.useless(session, claimed.chat_id, found, now)
        if reason is not None:
            raise DroppedError(reason)
        others = merging.neighbours(session, claimed.chat_id, found, now=now)
        news = merging.after_news(session, claimed.chat_id, found, now=now)
        self._in_good_time(found, others, news, now)
        told = merging.merge(session, claimed.chat_id, found, others, now=now)
        return self._draft(session, claimed, told, now)

    def sent(self, session: Session, claimed: Claimed) -> None:
        """Log that it went out."""
        reminders.note_sent(session, claimed.payload["reminder_id"], now=self._clock.now())

    def ended(self, session: Session, claimed: Claimed, state: str, reason: str) -> None:
        """Log that it will not go out: dropped, or set aside after every try failed. What its
        message was to tell besides goes by itself again."""
        now, reminder_id = self._clock.now(), claimed.payload["reminder_id"]
        fate = "failed" if state == "set_aside" else "dropped"
        reminders.note_unsent(session, reminder_id, state=fate, reason=reason, now=now)
        for parted_id, due_at in reminders.part(session, reminder_id, now=now):
            queue_reminders(session, {parted_id: claimed.chat_id}, due_at=max(now, due_at), now=now)

    def _in_good_time(
        self, found: Queueing, others: Sequence[Queueing], news: datetime | None, now: datetime
    ) -> None:
        """Not at night, and not soon after another or before `news` allow it, if that leaves time
        before the deadline."""
        zone, quiet = self.programme.zone, self.programme.quiet_hours
        try:
            apart = max(merging.not_before(found, others) or now, news or now)
        except merging.ToldError as told:
            raise DroppedError(str(told)) from told
        if apart > now:
            later = allowed_from(apart, zone=zone, quiet=quiet)
            if later < found.closes_at:
                raise PostponedError(later, "another went out lately")
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed >= found.closes_at:
            raise DroppedError("no allowed moment is left")
        if allowed > now:
            raise PostponedError(allowed, "quiet hours")

    def _draft(self, session: Session, claimed: Claimed, told: list[Call], now: datetime) -> Draft:
        chat_id = claimed.chat_id
        values = reminder_values(session, self, chat_id=chat_id, calls=told, now=now)
        if claimed.chat_kind != "private":
            reply = self._wording.reply("utter_reminder_in_group", values)
            link = self._start_link(claimed.channel, f"for-{values['group_id']}")
            return Draft(in_group(self.say, reply, link))
        name = "utter_reminder" if values["group_id"] is None else "utter_reminder_for_group"
        reply = self._wording.reply(name, values)
        snooze = snooze_button(session, self, chat_id=chat_id, calls=told, now=now)
        if snooze is not None:
            onward, rest = reply.buttons[:1], reply.buttons[1:]
            reply = replace(reply, buttons=(*onward, Button(*snooze), *rest))
        return Draft(reply)


def queue_reminders(
    session: Session, chat_ids: Mapping[int, int], *, due_at: datetime, now: datetime
) -> None:
    """Queue reminders, given by their id with the chat's, each once."""
    notices = [
        Notice(chat_id, {"reminder_id": number}, dedupe_key=f"reminder:{number}")
        for number, chat_id in chat_ids.items()
    ]
    fanout.queue_all(session, notices, kind="reminder", lane=Lane.REMINDERS, due_at=due_at, now=now)
