"""What happened to a lead, in words: its events, and what staff did or were refused."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.labels import shortened
from actions.times.instants import plain_words
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import audit, lead_events
from storage.models import Lead

_MOST_ENTRIES = 500  # of the audit trail
_LONGEST_WORDS = 160


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, in a line that begins with when. `kind` is that of the event, or
    the verb of the audit trail; `words` are an event's own."""

    at: datetime
    line: Markup
    kind: str
    who: str | None = None
    words: str | None = None


class Timelines:
    """Words them, for one programme. `when` says how instants are written; without it as in a
    chat."""

    def __init__(
        self,
        *,
        wording: Wording,
        programme: Programme,
        when: Callable[[datetime], str] | None = None,
    ) -> None:
        self._wording = wording
        self._zone = programme.zone
        self._written = when

    def newest_first(
        self, session: Session, lead: Lead, now: datetime, *, longest: int = _LONGEST_WORDS
    ) -> list[Entry]:
        """All of it. What is told in words is not told again by its verb."""
        events = [*self.events(session, lead, now, longest=longest)]
        worded = {event.at for event in events}
        audited = [*self.audited(session, lead, now, worded)][::-1]
        return sorted([*events, *audited], key=lambda entry: entry.at)[::-1]

    def events(
        self, session: Session, lead: Lead, now: datetime, *, longest: int = _LONGEST_WORDS
    ) -> Iterator[Entry]:
        """What happened to the lead itself, in order; words are cut to `longest` characters."""
        for event in lead_events.events_of(session, lead):
            known = self._wording.knows(f"staff_event_{event.kind}")
            name = f"staff_event_{event.kind}" if known else "staff_event_other"
            values = {
                "when": self._when(event.at, now),
                "who": event.who or self._wording.say("staff_event_somebody", {}),
                "words": shortened(event.words or "", longest),
                "kind": event.kind.replace("_", " "),
            }
            line = self._wording.say(name, values)
            yield Entry(event.at, line, event.kind, event.who, event.words)

    def audited(
        self,
        session: Session,
        lead: Lead,
        now: datetime,
        worded: Collection[datetime],
        *,
        limit: int = _MOST_ENTRIES,
    ) -> Iterator[Entry]:
        """What staff did, the newest first, but for what was done at these instants, which is told
        in words; and what they were refused. Of the `limit` newest entries."""
        for entry in audit.entries(session, limit=limit, lead_id=lead.id):
            if entry.result == "done" and entry.at in worded:
                continue
            values = {
                "when": self._when(entry.at, now),
                "who": entry.who or self._wording.say("staff_event_command_line", {}),
                "verb": entry.verb,
            }
            line = self._wording.say(f"staff_audit_{entry.result}", values)
            yield Entry(entry.at, line, entry.verb, entry.who)

    def _when(self, at: datetime, now: datetime) -> str:
        if self._written is not None:
            return self._written(at)
        return plain_words(at, now, self._zone).rpartition(" (")[0]
