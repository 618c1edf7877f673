"""Sending e-mail: what the server takes later is tried for a day and a half, what it never takes is
given up and shown. Of a decision that did not get through, staff are told."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from sqlalchemy.orm import Session

from actions.desk.staff_words import tell_staff
from bot.clock import Clock
from bot.pipeline.works import Again, Craft, GivenUp, Keep, Result
from bot.ways_out.letters import Letter, Letters, sendable
from bot.ways_out.mail_words import MailWords, NothingToSayError
from bot.ways_out.smtp import Mailer, MailError
from storage import lead_events, leads, mails, staff
from storage.database import Database
from storage.models import StaffMember
from storage.staff import Role
from storage.works import Work

log = logging.getLogger(__name__)

# Seconds after each try; after the last it is given up.
TRIED_AGAIN_AFTER = (60, 300, 900, 1800, 3600, 7200, *(14_400,) * 8)
_MOST = 1000  # attempts: what is tried how often is judged here


class Mails:
    """The craft of sending e-mail."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        mailer: Mailer,
        letters: Letters,
        words: Callable[[], MailWords],
    ) -> None:
        self._database = database
        self._clock = clock
        self._mailer = mailer
        self._letters = letters
        self._words = words

    @property
    def craft(self) -> Craft:
        """See `works.Craft`."""
        return Craft(
            do=self._send,
            give_up=lambda session, work: self._after(session, work, "it could not be worded"),
            most=_MOST,
        )

    async def _send(self, work: Work) -> Result:
        try:
            letter = await self._database.read(lambda session: self._letter(session, work))
        except NothingToSayError as reason:
            return GivenUp(str(reason), self._keep(work), state="dropped")
        try:
            await self._hand_over(letter)
        except MailError as error:
            return self._refused(work, error)
        return self._keep(work)

    async def _hand_over(self, letter: Letter) -> None:
        """Raises MailError."""
        try:
            to = sendable(letter.to)
        except ValueError:
            raise MailError("no e-mail can go to such an address", is_final=True) from None
        message = self._letters.message(replace(letter, to=to), at=self._clock.now())
        await self._mailer.send(message, sender=self._letters.address, to=to)

    def _letter(self, session: Session, work: Work) -> Letter:
        return self._words().letter(session, work, now=self._clock.now())

    def _refused(self, work: Work, error: MailError) -> Result:
        log.warning("e-mail %s, attempt %s: not taken", work.id, work.attempts)
        if error.is_final or work.attempts > len(TRIED_AGAIN_AFTER):
            return GivenUp(str(error), self._keep(work, failure=str(error)))
        return Again(TRIED_AGAIN_AFTER[work.attempts - 1], str(error), lambda _session: None)

    def _keep(self, work: Work, *, failure: str | None = None) -> Keep:
        return lambda session: self._after(session, work, failure)

    def _after(self, session: Session, work: Work, failure: str | None) -> None:
        """A digest has another after it, whatever became of it."""
        about = work.payload["about"]
        member = session.get(StaffMember, work.payload.get("staff_id", 0))
        if about == mails.DIGEST and member and mails.DIGEST in (member.email_kinds or ()):
            day = date.fromisoformat(work.payload["day"])
            mornings = self._words().mornings(member, after=day)
            mails.arm_digest(session, member, mornings, now=self._clock.now())
        if about == mails.TO_RESIDENT and failure is not None:
            self._tell_of_failure(session, work, failure)

    def _tell_of_failure(self, session: Session, work: Work, failure: str) -> None:
        """Whoever has the lead is told, or else the admins; and it stands in the lead's history."""
        now, lead = self._clock.now(), leads.get_lead(session, work.payload["lead_id"])
        if lead is None:
            return
        lead_events.record_event(
            session, lead, kind="mail_failed", who=None, words=failure, now=now
        )
        assignee = session.get(StaffMember, lead.assignee_id or 0)
        told = [assignee] if assignee else staff.members_with(session, Role.ADMIN)
        tell_staff(session, told, "mail_failed", key=str(work.id), now=now, leads=[lead.id])
