"""Who is staff: the way in, the list, one's own page, what they did."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.staff.myself import MyPage
from bot.console.staff.team import TeamPages
from bot.console.staff.trail import TrailPages


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {**TeamPages(office).pages, **MyPage(office).pages, **TrailPages(office).pages}
