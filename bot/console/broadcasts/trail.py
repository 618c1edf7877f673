"""What staff did with a broadcast, for the audit trail."""

from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import audit
from storage.models import Broadcast, StaffMember


def note(
    session: Session,
    office: Office,
    visitor: Visitor,
    verb: str,
    item: Broadcast,
    *,
    done: bool = True,
    **more: object,
) -> None:
    """Write it down, with the version that they saw."""
    audit.note(
        session,
        verb,
        member=session.get_one(StaffMember, visitor.staff_id),
        done=done,
        now=office.clock.now(),
        detail={"broadcast": item.id, "version": item.version, **more},
    )
