"""Sending a broadcast just as it was seen, and stopping it half-way."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.broadcasts.trail import note
from bot.console.broadcasts.writing import to_broadcast
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import broadcasts
from storage.broadcasts import CANCELLED, DRAFT, SENDING, Audience


class BroadcastSending:
    """For managers."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"send_broadcast": self._send, "cancel_broadcast": self._cancel}

    async def _send(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Let it go out, if it is still the version and the number of people that they saw."""
        number, form = int(request.match_info["id"]), await request.post()
        seen = (str(form.get("version", "")), str(form.get("count", "")))
        is_sure, now = form.get("sure") == "yes", self._office.clock.now()

        def send(session: Session) -> str:
            item = broadcasts.hold(session, number)
            if item is None or item.state != DRAFT:
                return "no-draft"
            if not is_sure:
                return "not-sure"
            count = broadcasts.count_audience(session, Audience.of(item))
            is_as_seen = seen == (str(item.version), str(count)) and count > 0
            note(session, self._office, visitor, "send_broadcast", item, done=is_as_seen, to=count)
            if not is_as_seen:
                return "changed"
            broadcasts.start(session, item, expected=count, now=now)
            return ""

        return to_broadcast(number, await self._office.database.write(send))

    async def _cancel(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Nobody else gets it. What is gone is gone."""
        number, now = int(request.match_info["id"]), self._office.clock.now()

        def cancel(session: Session) -> str:
            item = broadcasts.hold(session, number)
            if item is None or item.state in (DRAFT, CANCELLED):
                return ""
            if item.state != SENDING and not broadcasts.counts(session, number)["queued"]:
                return "gone"
            broadcasts.cancel(session, item, by=visitor.staff_id, now=now)
            sent = broadcasts.counts(session, number)["sent"]
            note(session, self._office, visitor, "cancel_broadcast", item, sent=sent)
            return ""

        return to_broadcast(number, await self._office.database.write(cancel))
