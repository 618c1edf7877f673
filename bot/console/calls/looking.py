"""One call: how it stands, what it asks, who follows it, and what was done to it."""

from datetime import datetime
from typing import Any

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.calls.finding import acts_for, not_there
from bot.console.calls.words import STATES, CallWords, offset_words
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import call_changes, call_counts, calls, late_links
from storage.models import Call

DONE = {
    "made": "Kept as a draft. Nobody was told: only staff see it.",
    "saved": "Saved.",
    "told": "Saved. Those concerned are being told.",
    "same": "Nothing was changed.",
    "publish": "Published.",
    "later": "It will be published by itself.",
    "not-later": "It will not be published by itself any more.",
    "close": "Closed. Nobody can apply any more.",
    "withdraw": "Withdrawn.",
    "reopen": "It is back.",
    "late-ended": "The link does not work any more.",
}


class CallPage:
    """The page of a call."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words = CallWords(office)

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The call with this code."""
        code, now = request.match_info["code"], self._office.clock.now()

        def find(session: Session) -> dict[str, Any] | None:
            call = calls.find_call(session, code=code)
            return self.values(session, call, now) if call else None

        found = await self._office.database.read(find)
        if found is None:
            return not_there(self._office, request, visitor)
        done = DONE.get(request.query.get("done", ""))
        return self._office.rendering.page(
            "calls/call.html", visitor=visitor, here="calls", done=done, link=None, **found
        )

    def values(self, session: Session, call: Call, now: datetime) -> dict[str, Any]:
        """All that the page shows of a call."""
        state, programme = self._words.state(call, now), self._office.programme
        own = call.reminders is not None
        offsets = call.reminders if own else programme.reminders
        history = call_changes.changes_of(session, code=call.code)
        return {
            "call": call,
            "state": state,
            "state_words": STATES[state],
            "theme": programme.themes.get(call.theme, call.theme),
            "ends_at": calls.ends_at(call),
            "acts": acts_for(call, state),
            "counts": call_counts.counts_of(session, [call])[call.id],
            "criteria": self._words.criteria(call.criteria),
            "reminders": [offset_words(it) for it in offsets],
            "has_own_reminders": own,
            "late_links": late_links.links_of_call(session, call),
            "history": [self._words.change(it) for it in reversed(history)],
            "now": now,
        }
