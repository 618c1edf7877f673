"""All calls, by where they stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.calls.words import STATES, CallWords
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import call_counts, calls
from storage.call_counts import Counts
from storage.models import Call

MOST_OVER = 30  # of closed and of withdrawn calls, unless all are asked for
_SECTIONS = (
    ("open", "Open", ("open", "closing_soon")),
    ("coming", "Opening later", ("scheduled",)),
    ("drafts", "Drafts", ("draft",)),
    ("closed", "Closed", ("closed",)),
    ("withdrawn", "Withdrawn", ("withdrawn",)),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A call as the list shows it."""

    call: Call
    state: str
    ends_at: datetime
    counts: Counts


@dataclass(frozen=True, slots=True)
class Section:
    """Calls that stand alike; `left_out` more are not shown."""

    name: str
    heading: str
    lines: list[Line]
    left_out: int


class CallList:
    """The list."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = CallWords(office)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Those that are open, come, or are drafts, and the newest of those that are over; with
        `?over=all` all of them."""
        now, shows_all = self._office.clock.now(), request.query.get("over") == "all"

        def find(session: Session) -> list[Section]:
            return list(self._sections(session, now, shows_all=shows_all))

        return self._office.rendering.page(
            "calls/list.html",
            visitor=visitor,
            here="calls",
            sections=await self._office.database.read(find),
            themes=self._office.programme.themes,
            states=STATES,
            now=now,
        )

    def _sections(self, session: Session, now: datetime, *, shows_all: bool) -> Iterable[Section]:
        found = calls.all_calls(session)
        stands: dict[str, list[Call]] = {name: [] for name, _heading, _states in _SECTIONS}
        named = {state: name for name, _heading, states in _SECTIONS for state in states}
        for call in found:
            stands[named[self._words.state(call, now)]].append(call)
        for name in ("closed", "withdrawn"):
            stands[name].sort(key=calls.ends_at, reverse=True)
        kept = {
            name: it if shows_all or name not in ("closed", "withdrawn") else it[:MOST_OVER]
            for name, it in stands.items()
        }
        counts = call_counts.counts_of(session, [call for it in kept.values() for call in it])
        for name, heading, _states in _SECTIONS:
            lines = [self._line(call, now, counts) for call in kept[name]]
            yield Section(name, heading, lines, len(stands[name]) - len(lines))

    def _line(self, call: Call, now: datetime, counts: dict[int, Any]) -> Line:
        return Line(call, self._words.state(call, now), calls.ends_at(call), counts[call.id])
