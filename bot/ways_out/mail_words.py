"""What e-mail says, worded when it is sent. To staff it names leads and no people, but for the
digest, which says what the desk's says; what residents read are the content's words."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from markupsafe import Markup, escape
from sqlalchemy.orm import Session

from actions.groups.applying import who_sent
from actions.times.staff_hours import StaffHours
from bot.desk.daily.lead_lines import LeadLines
from bot.desk.daily.today import Today
from bot.pipeline.wording import Wording
from bot.ways_out.letters import Letter, one_line, to_text
from dialogues.programme import Programme
from storage import leads, mailboxes, mails, messages
from storage.lead_statuses import OPEN
from storage.models import Lead, StaffMember
from storage.works import Work

TOO_OLD = timedelta(days=3)  # what could not be sent for so long is news to nobody
_DAY = timedelta(days=1)
_SAID = {
    mails.NEW: "A new lead has come in",
    mails.MINE: "This lead is yours now",
    mails.OVERDUE: "Something that was promised or planned for this lead is overdue",
}


class NothingToSayError(Exception):
    """The e-mail is not worth sending any more; the message says why."""


@dataclass(frozen=True, slots=True)
class MailWords:
    """Words e-mail. `address` is where the console is served."""

    wording: Wording
    programme: Programme
    address: str

    def letter(self, session: Session, work: Work, *, now: datetime) -> Letter:
        """What this row says. Raises NothingToSayError."""
        about = str(work.payload["about"])
        if about == mails.TO_RESIDENT:
            return self._to_resident(session, work)
        member = session.get(StaffMember, work.payload["staff_id"])
        if about == mails.CONFIRM:
            return self._confirm(session, member, work)
        to = mailboxes.address_of(member)
        if member is None or to is None or about not in (member.email_kinds or ()):
            raise NothingToSayError("they want no such e-mail now")
        write = self._digest if about == mails.DIGEST else self._of_lead
        return replace(
            write(session, work, member, now),
            to=to,
            footer="You get this because you asked for it in the staff console.",
            stop=f"{self.address}/staff/email/stop/{mailboxes.stop_token(session, member)}",
        )

    def mornings(self, member: StaffMember, *, after: date) -> Iterator[tuple[date, datetime]]:
        """The days of the team after this one, and when the member's digest comes on each."""
        hours = StaffHours.of(self.programme)
        at = member.digest_at or self.programme.staffing.digest_at
        return ((day, hours.instant(day, at)) for day in hours.days_after(after))

    def coming_mornings(
        self, member: StaffMember, *, now: datetime
    ) -> Iterator[tuple[date, datetime]]:
        """Those that are still to come."""
        yesterday = now.astimezone(self.programme.zone).date() - _DAY
        return (it for it in self.mornings(member, after=yesterday) if it[1] > now)

    def _confirm(self, session: Session, member: StaffMember | None, work: Work) -> Letter:
        if member is None or member.email is None or member.email_token_hash is None:
            raise NothingToSayError("nothing is to be confirmed")
        token = mailboxes.token_of(session, work.payload["seed"])
        if mailboxes.whose(session, token) is not member:
            raise NothingToSayError("another address was given since")
        name = self.programme.organisation.short_name
        return Letter(
            to=member.email,
            subject=f"Is this your address for {name}?",
            body=f"Hello {escape(member.name)},\n\nyou gave this address in the staff console of "
            f"{escape(name)}. Please confirm that it is yours.",
            key=f"mail {work.id}",
            link=f"{self.address}/staff/email/confirm/{token}",
            link_words="This is my address",
            footer="It was not you? Then do nothing, and no more comes here.",
        )

    def _of_lead(self, session: Session, work: Work, member: StaffMember, now: datetime) -> Letter:
        about, lead = work.payload["about"], leads.get_lead(session, work.payload["lead_id"])
        if lead is None or lead.status not in OPEN:
            raise NothingToSayError("the lead is over")
        if about == mails.MINE and lead.assignee_id != member.id:
            raise NothingToSayError("somebody else has it now")
        if about == mails.NEW and now - lead.created_at > TOO_OLD:
            raise NothingToSayError("it is new no more")
        what = self._what(lead)
        return Letter(
            subject=f"{lead.reference}: {one_line(to_text(what))}",
            body="\n".join((f"{_SAID[about]}.", "", f"<b>{lead.reference}</b>: {what}")),
            key=f"mail {work.id}",
            link=f"{self.address}/staff/leads/{lead.reference}",
            link_words="Open it in the console",
            thread=f"lead {lead.reference}",
        )

    def _what(self, lead: Lead) -> Markup:
        """What it is for and where. The same in all about it, so that mail programs thread it."""
        return LeadLines(wording=self.wording, programme=self.programme).about(lead)

    def _digest(self, session: Session, work: Work, member: StaffMember, now: datetime) -> Letter:
        day = date.fromisoformat(work.payload["day"])
        if now.astimezone(self.programme.zone).date() != day:
            raise NothingToSayError("its day is over")
        today = Today(wording=self.wording, programme=self.programme)
        agenda = today.agenda(session, member, now=now)
        if agenda.is_empty and not StaffHours.of(self.programme).is_first_of_week(day):
            raise NothingToSayError("nothing is on")
        return Letter(
            subject=f"Your day, {day:%A} {day.day} {day:%B}",
            body=agenda.reply.text,
            key=f"mail {work.id}",
            link=f"{self.address}/staff/leads",
            link_words="Open the console",
        )

    def _to_resident(self, session: Session, work: Work) -> Letter:
        lead = leads.get_lead(session, work.payload["lead_id"])
        said = messages.get_message(session, work.message_id or 0)
        if lead is None or lead.contact is None or "@" not in lead.contact or said is None:
            raise NothingToSayError("there is nobody to tell")
        values = {
            "reference": lead.reference,
            "who": who_sent(self, lead) or "",
            "text": Markup(said.text or ""),  # noqa: S704  # it was worded
        }
        return Letter(
            to=lead.contact,
            subject=to_text(self.wording.say("mail_subject", values)),
            body=self.wording.say("mail_body", values),
            key=f"mail {work.id}",
            thread=f"lead {lead.reference}",
            reply_to=self.programme.organisation.email,
        )

    @property
    def say(self) -> Callable[..., Markup]:
        """See `actions.labels.Wording`."""
        return self.wording.say
