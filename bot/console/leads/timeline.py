"""All that happened to a lead, the newest first: events, every message with what became of it, what
was previewed, what staff were refused, and who has read it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from markupsafe import Markup
from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.console.rendering import shown
from bot.desk.daily.timelines import Entry, Timelines
from storage import decisions, lead_messages, lead_reads
from storage.decisions import Previewed
from storage.lead_events import WORDS
from storage.lead_messages import Said
from storage.lead_reads import Read
from storage.models import Lead

MOST = 200  # things that are shown at once
DEEPEST = 20_000  # so many may stand before them
_LONGEST_WORDS = 2000  # of an event: the whole of what somebody wrote, nearly always
_TOGETHER = timedelta(seconds=3)  # a message and the event that tells of it
_NOTES = ("noted", "labelled", "unlabelled", "next_set", "next_done")


class Show(StrEnum):
    """What of it."""

    ALL = "all"
    TALK = "talk"
    NOTES = "notes"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Happening:
    """One of these. `line` is Telegram's HTML and begins with when."""

    at: datetime
    group: Show
    line: Markup | None = None
    said: Said | None = None
    is_unsent: bool = False  # staff wrote it while nothing could be sent to the resident
    previewed: Previewed | None = None
    read: Read | None = None


class LeadTimeline:
    """Puts it together, for one office."""

    def __init__(self, office: Office) -> None:
        self.lines = Timelines(
            wording=office.wording,
            programme=office.programme,
            when=lambda at: shown(at, office.programme.zone),
        )

    def newest_first(
        self, session: Session, lead: Lead, show: Show, *, now: datetime, skip: int = 0
    ) -> list[Happening]:
        """At most `MOST`, without the `skip` newest, and one more if there are more. What comes in
        between two pages repeats something on the second, and loses nothing."""
        most = skip + MOST + 1
        found = self._all(session, lead, now, most)
        wanted = [it for it in found if show is Show.ALL or it.group is show]
        return sorted(wanted, key=lambda it: it.at)[::-1][skip:most]

    def _all(self, session: Session, lead: Lead, now: datetime, most: int) -> Iterator[Happening]:
        """All there is; at least the `most` newest of each kind."""
        events = [*self.lines.events(session, lead, now, longest=_LONGEST_WORDS)]
        said = lead_messages.said_about(session, lead, limit=most)
        looked_at = decisions.previewed(session, lead.id)
        told = [_event_of(it, events) for it in said]
        for message, event in zip(said, told, strict=True):
            is_unsent = message.side == "staff" and event is None
            yield Happening(message.at, Show.TALK, said=message, is_unsent=is_unsent)
        for event in events:
            if not any(event is it for it in told):
                yield Happening(event.at, _group(event), line=_bare(event.line))
        yield from (Happening(it.decision.made_at, Show.CHANGES, previewed=it) for it in looked_at)
        ended = (it.decision.closed_at for it in looked_at if it.decision.closed_at)
        worded = {*(it.at for it in events), *(it.decision.made_at for it in looked_at), *ended}
        for entry in self.lines.audited(session, lead, now, worded, limit=most + len(events)):
            yield Happening(entry.at, Show.CHANGES, line=_bare(entry.line))
        yield from (
            Happening(it.last_at, Show.ALL, read=it) for it in lead_reads.reads_of(session, lead.id)
        )


def _event_of(said: Said, events: list[Entry]) -> Entry | None:
    """The event that tells of this message."""
    kind = {"staff": "staff_said", "resident": "resident_said"}.get(said.side)
    near = [it for it in events if it.kind == kind and abs(it.at - said.at) <= _TOGETHER]
    same = [it for it in near if it.words == said.text]
    return next(iter(same or near), None)


def _bare(line: Markup) -> Markup:
    """Without the mark that lines of a chat begin with."""
    return line.lstrip("•◦ ")


def _group(event: Entry) -> Show:
    if event.kind in WORDS:
        return Show.TALK
    return Show.NOTES if event.kind in _NOTES else Show.CHANGES
