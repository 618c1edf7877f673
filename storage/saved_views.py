"""Searches of leads that staff keep by a name: their own, and those that they share with all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from storage.models import SavedView, StaffMember

MOST = 20  # of one member's own
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Shared:
    """A view as somebody sees it, and who of the staff made it."""

    view: SavedView
    by: str


def views_for(session: Session, staff_id: int) -> list[Shared]:
    """This member's views, and those that others share while they are staff; the oldest first."""
    is_theirs = SavedView.staff_id == staff_id
    is_shared = SavedView.is_shared.is_(True) & StaffMember.left_at.is_(None)
    statement = (
        select(SavedView, StaffMember.name)
        .join(StaffMember, StaffMember.id == SavedView.staff_id)
        .where(or_(is_theirs, is_shared))
        .order_by(SavedView.id)
    )
    return [Shared(view, name) for view, name in session.execute(statement)]


def save_view(
    session: Session, *, staff_id: int, name: str, query: str, is_shared: bool, now: datetime
) -> SavedView | None:
    """Keep a search by this name, instead of the one that this member keeps by it already; None if
    they keep as many as they may."""
    own = list(session.scalars(select(SavedView).where(SavedView.staff_id == staff_id)))
    same = next((it for it in own if it.name.casefold() == name.casefold()), None)
    if same is not None:
        same.query, same.is_shared = query, is_shared
        session.flush()
        return same
    if len(own) >= MOST:
        return None
    made = SavedView(staff_id=staff_id, name=name, query=query, is_shared=is_shared, made_at=now)
    session.add(made)
    session.flush()
    return made


def own_view(session: Session, view_id: int, *, staff_id: int) -> SavedView | None:
    """This view, if it is this member's."""
    view = session.get(SavedView, view_id)
    return view if view is not None and view.staff_id == staff_id else None


def any_view(session: Session, view_id: int) -> SavedView | None:
    """This view, if it is shared."""
    view = session.get(SavedView, view_id)
    return view if view is not None and view.is_shared else None


def change_view(session: Session, view: SavedView, *, name: str, is_shared: bool) -> None:
    """It is called this, and shared or not, from now on."""
    view.name, view.is_shared = name, is_shared
    session.flush()


def delete_view(session: Session, view: SavedView) -> None:
    """It is kept no more."""
    session.delete(view)
    session.flush()
