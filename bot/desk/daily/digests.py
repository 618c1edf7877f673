"""`/today`, and `/digest`, by which each member chooses when to hear of it unasked.

A digest comes on the days of the team, once a day. It says nothing where nothing is on, but on the
first day of a week: then one line, so that silence is not taken for a fault.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from actions.times.instants import day as day_words
from actions.times.staff_hours import StaffHours
from bot.clock import Clock
from bot.desk.daily.today import Today
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.showing import private_chat_of
from bot.pipeline.composing import Draft, DroppedError
from bot.pipeline.wording import Wording
from dialogues.moments.phrases import plain
from dialogues.moments.times import time_said
from dialogues.programme import Programme
from storage import digests
from storage.models import StaffMember
from storage.outbox import Claimed

_OFF = ("off", "stop", "no")
_ON = ("on", "yes")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAY = timedelta(days=1)


class Digests:
    """The commands `/today` and `/digest`."""

    def __init__(self, *, wording: Wording, programme: Programme) -> None:
        self._wording = wording
        self._programme = programme
        self._today = Today(wording=wording, programme=programme)

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"today": self._show, "digest": self._choose}

    def _show(self, moment: Moment, _words: str) -> Outcome:
        """Whoever looks has their digest go on, if blocking the assistant had ended it."""
        _arm(moment.session, moment.member, self._programme, now=moment.now)
        agenda = self._today.agenda(moment.session, moment.member, now=moment.now)
        return Outcome((agenda.reply,), mentions=agenda.leads)

    def _choose(self, moment: Moment, words: str) -> Outcome:
        member, said = moment.member, words.casefold()
        chat_id = private_chat_of(moment.session, member)
        if chat_id is None:
            return self._say("staff_digest_no_chat")
        if not said:
            return self._say(
                "staff_digest_on" if member.digest_at else "staff_digest_off_now",
                at=member.digest_at,
            )
        if said in _OFF:
            member.digest_at = None
            digests.disarm(moment.session, chat_id=chat_id)
            return self._say("staff_digest_off")
        at = self._programme.staffing.digest_at if said in _ON else self._clock(said)
        if at is None:
            return self._say("staff_digest_how", said=words)
        member.digest_at = at
        day = _arm(moment.session, member, self._programme, now=moment.now)
        return self._say("staff_digest_set", at=at, day=self._named(day, moment.now))

    def _clock(self, said: str) -> str | None:
        """`8:15`, `quarter past eight` or `8am` as HH:MM."""
        exact = _CLOCK.fullmatch(said)
        if exact:
            return f"{int(exact[1]):02}:{exact[2]}"
        named = time_said(plain(f"at {said}"), self._programme.moments, named=None)
        return f"{named:%H:%M}" if named else None

    def _named(self, day: date | None, now: datetime) -> str | None:
        today = now.astimezone(self._programme.zone)
        return day_words(datetime.combine(day, time.min), today) if day else None

    def _say(self, response: str, **values: str | None) -> Outcome:
        return Outcome((self._wording.reply(response, values),))


class DigestWriter:
    """Words a digest when it is claimed, and sees to the next."""

    def __init__(self, *, wording: Wording, programme: Programme, clock: Clock) -> None:
        self._programme = programme
        self._clock = clock
        self._today = Today(wording=wording, programme=programme)

    def write(self, session: Session, claimed: Claimed) -> Draft:
        """Raises DroppedError if they left, chose none, its day is over, or nothing is on."""
        now, member = self._clock.now(), self._member(session, claimed)
        if member is None:
            raise DroppedError("they left, or chose to hear nothing")
        day = date.fromisoformat(claimed.payload["day"])
        self._go_on(session, claimed, member, after=day)
        if now.astimezone(self._programme.zone).date() != day:
            raise DroppedError("its day is over")
        agenda = self._today.agenda(session, member, now=now)
        if agenda.is_empty and not StaffHours.of(self._programme).is_first_of_week(day):
            raise DroppedError("nothing is on")
        return Draft(agenda.reply, mentions=agenda.leads)

    def ended(self, session: Session, claimed: Claimed, state: str, _reason: str) -> None:
        """One that could not be worded must not be the last."""
        member = self._member(session, claimed) if state == "set_aside" else None
        if member is not None:
            day = date.fromisoformat(claimed.payload["day"])
            self._go_on(session, claimed, member, after=day)

    def _member(self, session: Session, claimed: Claimed) -> StaffMember | None:
        member = session.get(StaffMember, claimed.payload.get("staff_id", 0))
        if member is None or not member.digest_at:
            return None
        return member if private_chat_of(session, member) == claimed.chat_id else None

    def _go_on(
        self, session: Session, claimed: Claimed, member: StaffMember, *, after: date
    ) -> None:
        mornings = _mornings(member, self._programme, after=after)
        digests.arm(session, member, mornings, chat_id=claimed.chat_id, now=self._clock.now())


def _arm(
    session: Session, member: StaffMember, programme: Programme, *, now: datetime
) -> date | None:
    """Queue the next digest that is still to come; its day."""
    chat_id = private_chat_of(session, member)
    if chat_id is None or not member.digest_at:
        return None
    yesterday = now.astimezone(programme.zone).date() - _DAY
    coming = (it for it in _mornings(member, programme, after=yesterday) if it[1] > now)
    return digests.arm(session, member, coming, chat_id=chat_id, now=now)


def _mornings(
    member: StaffMember, programme: Programme, *, after: date
) -> Iterator[tuple[date, datetime]]:
    """The days of the team after this one, and when the member hears of each."""
    hours = StaffHours.of(programme)
    for day in hours.days_after(after):
        yield day, hours.instant(day, member.digest_at or "")
