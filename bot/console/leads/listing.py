"""The work list: leads by words, state, place and whose they are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from markupsafe import Markup
from sqlalchemy.orm import Session

from actions.groups.applying import who_sent
from actions.labels import kind_label
from bot.console.leads.paging import MOST_COUNTED, find_page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import calls, lead_labels, staff
from storage.lead_queries import NOBODY, Sort, Wanted
from storage.lead_statuses import OPEN
from storage.models import Lead, StaffMember
from storage.staff import Role

MOST_LABELS = 200  # to choose from
_NUMBERS = ("call_id", "assignee_id")


@dataclass(frozen=True, slots=True)
class Row:
    """A lead as the list shows it."""

    lead: Lead
    who: Any
    about: str
    status: Markup
    assignee: str | None
    labels: list[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for. What does not read is left out."""

    wanted: Wanted
    sort: Sort
    after: int | None = None  # the page goes on behind the lead with this id …
    before: int | None = None  # … or ends just before this one

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Asked":
        """Of a query string."""
        given = {it.name: query.get(it.name, "").strip()[:80] for it in fields(Wanted)}
        numbers = {name: _number(given.pop(name)) for name in _NUMBERS}
        sort = query.get("sort", "")
        return cls(
            Wanted(**given, **numbers),  # type: ignore[arg-type]
            Sort(sort) if sort in set(Sort) else Sort.NEWEST,
            _number(query.get("after", "")),
            _number(query.get("before", "")),
        )

    def query(self, **changed: Any) -> str:
        """The first page of the same as a query string, with something else in it."""
        kept = {it.name: getattr(self.wanted, it.name) for it in fields(Wanted)}
        values = {**kept, "sort": self.sort, **changed}
        return urlencode({name: it for name, it in values.items() if it not in (None, "")})


class LeadList:
    """The list, and its filters."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A page of the list."""
        asked = Asked.of(request.query)

        def find(session: Session) -> dict[str, Any]:
            page = find_page(
                session, asked.wanted, asked.sort, after=asked.after, before=asked.before
            )
            return {
                "rows": list(self._rows(session, page.found)),
                "count": page.count,
                "back": page.back,
                "on": page.on,
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
            now=self._office.clock.now(),
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
        statuses = (*OPEN, "declined", "duplicate", "done", "withdrawn")
        return {
            "statuses": {
                it: self._office.say(f"card_status_{it}", {}).striptags() for it in statuses
            },
            "boroughs": self._office.programme.boroughs,
            "themes": self._office.programme.themes,
            "kinds": {name: offer.name for name, offer in self._office.programme.offers.items()},
            "calls": {call.id: call.title for call in calls.all_calls(session)},
            "members": {
                NOBODY: "Nobody's",
                **{it.id: it.name for it in staff.members_with(session, Role.CASEWORKER)},
            },
            "labels": {it: it for it in lead_labels.all_labels(session, most=MOST_LABELS)},
        }


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 18 else None
