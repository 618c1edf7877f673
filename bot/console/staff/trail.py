"""What staff did, as the audit trail has it."""

from aiohttp import web
from sqlalchemy.orm import Session

from bot.console.office import Office
from bot.console.visitor import Visitor
from storage import audit
from storage.audit import Trail

PAGE = 100


class TrailPage:
    """The newest entries, and older ones page by page."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Those before the entry named by `before`, or the newest."""
        given = request.query.get("before", "")
        before = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None

        def find(session: Session) -> list[Trail]:
            return audit.trail(session, limit=PAGE + 1, before=before)

        found = await self._office.database.read(find)
        older = found[PAGE - 1].entry.id if len(found) > PAGE else None
        return self._office.rendering.page(
            "staff/trail.html", visitor=visitor, here="audit", trail=found[:PAGE], older=older
        )
