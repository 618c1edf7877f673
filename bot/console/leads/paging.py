"""The list page by page: each goes on behind the last lead of the one before."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storage import lead_queries
from storage.lead_queries import Sort, Wanted
from storage.models import Lead, StaffMember

PAGE = 50
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Found:
    """A page of leads with who has them; how many there are in all, up to `MOST_COUNTED`; and the
    ids by which the pages before and behind it are asked for, if there are any."""

    found: list[tuple[Lead, StaffMember | None]]
    count: int
    back: int | None
    on: int | None


def find_page(
    session: Session,
    wanted: Wanted,
    sort: Sort,
    *,
    now: datetime,
    after: int | None,
    before: int | None,
) -> Found:
    """The page behind the lead with the id `after`, or the one that ends just before `before`;
    without both the first one."""
    is_back = before is not None
    found = lead_queries.find_leads(
        session,
        wanted,
        now=now,
        sort=sort,
        limit=PAGE + 1,
        beyond=before if is_back else after,
        back=is_back,
    )
    has_more = len(found) > PAGE
    page = (found[-PAGE:] if is_back else found[:PAGE]) if has_more else found
    is_all = not has_more and after is None and before is None
    has_before, has_behind = (has_more, True) if is_back else (after is not None, has_more)
    count = lead_queries.count_leads
    return Found(
        page,
        len(page) if is_all else count(session, wanted, now=now, most=MOST_COUNTED),
        back=page[0][0].id if page and has_before else None,
        on=page[-1][0].id if page and has_behind else None,
    )
