"""Finding somebody: there is no list of people, only who is looked for."""

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web
from sqlalchemy.orm import Session

from actions.contacts import email_address, phone_number
from bot.console.access import ROOT
from bot.console.gate import Page
from bot.console.hiding import WORDS
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage.finding_people import MOST, Found, find_people

_LONGEST = 80  # characters


class FindingPage:
    """The search, and whom it found."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"people": self._show, "search_people": self._search}

    async def _search(self, request: web.Request, _visitor: Visitor) -> web.StreamResponse:
        """Take the form: it is posted, so that no address has its words."""
        words = _plain(str((await request.post()).get(WORDS, "")))
        return self._office.hiding.place(f"{ROOT}/people", urlencode({WORDS: words}))

    async def _show(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """Whom the words mean."""
        words = _plain(self._office.hiding.opened(request.query).get(WORDS, ""))

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


def _plain(given: str) -> str:
    return given.strip()[:_LONGEST]
