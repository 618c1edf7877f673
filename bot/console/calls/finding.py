"""What all pages about one call begin with."""

from aiohttp import web

from bot.console.access import ROOT
from bot.console.office import Office
from bot.console.visitor import Visitor
from storage.models import Call


def not_there(office: Office, request: web.Request, visitor: Visitor) -> web.Response:
    """There is no call with this code; with a way back."""
    return office.rendering.page(
        "calls/none.html",
        visitor=visitor,
        here="calls",
        status=404,
        code=request.match_info["code"],
    )


def to_call(code: str, done: str) -> web.Response:
    """To the call's page, which says what was done."""
    place = f"{ROOT}/calls/{code}?done={done}#done"
    return web.Response(status=303, headers={"Location": place})


def acts_for(call: Call, state: str) -> list[str]:
    """What may be done to a call that stands so, in the order of its buttons."""
    if state == "withdrawn":
        return ["reopen"]
    if state == "draft":
        return ["publish", "withdraw"]
    if state == "closed":
        return ["reopen", "withdraw"] if call.closed_early_at is not None else ["withdraw"]
    return ["close", "withdraw"]
