"""Calls as entries in a calendar, RFC 5545: the deadline, and the opening while it is to come.

An entry keeps its UID for good, whatever server hands it out. When a date moves, SEQUENCE rises and
calendars move theirs; when the call is withdrawn, they strike it out.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from icalendar import Alarm, Calendar, Event

from actions.labels import Wording
from actions.planning import schedule_of
from actions.programme import Programme
from storage import calls
from storage.models import Call
from storage.reminders import Key

_SHOWN_FOR = timedelta(minutes=15)
_REFRESH = timedelta(hours=6)
_LONG = timedelta(days=1000)  # longer before than any reminder

LinkOf = Callable[[str], str]  # where the chat about a call of this code is opened


def calendar_of(found: Iterable[Call], *, words: Wording, link_of: LinkOf, now: datetime) -> bytes:
    """These calls as one calendar. `words` say `calendar_…`, in plain text."""
    calendar = Calendar()
    name = _plain(words, "calendar_name")
    calendar.add("prodid", f"-//{words.programme.organisation.short_name}//calls//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _REFRESH, {"value": "DURATION"})
    for call in found:
        for event in _events(call, words=words, link=link_of(call.code), now=now):
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def _events(call: Call, *, words: Wording, link: str, now: datetime) -> Iterator[Event]:
    if call.opens_at > now:
        opening = _event(call, words=words, link=link, name="opens", at=call.opens_at)
        opening.add_component(_alarm(timedelta(0), str(opening["summary"])))
        yield opening
    closing = _event(call, words=words, link=link, name="closes", at=_closing(call))
    if calls.ends_at(call) == call.closes_at:
        for ahead in _alarms(call, words.programme):
            closing.add_component(_alarm(ahead, str(closing["summary"])))
    yield closing


def _closing(call: Call) -> datetime:
    """The deadline, or when it closed before it. Withdrawn, it keeps its place, struck out."""
    return call.closed_early_at or call.closes_at


def _event(call: Call, *, words: Wording, link: str, name: str, at: datetime) -> Event:
    changed = call.updated_at  # nobody writes a call without it
    event = Event()
    event.add("uid", _uid(call, words, name))
    event.add("sequence", call.sequence)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("dtstart", at)
    event.add("dtend", at + _SHOWN_FOR)
    event.add("summary", _plain(words, _title(call, name), call_title=call.title))
    event.add("description", _description(call, words, link))
    event.add("url", link)
    event.add("categories", [words.programme.themes.get(call.theme, call.theme)])
    event.add("status", "CANCELLED" if call.withdrawn_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because a deadline falls into their day
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


def _alarms(call: Call, programme: Programme) -> Iterator[timedelta]:
    """How long before the deadline: when reminders of the call go, so never at night."""
    key = Key(call.id, None, None, call.closes_at)
    for entry in schedule_of(key, call, programme).plan(after=call.closes_at - _LONG):
        if entry.skipped is None:
            yield call.closes_at - entry.due_at


def _alarm(ahead: timedelta, words: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", -ahead)
    return alarm


def _plain(words: Wording, name: str, **values: Any) -> str:
    """A response as it stands: a calendar knows no markup."""
    return str(words.say(name, values).unescape())
