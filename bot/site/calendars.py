"""Calls as calendar files: for who follows the feed, and for who asks in the chat."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from actions.calls.calendar import NOBODYS, calendar_of
from actions.labels import Say
from bot.clock import Clock
from bot.links import ChatLinks
from bot.pipeline.parcel import File
from bot.site.listing import public_call
from dialogues.programme import Programme
from storage.late_links import leave_of
from storage.models import Call

_PLACE = re.compile(r"/calls/([a-z0-9_]{1,24})\.ics")


class Calendars:
    """Writes them in the programme's words, with links into the chat."""

    def __init__(self, *, say: Say, programme: Programme, links: ChatLinks, clock: Clock) -> None:
        self.say = say
        self.programme = programme
        self._links = links
        self._clock = clock

    def write(
        self,
        found: Sequence[Call],
        *,
        links: ChatLinks | None = None,
        leaves: Mapping[int, datetime] = NOBODYS,
    ) -> bytes:
        """One calendar with all of these; `leaves` as `calendar_of` takes them."""
        into_chat = links or self._links
        return calendar_of(
            found,
            words=self,
            link_of=lambda code: into_chat.call(code, "calendar"),
            now=self._clock.now(),
            leaves=leaves,
        )

    def file(self, session: Session, place: str, *, chat_id: int) -> File | None:
        """What stands at `/calls/CODE.ics` for this chat, which may have extra time; None if there
        is no such call to be seen."""
        named = _PLACE.fullmatch(place)
        call = public_call(session, named[1]) if named else None
        if call is None:
            return None
        leave = leave_of(session, call, chat_id=chat_id, now=self._clock.now())
        leaves = {call.id: leave} if leave else NOBODYS
        return File(f"{call.code}.ics", self.write([call], leaves=leaves))
