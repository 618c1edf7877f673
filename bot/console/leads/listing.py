"""The work list: leads by words, state, place and whose they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.groups.applying import who_sent
from actions.labels import kind_label
from bot.console.access import ROOT, ROUTES
from bot.console.acting import answers_asked
from bot.console.gate import Page
from bot.console.leads.asked import Asked
from bot.console.leads.bulk import ACTIONS
from bot.console.leads.paging import MOST_COUNTED, find_page
from bot.console.leads.views import tabs_for
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import calls, lead_events, lead_labels, staff
from storage.lead_queries import NOBODY, OVERDUE, Sort
from storage.lead_statuses import OPEN
from storage.models import Lead, StaffMember
from storage.saved_views import LONGEST_NAME
from storage.staff import Role

MOST_LABELS = 200  # to choose from
_MAY = ("do_with_leads", "export_leads")  # what not everybody sees the forms of


@dataclass(frozen=True, slots=True)
class Row:
    """A lead as the list shows it."""

    lead: Lead
    who: Any
    about: str
    status: Markup
    assignee: str | None
    labels: list[str]


class LeadList:
    """The list, and its filters."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"leads": self._show, "search_leads": self._search}

    async def _search(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Take the form of the filters: it is posted, so that no address has its words."""
        form = {name: str(value) for name, value in (await request.post()).items()}
        return self._office.hiding.place(f"{ROOT}/leads", Asked.of(form).query())

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A page of the list."""
        asked, now = Asked.of(self._office.hiding.opened(request.query)), self._office.clock.now()

        def find(session: Session) -> dict[str, Any]:
            page = find_page(
                session,
                asked.wanted,
                asked.sort,
                now=now,
                after=asked.after,
                before=asked.before,
            )
            tabs, search = tabs_for(session, visitor, now=now), asked.query()
            return {
                "rows": list(self._rows(session, page.found)),
                "count": page.count,
                "back": page.back,
                "on": page.on,
                "said": self._office.acting.shown(session, visitor, answers_asked(request)),
                "tabs": tabs,
                "open_tab": next((it for it in tabs if it.id and it.query == search), None),
                "seen": lead_events.newest_event_id(session),
                **self._choices(session),
            }

        found = await self._office.database.read(find)
        return self._office.rendering.page(
            "leads/list.html",
            visitor=visitor,
            here="leads",
            asked=asked,
            sorts=list(Sort),
            most=MOST_COUNTED,
            now=now,
            can={name: visitor.role.includes(_role(name)) for name in _MAY},
            actions=ACTIONS,
            longest_name=LONGEST_NAME,
            **found,
        )

    def _rows(
        self, session: Session, found: list[tuple[Lead, StaffMember | None]]
    ) -> Iterator[Row]:
        labels = lead_labels.labels_by_lead(session, [lead.id for lead, _member in found])
        for lead, member in found:
            yield Row(
                lead,
                who_sent(self._office, lead) or self._office.say("card_nameless", {}),
                ", ".join(self._about(lead)),
                self._office.say(f"card_status_{lead.status}", {}),
                member.name if member else None,
                labels[lead.id],
            )

    def _about(self, lead: Lead) -> Iterator[str]:
        yield (
            self._office.programme.themes.get(lead.theme or "")
            or kind_label(self._office, lead.kind).striptags()
        )
        if borough := self._office.programme.boroughs.get(lead.borough or ""):
            yield borough

    def _choices(self, session: Session) -> dict[str, Any]:
        """What the filters offer."""
        workers = {it.id: it.name for it in staff.members_with(session, Role.CASEWORKER)}
        statuses = (*OPEN, "declined", "duplicate", "done", "withdrawn")
        return {
            "statuses": {
                "open": "All open",
                **{it: self._office.say(f"card_status_{it}", {}).striptags() for it in statuses},
            },
            "boroughs": self._office.programme.boroughs,
            "themes": self._office.programme.themes,
            "kinds": {name: offer.name for name, offer in self._office.programme.offers.items()},
            "calls": {call.id: call.title for call in calls.all_calls(session)},
            "members": {NOBODY: "Nobody's", **workers},
            "workers": workers,
            "dues": {OVERDUE: "Overdue"},
            "labels": {it: it for it in lead_labels.all_labels(session, most=MOST_LABELS)},
        }


def _role(route: str) -> Role:
    return ROUTES[route].role or Role.VIEWER
