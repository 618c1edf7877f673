"""What staff say of messages that were not understood."""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy.orm import Session

from actions.learning import learning
from bot.console.gate import Page
from bot.console.insight.misses import MOST, back, may_read
from bot.console.numbers import number_in
from bot.console.office import Office
from bot.console.visitor import Visitor
from bot.training.lesson_plan import eraser_for
from storage import audit
from storage.models import StaffMember

_LEFT_OUT = (learning.PERSONAL, learning.IGNORED)


class Teaching:
    """The form of a group. Who may not read the words does not name them."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"name_misses": self._name}

    async def _name(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Say what the messages of a group mean, or that nothing is to be learnt from them; with
        neither, take it back."""
        form = await request.post()
        intent = str(form.get("guess", "")) or str(form.get("intent", "")) or None
        left_out = str(form.get("left_out", "")) or None
        given = (str(it) for it in form.getall("id", []))
        ids = [number for it in given if (number := number_in(it)) is not None][:MOST]
        if (intent is not None and not self._knows(intent)) or left_out not in (None, *_LEFT_OUT):
            return back()

        def name(session: Session) -> None:
            if may_read(self._office, session, visitor) is None:
                return
            by, now = visitor.staff_id, self._office.clock.now()
            if left_out is not None:
                learning.leave_out(session, ids, why=left_out, by=by, now=now)
            elif intent is None:
                learning.take_back(session, ids, by=by, now=now)
            else:
                eraser = eraser_for(self._office.content)
                learning.teach(session, ids, intent=intent, eraser=eraser, by=by, now=now)
            audit.note(
                session,
                "name_not_understood",
                member=session.get(StaffMember, by),
                done=True,
                now=now,
                detail={"intent": left_out or intent, "messages": len(ids)},
            )

        await self._office.database.write(name)
        return back()

    def _knows(self, intent: str) -> bool:
        return intent in self._office.content.language.intents.known
