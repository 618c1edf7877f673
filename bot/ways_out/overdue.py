"""Telling staff by e-mail, each who asked for it, of what has become overdue: of their own leads,
and of those that nobody has."""

import logging

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.pipeline.signals import Signals
from storage import mails
from storage.database import Database
from storage.hearers import hearers

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0  # seconds
MOST_AT_ONCE = 200  # leads


class Overdue:
    """Looks now and then, and queues e-mail once for each lead and instant."""

    def __init__(self, *, database: Database, clock: Clock, signals: Signals) -> None:
        self._database = database
        self._clock = clock
        self._signals = signals

    async def run(self) -> None:
        """Look until told to stop."""
        while not self._signals.stopping.is_set():
            try:
                if await self._database.read(self._is_wanted):
                    await self._database.write(self.look)
            except DBAPIError as error:
                log.error("database: %s; trying again", type(error.orig).__name__)
            await self._signals.pause(LOOK_EVERY)

    def look(self, session: Session) -> None:
        """Queue what there is to be told now."""
        now = self._clock.now()
        who = [it for it in hearers(session).mailboxes if mails.OVERDUE in it.kinds]
        for lead, since in mails.newly_overdue(session, now=now, limit=MOST_AT_ONCE):
            for mailbox in who:
                if lead.assignee_id in (None, mailbox.staff_id):
                    key = f"{lead.id}:{int(since.timestamp())}"
                    mails.queue(
                        session, mailbox.staff_id, mails.OVERDUE, key=key, now=now, lead_id=lead.id
                    )

    def _is_wanted(self, session: Session) -> bool:
        is_asked_for = any(mails.OVERDUE in it.kinds for it in hearers(session).mailboxes)
        found = mails.newly_overdue(session, now=self._clock.now(), limit=1)
        return is_asked_for and bool(found)
