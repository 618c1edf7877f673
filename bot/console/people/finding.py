"""Finding somebody: there is no list of people, only who is looked for."""

from aiohttp import web
from sqlalchemy.orm import Session

from actions.contacts import email_address, phone_number
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage.finding_people import MOST, Found, find_people


class FindingPage:
    """The search, and whom it found."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Whom the words mean."""
        words = request.query.get("words", "").strip()[:80]

        def find(session: Session) -> list[Found]:
            return find_people(session, words, contact=self._contact(words)) if words else []

        return self._office.rendering.page(
            "people/finding.html",
            visitor=visitor,
            here="people",
            words=words,
            found=await self._office.database.read(find),
            most=MOST,
            was_deleted="deleted" in request.query,
        )

    def _contact(self, words: str) -> str | None:
        return email_address(words) or phone_number(words, self._office.programme.country)
