"""Writing calls from the console: one at a time, on the audit trail, and what waits is woken."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import audit, call_changes, calls, locks, waking
from storage.calls import Saved
from storage.models import Call, StaffMember


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of it: `saved` is None where the call was another one by then, or gone."""

    saved: Saved | None


class Keeping:
    """Writes for who is signed in."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def write(
        self,
        visitor: Visitor,
        verb: str,
        code: str,
        version: int,
        work: Callable[[Session, Call | None, datetime], Saved],
    ) -> Kept:
        """Do this to the call with this code if it is still of that version; 0: there is none."""
        now = self._office.clock.now()

        def write(session: Session) -> Kept:
            locks.queue_up(session, "calls")
            if call_changes.version_of(session, code=code) != version:
                return Kept(None)
            saved = work(session, calls.find_call(session, code=code), now)
            if saved.change is not None:
                waking.wake(session, "reminders")
                member = session.get_one(StaffMember, visitor.staff_id)
                detail = {"code": code, "fields": [*saved.change.after]}
                audit.note(session, verb, member=member, done=True, now=now, detail=detail)
            return Kept(saved)

        return await self._office.database.write(write)
