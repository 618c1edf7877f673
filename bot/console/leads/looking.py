"""One lead: what was sent, how it scores, whose it is, and everything that happened to it."""

from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.cards import card_values
from bot.console.acting import answers_asked
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.desk.daily.timelines import Timelines
from storage import lead_labels, leads

_LONGEST_WORDS = 2000  # of an event: the whole of what somebody wrote, nearly always


class LeadPage:
    """The page of a lead."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._timelines = Timelines(wording=office.wording, programme=office.programme)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The lead with this reference; 404 with a way back if there is none."""
        reference, now = request.match_info["reference"], self._office.clock.now()

        def find(session: Session) -> dict[str, Any] | None:
            lead = leads.find_by_reference(session, reference=reference)
            if lead is None:
                return None
            return {
                "lead": lead,
                "said": self._office.acting.shown(session, visitor, answers_asked(request)),
                "card": card_values(
                    session,
                    lead.id,
                    programme=self._office.programme,
                    say=self._office.say,
                    now=now,
                ),
                "labels": lead_labels.labels_of(session, lead.id),
                "timeline": self._timelines.newest_first(
                    session, lead, now, longest=_LONGEST_WORDS
                ),
            }

        found = await self._office.database.read(find)
        if found is None:
            return self._office.rendering.page(
                "leads/none.html", visitor=visitor, here="leads", status=404, reference=reference
            )
        return self._office.rendering.page(
            "leads/lead.html", visitor=visitor, here="leads", **found
        )
