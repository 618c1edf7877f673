"""Who is staff: the way in, their sign-ins, what they did."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.staff.trail import TrailPage


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {"audit": TrailPage(office).show}
