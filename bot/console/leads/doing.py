"""What staff do with a lead in its page: commands and buttons of the desk, and the way back."""

from collections.abc import Mapping

from aiohttp import web

from bot.console.access import ROOT
from bot.console.acting import Acted
from bot.console.gate import Page
from bot.console.office import Office
from bot.console.visitor import Visitor


class LeadDoing:
    """Takes the forms of a lead's page; each ends with the page again, and what the desk said."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @property
    def pages(self) -> Mapping[str, Page]:
        """By the name of the route."""
        return {"do_with_lead": self._do, "press_at_lead": self._press}

    async def _do(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """The command that the form names, with the lead's reference and the words in it."""
        form = await request.post()
        verb, words = str(form.get("verb", "")), str(form.get("words", "")).strip()
        reference = request.match_info["reference"]
        acted = await self._office.acting.command(visitor, f"/{verb} {reference} {words}".rstrip())
        return _back(reference, acted)

    async def _press(self, request: web.Request, visitor: Visitor) -> web.StreamResponse:
        """A button of an answer, or words in reply to it."""
        form = await request.post()
        answer, words = str(form.get("answer", "")), str(form.get("words", "")).strip()
        if words and answer.isdigit():
            acted = await self._office.acting.reply(visitor, int(answer), words)
        else:
            acted = await self._office.acting.press(visitor, str(form.get("token", "")))
        return _back(request.match_info["reference"], acted)


def _back(reference: str, acted: Acted) -> web.Response:
    """To the lead's page, which shows what the desk answered."""
    said = ",".join(map(str, acted.answers))
    place = f"{ROOT}/leads/{reference}?said={said}#said" if said else f"{ROOT}/leads/{reference}"
    return web.Response(status=303, headers={"Location": place})
