"""Calls as entries in a calendar, RFC 5545: the deadline, and the opening while it is to come.

An entry keeps its UID for good, whatever server hands it out. When a date moves, SEQUENCE rises and
calendars move theirs; when the call is withdrawn, they strike it out.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from icalendar import Alarm, Calendar, Event

from actions.labels import Wording
from actions.programme import Programme
from actions.times.planning import schedule_of
from storage import calls
from storage.models import Call
from storage.reminders import Key

_SHOWN_FOR = timedelta(minutes=15)
_REFRESH = timedelta(hours=6)
_LONG = timedelta(days=1000)  # longer before than any reminder

NOBODYS: Mapping[int, datetime] = MappingProxyType({})
LinkOf = Callable[[str], str]  # where the chat about a call of this code is opened


def calendar_of(
    found: Iterable[Call],
    *,
    words: Wording,
    link_of: LinkOf,
    now: datetime,
    leaves: Mapping[int, datetime] = NOBODYS,
) -> bytes:
    """These calls as one calendar. `words` say `calendar_…`, in plain text; `leaves` are until when
    its reader may apply to calls that are over, by their ids."""
    calendar = Calendar()
    name = _plain(words, "calendar_name")
    calendar.add("prodid", f"-//{words.programme.organisation.short_name}//calls//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, {"value": "DURATION"})
    for call in found:
        for date in _dates(call, now, leaves.get(call.id)):
            calendar.add_component(_event(call, date, words=words, link=link_of(call.code)))
    return bytes(calendar.to_ical())


@dataclass(frozen=True, slots=True)
class _Date:
    """An entry to be: `of` tells a call's entries apart, `said` is its title's response, `alarmed`
    whether reminders go before it."""

    of: str
    said: str
    at: datetime
    sequence: int
    changed: datetime
    alarmed: bool = False


def _dates(call: Call, now: datetime, leave: datetime | None) -> Iterator[_Date]:
    """Extra time moves the deadline of who has it, so that its entry is later than everybody's."""
    changed = call.updated_at  # nobody writes a call without it
    if leave is not None:
        yield _Date("closes", "calendar_closes", leave, call.sequence + 1, now, alarmed=True)
        return
    if call.opens_at > now:
        yield _Date("opens", _title(call, "opens"), call.opens_at, call.sequence, changed)
    closing = call.closed_early_at or call.closes_at  # withdrawn, it keeps its place, struck out
    planned = calls.ends_at(call) == call.closes_at
    yield _Date("closes", _title(call, "closes"), closing, call.sequence, changed, alarmed=planned)


def _event(call: Call, date: _Date, *, words: Wording, link: str) -> Event:
    event = Event()
    event.add("uid", _uid(call, words, date.of))
    event.add("sequence", date.sequence)
    event.add("dtstamp", date.changed)
    event.add("last-modified", date.changed)
    event.add("dtstart", date.at)
    event.add("dtend", date.at + _SHOWN_FOR)
    event.add("summary", _plain(words, date.said, call_title=call.title))
    event.add("description", _description(call, words, link))
    event.add("url", link)
    event.add("categories", [words.programme.themes.get(call.theme, call.theme)])
    event.add("status", "CANCELLED" if call.withdrawn_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because a deadline falls into their day
    for ahead in _alarms(call, date, words.programme):
        event.add_component(_alarm(ahead, str(event["summary"])))
    return event


def _uid(call: Call, words: Wording, name: str) -> str:
    """`opens` has one of its own; the deadline's is the code's."""
    of = call.code if name == "closes" else f"{call.code}-{name}"
    return f"{of}@{words.programme.reference_prefix.lower()}.calls"


def _title(call: Call, name: str) -> str:
    if call.withdrawn_at:
        return "calendar_withdrawn"
    return "calendar_closed_early" if call.closed_early_at else f"calendar_{name}"


def _description(call: Call, words: Wording, link: str) -> str:
    told = [call.summary]
    for name in ("offering", "may_close_early"):
        value = getattr(call, name)
        if value:
            told.append(_plain(words, f"calendar_{name}", **{name: value}))
    return "\n\n".join([*told, _plain(words, "calendar_chat", link=link)])


def _alarms(call: Call, date: _Date, programme: Programme) -> Iterator[timedelta]:
    """How long before: at an opening itself, and when reminders of a deadline go, so never at
    night."""
    if date.of == "opens":
        yield timedelta(0)
    if date.alarmed:
        key = Key(call.id, None, None, date.at)
        for entry in schedule_of(key, call, programme).plan(after=date.at - _LONG):
            if entry.skipped is None:
                yield date.at - entry.due_at


def _alarm(ahead: timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -ahead)
    return alarm


def _plain(words: Wording, name: str, **values: Any) -> str:
    """A response as it stands: a calendar knows no markup."""
    return str(words.say(name, values).unescape())
