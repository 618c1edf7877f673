"""Reminders: due subscriptions become outbox rows, and each is worded when it is sent."""

import asyncio
import logging
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from actions.deadlines import allowed_from, reminder_values
from bot.clock import Clock
from bot.pipeline.composing import Draft, DroppedError, PostponedError
from bot.pipeline.signals import Signals
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import calls, leases, outbox, subscriptions
from storage.database import Database
from storage.models import Call, Reminder, Subscription
from storage.outbox import Claimed, Lane

log = logging.getLogger(__name__)

POLL_SECONDS = 2.0
BATCH = 200
LEASE = timedelta(seconds=30)


class Planner:
    """Moves due reminders into the outbox; one process at a time, by a lease."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        programme: Programme,
        signals: Signals,
        owner: str,
    ) -> None:
        self._database = database
        self._clock = clock
        self._programme = programme
        self._signals = signals
        self._owner = owner

    async def run(self) -> None:
        """Plan until told to stop."""
        while not self._signals.stopping.is_set():
            try:
                while await self._database.write(self.plan) == BATCH:
                    self._signals.outbox.set()
                self._signals.outbox.set()
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
                await asyncio.sleep(POLL_SECONDS)
            await self._signals.wait(self._signals.reminders, at_most=POLL_SECONDS)

    def plan(self, session: Session) -> int:
        """Queue what is due; how many subscriptions were looked at."""
        now = self._clock.now()
        if not leases.hold(session, name="planner", owner=self._owner, now=now, period=LEASE):
            return 0
        due = subscriptions.due(session, now=now, limit=BATCH)
        for subscription in due:
            self._queue_latest(session, subscription, now)
            subscriptions.point_to_next(session, subscription)
        return len(due)

    def _queue_latest(self, session: Session, subscription: Subscription, now: datetime) -> None:
        """Of several that are overdue, the last one says it all."""
        overdue = [row for row in subscriptions.planned(session, subscription) if row.due_at <= now]
        for earlier in overdue[:-1]:
            subscriptions.close_reminder(
                session, earlier, state="skipped", now=now, reason="a later one was due as well"
            )
        for reminder in overdue[-1:]:
            self._queue(session, subscription, reminder, now)

    def _queue(
        self, session: Session, subscription: Subscription, reminder: Reminder, now: datetime
    ) -> None:
        send_at = allowed_from(now, zone=self._programme.zone, quiet=self._programme.quiet_hours)
        if send_at >= reminder.closes_at:
            subscriptions.close_reminder(
                session, reminder, state="skipped", now=now, reason="no allowed moment is left"
            )
            return
        outbox.queue(
            session,
            chat_id=subscription.chat_id,
            kind="reminder",
            lane=Lane.REMINDERS,
            now=now,
            due_at=send_at,
            payload={"reminder_id": reminder.id},
            dedupe_key=f"reminder:{reminder.id}",
        )
        subscriptions.close_reminder(session, reminder, state="queued", now=now)


class ReminderWriter:
    """Words a reminder when it is claimed, if it is still true."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._wording = wording
        self._programme = programme
        self._clock = clock

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """The reminder's words. Raises DroppedError if nobody should be told this any more."""
        reminder = session.get(Reminder, claimed.payload["reminder_id"])
        if reminder is None:
            raise DroppedError("the subscription was deleted")
        subscription = session.get_one(Subscription, reminder.subscription_id)
        call = calls.get_call(session, subscription.call_id)
        now = self._clock.now()
        reason = _untrue(reminder, subscription, call, now)
        if reason is not None:
            subscriptions.close_reminder(session, reminder, state="dropped", now=now, reason=reason)
            raise DroppedError(reason)
        self._not_at_night(session, reminder, now)
        values = reminder_values(call, now=now, programme=self._programme)
        return Draft(self._wording.reply("utter_reminder", values))

    def _not_at_night(self, session: Session, reminder: Reminder, now: datetime) -> None:
        """One that could not be sent in the evening waits for the morning, if that is in time."""
        zone, quiet = self._programme.zone, self._programme.quiet_hours
        allowed = allowed_from(now, zone=zone, quiet=quiet)
        if allowed <= now:
            return
        if allowed < reminder.closes_at:
            raise PostponedError(allowed, "quiet hours")
        reason = "no allowed moment is left"
        subscriptions.close_reminder(session, reminder, state="dropped", now=now, reason=reason)
        raise DroppedError(reason)

    def sent(self, session: Session, claimed: Claimed) -> None:
        """Log that it went out."""
        reminder = session.get(Reminder, claimed.payload["reminder_id"])
        if reminder is not None:
            subscriptions.close_reminder(session, reminder, state="sent", now=self._clock.now())


def _untrue(
    reminder: Reminder, subscription: Subscription, call: Call, now: datetime
) -> str | None:
    """Why this reminder must not be sent, or None."""
    if subscription.stopped_at is not None:
        return "stopped by the resident"
    if call.withdrawn_at is not None:
        return "the call was withdrawn"
    if calls.ends_at(call) <= now:
        return "the call has closed"
    if call.closes_at != reminder.closes_at:
        return "the deadline has moved"
    return None
