"""Looking at broadcasts: the list, one as residents see it, how far it has come."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from actions.reminders.broadcast_words import broadcast_words
from actions.times.sending_time import Estimate, estimate
from bot.console.broadcasts.audiences import named
from bot.console.gate import Page
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from dialogues.exchange import Reply
from storage import broadcasts, staff
from storage.broadcasts import DRAFT, SENDING, Audience, Unreached
from storage.models import Broadcast, StaffMember
from storage.staff import Role

PAGE = 30
STATES = {"draft": "Draft", "sending": "Going out", "sent": "Sent", "cancelled": "Cancelled"}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a broadcast has come: how many chats came to what, and why some were not reached."""

    item: Broadcast
    counts: Counter[str]
    unreached: list[Unreached]

    @property
    def expected(self) -> int:
        """For how many it is. Who asks for it while it goes out gets it as well."""
        return max(self.item.expected or 0, self.counts.total())

    @property
    def left(self) -> int:
        """How many wait still, in the outbox or before it."""
        if self.item.state == SENDING:
            return self.expected - self.counts.total() + self.counts["queued"]
        return self.counts["queued"]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will change."""
        return self.item.state != SENDING and not self.counts["queued"]


@dataclass(frozen=True, slots=True)
class Row:
    """A broadcast as the list shows it."""

    item: Broadcast
    audience: str
    made_by: str


class BroadcastPages:
    """For all staff; what a role may do beyond looking is offered to it."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {
            "broadcasts": self._list,
            "broadcast": self._show,
            "broadcast_progress": self._progress,
        }

    async def _list(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The newest, and older ones page by page."""
        given = request.query.get("before", "")
        before = number_in(given)

        def find(session: Session) -> list[Row]:
            found = broadcasts.newest(session, limit=PAGE + 1, before=before)
            return [self._row(session, it) for it in found]

        rows = await self._office.database.read(find)
        return self._office.rendering.page(
            "broadcasts/list.html",
            visitor=visitor,
            here="broadcasts",
            rows=rows[:PAGE],
            older=rows[PAGE - 1].item.id if len(rows) > PAGE else None,
            states=STATES,
            may_write=visitor.role.includes(Role.CASEWORKER),
        )

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A draft with its preview and all that goes before sending it; else what became of it."""
        number = int(request.match_info["id"])

        def find(session: Session) -> dict[str, Any] | None:
            item = broadcasts.find(session, number)
            return self._of_one(session, item, visitor) if item is not None else None

        found = await self._office.database.read(find)
        if found is None:
            return self._none(visitor)
        return self._office.rendering.page(
            "broadcasts/draft.html" if found["item"].state == DRAFT else "broadcasts/sent.html",
            visitor=visitor,
            here="broadcasts",
            said=request.query.get("said", ""),
            may_write=visitor.role.includes(Role.CASEWORKER),
            may_send=visitor.role.includes(Role.MANAGER),
            states=STATES,
            **found,
        )

    async def _progress(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The part of its page that changes while it goes out."""
        number = int(request.match_info["id"])

        def find(session: Session) -> Progress | None:
            item = broadcasts.find(session, number)
            return _progress_of(session, item) if item is not None else None

        progress = await self._office.database.read(find)
        if progress is None:
            return self._none(visitor)
        return self._office.rendering.page(
            "broadcasts/progress.html", visitor=visitor, progress=progress, states=STATES
        )

    def _row(self, session: Session, item: Broadcast) -> Row:
        audience = named(session, Audience.of(item), self._office.programme)
        return Row(item, audience, _name(session, item.made_by))

    def _of_one(self, session: Session, item: Broadcast, visitor: Visitor) -> dict[str, Any]:
        audience = Audience.of(item)
        shown = {
            "item": item,
            "audience": named(session, audience, self._office.programme),
            "made_by": _name(session, item.made_by),
            "reply": self._reply(session, item),
        }
        if item.state != DRAFT:
            ended_by = _name(session, item.ended_by)
            return {**shown, "progress": _progress_of(session, item), "ended_by": ended_by}
        count = broadcasts.count_audience(session, audience)
        member = session.get_one(StaffMember, visitor.staff_id)
        has_chat = staff.private_chat(session, member) is not None
        estimated = self._estimate(count)
        return {
            **shown,
            "count": count,
            "estimate": estimated,
            "rate": self._office.rate,
            "has_chat": has_chat,
        }

    def _reply(self, session: Session, item: Broadcast) -> Reply:
        """The message, as each of them gets it."""
        wording = self._office
        name, values = broadcast_words(
            session, wording, words=item.words, audience=Audience.of(item)
        )
        return wording.wording.reply(name, values)

    def _estimate(self, count: int) -> Estimate:
        programme = self._office.programme
        return estimate(
            count,
            rate=self._office.rate,
            now=self._office.clock.now(),
            zone=programme.zone,
            quiet=programme.quiet_hours,
        )

    def _none(self, visitor: Visitor) -> web.Response:
        return self._office.rendering.page(
            "broadcasts/none.html", visitor=visitor, here="broadcasts", status=404
        )


def _progress_of(session: Session, item: Broadcast) -> Progress:
    counts = broadcasts.counts(session, item.id)
    return Progress(item, counts, broadcasts.unreached(session, item.id))


def _name(session: Session, staff_id: int | None) -> str:
    member = staff.get_member(session, staff_id) if staff_id is not None else None
    return member.name if member is not None else "somebody who left"
