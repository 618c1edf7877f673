"""When to remind of a deadline: offsets before it, moved out of the quiet hours."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast
from zoneinfo import ZoneInfo

from actions.times.quiet_hours import allowed_from, allowed_until
from actions.times.working_days import last_working_day, working_days_before
from storage.reminders import SNOOZE, Entry

_OFFSET = re.compile(r"(?:(\d{1,3})(d|wd|d@wd))?(?:(\d{1,3})h)?(?:(\d{1,4})m)?")
_HOUR = timedelta(hours=1)
_LONG = timedelta(days=1000)  # longer before than any offset reaches


Worked = Literal["d", "wd", "d@wd"]


@dataclass(frozen=True, slots=True)
class Offset:
    """How long before a deadline: days, then a span that elapses.

    `worked` says which days are meant: all of them, working days only, or all of them and then
    back to a working day.
    """

    days: int
    elapsed: timedelta
    worked: Worked = "d"

    def before(
        self, closes_at: datetime, zone: ZoneInfo, *, at_clock: time | None = None, country: str
    ) -> datetime:
        """The moment in UTC. Days go back to the deadline's own time of day in the zone, or to
        `at_clock`; if the clocks skip that time it is as much later, and if they show it twice it
        is the first. `country` is the one whose holidays count."""
        local = closes_at.astimezone(zone)
        if self.days:
            day = self._day_before(local.date(), country)
            local = datetime.combine(day, at_clock or local.time(), zone).replace(fold=0)
        return local.astimezone(UTC) - self.elapsed

    def _day_before(self, day: date, country: str) -> date:
        if self.worked == "wd":
            return working_days_before(day, self.days, country)
        day -= timedelta(days=self.days)
        return last_working_day(day, country) if self.worked == "d@wd" else day


def parse_offset(text: str) -> Offset:
    """Read `14d`, `5wd`, `7d@wd`, `2h`, `15m` or a run such as `1d12h`. Raises ValueError with a
    sentence."""
    found = _OFFSET.fullmatch(text)
    number, worked, *elapsed = found.groups() if found else (None, None, None, None)
    days, hours, minutes = (int(part or 0) for part in (number, *elapsed))
    if not days and not hours and not minutes:
        raise ValueError(f"{text!r} is no offset such as 14d, 5wd, 7d@wd, 2h or 15m")
    return Offset(days, timedelta(hours=hours, minutes=minutes), cast("Worked", worked or "d"))


def may_begin_early(offset: str) -> bool:
    """Whether a crowd's reminders of this offset may go out a while before their moment: those that
    speak of days, but not of hours, minutes or a moment that somebody chose."""
    return offset != SNOOZE and parse_offset(offset).days > 0


def is_to_the_minute(offset: str) -> bool:
    """Whether it stands less than an hour before the deadline."""
    if offset.startswith(SNOOZE):
        return False
    found = parse_offset(offset)
    return not found.days and found.elapsed < _HOUR


@dataclass(frozen=True, slots=True)
class Schedule:
    """By which rules a deadline is reminded of. Whole days before go out at `at_clock`, a time of
    day in the zone, or at the deadline's own."""

    closes_at: datetime
    offsets: tuple[str, ...]
    zone: ZoneInfo
    quiet: str
    at_clock: time | None = None
    country: str = ""  # whose holidays are no working days; empty: only weekends

    def plan(self, *, after: datetime, beyond: str | None = None) -> list[Entry]:
        """One entry an offset, in the order of time; what cannot be sent after `after` says why.

        With `beyond` only the offsets that are nearer the deadline than this one, which may be a
        snooze: that is no offset, so it leaves none out. An offset that
        falls in quiet hours moves to the last allowed moment before; if that is not after `after`,
        to the next allowed moment before the deadline; else it is skipped. Nothing is at or after
        the deadline. Of two at the same moment the one nearer the deadline is kept.
        """
        entries: list[Entry] = []
        for moment, text in self._moments(beyond):
            entry = self._placed(text, moment, after)
            _merge(entries, entry)
            entries.append(entry)
        return entries

    def first(self, *, after: datetime, beyond: str | None = None) -> Entry | None:
        """The first that can be sent, or None."""
        entries = self.plan(after=after, beyond=beyond)
        return next((entry for entry in entries if entry.skipped is None), None)

    def ahead(self, upcoming: Entry | None) -> list[Entry]:
        """This entry and those that can be sent after it."""
        if upcoming is None:
            return []
        later = self.plan(after=upcoming.due_at, beyond=upcoming.offset)
        return [upcoming, *(entry for entry in later if entry.skipped is None)]

    def previous_due_at(self, upcoming: Entry) -> datetime | None:
        """When the entry before this one was due; None if it is the first."""
        earlier = [
            entry.due_at
            for entry in self.plan(after=upcoming.due_at - _LONG)
            if entry.skipped is None and entry.due_at < upcoming.due_at
        ]
        return max(earlier, default=None)

    def _moments(self, beyond: str | None) -> list[tuple[datetime, str]]:
        moments = [(self._before(text), text) for text in dict.fromkeys(self.offsets)]
        if beyond is not None and beyond != SNOOZE:
            passed = self._before(beyond)
            moments = [pair for pair in moments if pair[0] > passed]
        return sorted(moments, key=lambda pair: pair[0])

    def _before(self, text: str) -> datetime:
        return parse_offset(text).before(
            self.closes_at, self.zone, at_clock=self.at_clock, country=self.country
        )

    def _placed(self, text: str, moment: datetime, after: datetime) -> Entry:
        before = allowed_until(moment, zone=self.zone, quiet=self.quiet)
        if after < before < self.closes_at:
            return Entry(text, before)
        later = allowed_from(moment, zone=self.zone, quiet=self.quiet)
        if later <= after:
            return Entry(text, moment, skipped="its time had passed")
        if later >= self.closes_at:
            return Entry(text, moment, skipped="no allowed moment is left before the deadline")
        return Entry(text, later)


@dataclass(frozen=True, slots=True)
class Step:
    """What follows when a reminder has fallen due: the one that goes, those that need not or
    cannot any more, and the next to come."""

    goes: Entry | None
    skipped: tuple[Entry, ...]
    upcoming: Entry | None


def step(schedule: Schedule, due: Entry, *, now: datetime) -> Step:
    """Settle the entry that is due, and others that are overdue by now: the last says it all.

    In quiet hours what can wait goes at their end; what could only go after the deadline does not.
    """
    send_at = allowed_from(now, zone=schedule.zone, quiet=schedule.quiet)
    first, *more = schedule.ahead(due)
    overdue = [first, *(entry for entry in more if entry.due_at <= send_at)]
    last = overdue[-1]
    skipped = [replace(entry, skipped="a later one was due as well") for entry in overdue[:-1]]
    in_time = send_at < schedule.closes_at
    if not in_time:
        skipped.append(replace(last, skipped="no allowed moment is left"))
    upcoming = schedule.first(after=max(send_at, last.due_at), beyond=last.offset)
    return Step(last if in_time else None, tuple(skipped), upcoming)


def _merge(entries: list[Entry], entry: Entry) -> None:
    """Skip the entry before, if it would be sent at the very moment of this one."""
    sent = [place for place, earlier in enumerate(entries) if earlier.skipped is None]
    if entry.skipped is None and sent and entries[sent[-1]].due_at == entry.due_at:
        earlier = entries[sent[-1]]
        reason = f"it falls together with {entry.offset}"
        entries[sent[-1]] = Entry(earlier.offset, earlier.due_at, skipped=reason)
