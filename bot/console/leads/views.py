"""Searches that staff keep by a name: saved, renamed, shared, deleted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from markupsafe import escape
from sqlalchemy.orm import Session

from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.leads.asked import Asked
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import audit, lead_queries, saved_views
from storage.lead_queries import NOBODY, OVERDUE, Sort
from storage.models import SavedView, StaffMember
from storage.saved_views import LONGEST_NAME
from storage.staff import Role

MOST_COUNTED = 100  # leads of a view: 99+
_TOO_MANY = "You keep as many views as fit. Delete one first."
_NO_NAME = "A view needs a name."


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as the list shows it. `id` None: it is always there; `by`: somebody else shares it."""

    name: str
    query: str
    count: int
    id: int | None = None
    is_own: bool = False
    is_shared: bool = False
    by: str | None = None

    @property
    def counted(self) -> str:
        """The number as it is shown."""
        return f"{MOST_COUNTED - 1}+" if self.count >= MOST_COUNTED else str(self.count)


def tabs_for(session: Session, visitor: Visitor, *, now: datetime) -> list[Tab]:
    """What is always there, then what this visitor keeps or others share, each with its count."""
    standing = (
        ("Open", "status=open"),
        ("Mine", f"status=open&assignee_id={visitor.staff_id}"),
        ("Nobody's", f"status=open&assignee_id={NOBODY}"),
        ("Overdue", f"due={OVERDUE}&sort={Sort.NEXT}"),
    )
    tabs = [Tab(name, query, _count(session, query, now)) for name, query in standing]
    for kept in saved_views.views_for(session, visitor.staff_id):
        view, is_own = kept.view, kept.view.staff_id == visitor.staff_id
        tabs.append(
            Tab(
                view.name,
                view.query,
                _count(session, view.query, now),
                view.id,
                is_own,
                view.is_shared,
                None if is_own else kept.by,
            )
        )
    return tabs


def _count(session: Session, query: str, now: datetime) -> int:
    wanted = Asked.of_text(query).wanted
    return lead_queries.count_leads(session, wanted, now=now, most=MOST_COUNTED)


class LeadViews:
    """Takes the forms; each ends with the list again."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"save_view": self._save, "change_view": self._change, "delete_view": self._delete}

    async def _save(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Keep the search that the form names."""
        form, now = await request.post(), self._office.clock.now()
        name = _name_in(str(form.get("name", "")))
        query = Asked.of_text(str(form.get("query", ""))).query()
        is_shared = "shared" in form and _may_share(visitor)
        if not name:
            return await self._told(visitor, query, _NO_NAME)

        def save(session: Session) -> bool:
            saved = saved_views.save_view(
                session,
                staff_id=visitor.staff_id,
                name=name,
                query=query,
                is_shared=is_shared,
                now=now,
            )
            _note(session, "save_view", visitor, name, now=now, done=saved is not None)
            return saved is not None

        if not await self._office.database.write(save):
            return await self._told(visitor, query, _TOO_MANY)
        return self._list(query)

    async def _change(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Rename one's own, and share it or not."""
        form, now = await request.post(), self._office.clock.now()
        name = _name_in(str(form.get("name", "")))
        is_shared = "shared" in form and _may_share(visitor)

        def change(session: Session, view: SavedView) -> None:
            saved_views.change_view(session, view, name=name or view.name, is_shared=is_shared)
            _note(session, "change_view", visitor, name or view.name, now=now)

        return await self._with_view(request, visitor, change)

    async def _delete(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Delete one's own; a manager also what others share."""
        now = self._office.clock.now()

        def delete(session: Session, view: SavedView) -> None:
            _note(session, "delete_view", visitor, view.name, now=now)
            saved_views.delete_view(session, view)

        return await self._with_view(request, visitor, delete)

    async def _with_view(
        self, request: web.Request, visitor: Visitor, do: Callable[[Session, SavedView], None]
    ) -> web.StreamResponse:
        view_id = int(request.match_info["id"])
        is_deletion = request.path.endswith("/delete")

        def change(session: Session) -> str | None:
            view = saved_views.own_view(session, view_id, staff_id=visitor.staff_id)
            if view is None and is_deletion and visitor.role.includes(Role.MANAGER):
                view = saved_views.any_view(session, view_id)
            if view is None:
                return None
            query = view.query
            do(session, view)
            return query

        query = await self._office.database.write(change)
        if query is None:
            raise web.HTTPNotFound(text="There is no such view of yours.")
        return self._list("" if is_deletion else query)

    def _list(self, query: str, said: int | None = None) -> web.Response:
        more = f"said={said}" if said is not None else ""
        asked = "&".join(filter(None, (query, more)))
        return self._office.hiding.place(f"{ROOT}/leads", asked)

    async def _told(self, visitor: Visitor, query: str, words: str) -> web.StreamResponse:
        said = await self._office.acting.tell(visitor, str(escape(words)))
        return self._list(query, said)


def _name_in(given: str) -> str:
    return " ".join(given.split())[:LONGEST_NAME]


def _may_share(visitor: Visitor) -> bool:
    return visitor.role.includes(Role.CASEWORKER)


def _note(
    session: Session,
    verb: str,
    visitor: Visitor,
    name: str,
    *,
    now: datetime,
    done: bool = True,
) -> None:
    member = session.get(StaffMember, visitor.staff_id)
    audit.note(session, verb, member=member, done=done, now=now, detail={"view": name})
