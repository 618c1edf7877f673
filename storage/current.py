"""What may be applied to: calls that are not over, and who has leave to come late.

Both are read together, once in a transaction, and shared by its turns.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from storage.database import at_hand
from storage.models import Call, LateLink


@dataclass(frozen=True, slots=True)
class Current:
    """As it was when this transaction first asked. `leaves` are links that somebody opened, the one
    that ends first before others; `calls` are all calls that are not over, and those of `leaves`.
    """

    calls: list[Call]
    leaves: list[tuple[LateLink, Call]]


def current(session: Session, *, now: datetime) -> Current:
    """What may be applied to at this instant; drafts and withdrawn calls are not there."""
    shared = at_hand(session)
    if _CURRENT not in shared:
        found = session.execute(_LOOK, {"now": now}).all()
        calls = list(dict.fromkeys(call for call, _link in found))
        shared[_CURRENT] = Current(calls, [(link, call) for call, link in found if link])
    kept: Current = shared[_CURRENT]
    return kept


def forget_current(session: Session) -> None:
    """Something about it changes: whoever asks next looks again."""
    at_hand(session).pop(_CURRENT, None)


_CURRENT = "what is current"
_now = bindparam("now", type_=Call.table().c.closes_at.type)
_LOOK = (
    select(Call, LateLink)
    .outerjoin(
        LateLink,
        and_(
            LateLink.call_id == Call.id,
            LateLink.chat_id.is_not(None),
            LateLink.expires_at > _now,
        ),
    )
    .where(Call.withdrawn_at.is_(None), Call.is_draft.is_(False))
    .where(
        or_(
            and_(
                Call.closes_at > _now,
                or_(Call.closed_early_at.is_(None), Call.closed_early_at > _now),
            ),
            LateLink.id.is_not(None),
        )
    )
    .order_by(LateLink.expires_at, LateLink.id)
)
