"""One lead: what was sent, how it scores, whose it is, everything that happened to it, and what may
be done with it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.leads.cards import card_values
from bot.console.acting import answers_asked
from bot.console.leads.offers import Offers
from bot.console.leads.timeline import DEEPEST, MOST, LeadTimeline, Show
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import decisions, duplicates, lead_events, lead_labels, lead_reads, leads
from storage.models import Lead

_LONGEST_ANSWER = 6000  # of what was sent: the whole of it, nearly always


@dataclass(frozen=True, slots=True)
class Late:
    """Something was not done, as the lead had changed: since which event, and what was typed."""

    seen: int
    verb: str
    typed: Mapping[str, str] = field(default_factory=dict)


class LeadPage:
    """The page of a lead."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._timeline = LeadTimeline(office)
        self._offers = Offers(office)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The lead with this reference; 404 with a way back if there is none."""
        return await self.page(request, visitor, said=answers_asked(request))

    async def page(
        self,
        request: web.Request,
        visitor: Visitor,
        *,
        said: Sequence[int] = (),
        late: Late | None = None,
    ) -> web.StreamResponse:
        """The same with these answers of the desk's; or with what was not done, as the lead had
        changed meanwhile."""
        reference, office = request.match_info["reference"], self._office
        given = request.query.get("show", "")
        show = Show(given) if given in set(Show) else Show.ALL
        skip = min(number_in(request.query.get("older", "")) or 0, DEEPEST)

        def find(session: Session) -> dict[str, Any] | None:
            lead = leads.find_by_reference(session, reference=reference)
            if lead is None:
                return None
            return {
                **self._found(session, lead, visitor),
                **self._past(session, lead, show, skip),
                "said": self._answers(session, lead, visitor, said),
                "changes": self._changes(session, lead, late) if late else [],
            }

        found = await office.database.read(find)
        if found is None:
            return office.rendering.page(
                "leads/none.html", visitor=visitor, here="leads", status=404, reference=reference
            )
        self._note_read(found, visitor)
        status = 409 if late else 200
        return office.rendering.page(
            "leads/lead.html", visitor=visitor, here="leads", status=status, late=late, **found
        )

    def _past(self, session: Session, lead: Lead, show: Show, skip: int) -> dict[str, Any]:
        """A page of what happened; `older` and `newer` are what to skip on those beside it."""
        now = self._office.clock.now()
        happened = self._timeline.newest_first(session, lead, show, now=now, skip=skip)
        return {
            "timeline": happened[:MOST],
            "skipped": skip,
            "older": skip + MOST if len(happened) > MOST else None,
            "newer": max(skip - MOST, 0) if skip else None,
            "show": show,
            "shows": list(Show),
        }

    def _found(self, session: Session, lead: Lead, visitor: Visitor) -> dict[str, Any]:
        office, now = self._office, self._office.clock.now()
        return {
            "lead": lead,
            "card": card_values(
                session,
                lead.id,
                programme=office.programme,
                say=office.say,
                now=now,
                longest=_LONGEST_ANSWER,
                notes=False,
            ),
            "kept": duplicates.root_of(session, lead) if lead.duplicate_of else None,
            "labels": lead_labels.labels_of(session, lead.id),
            "seen": lead_events.newest_event_id(session),
            "reads": lead_reads.reads_of(session, lead.id),
            "now": now,
            **self._offers.of(session, lead, visitor, now=now),
        }

    def _answers(
        self, session: Session, lead: Lead, visitor: Visitor, said: Sequence[int]
    ) -> list[Any]:
        """What the desk answered, and what this visitor is still about to decide."""
        waiting = decisions.open_posts(session, lead.id, staff_id=visitor.staff_id)
        return self._office.acting.shown(session, visitor, [*{*said, *waiting}])

    def _changes(self, session: Session, lead: Lead, late: Late) -> list[Any]:
        """Who did what since their page was made."""
        now = self._office.clock.now()
        number = len(lead_events.events_of_since(session, lead.id, late.seen))
        events = [*self._timeline.lines.events(session, lead, now)]
        return [it.line for it in events[len(events) - number :]]

    def _note_read(self, found: Mapping[str, Any], visitor: Visitor) -> None:
        """Once the page has gone out."""
        now, lead_id = self._office.clock.now(), found["lead"].id
        if lead_reads.is_due(found["reads"], visitor.staff_id, now=now):
            self._office.afterwards.do(
                partial(lead_reads.note_read, lead_id=lead_id, staff_id=visitor.staff_id, now=now)
            )
