"""How the assistant is doing, where leads arrive, and how it is set up. It is set up elsewhere."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.settings.groups import GroupPages
from bot.console.settings.health import HealthPage
from bot.console.settings.setup import SetupPage


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        "health": HealthPage(office).show,
        "settings": SetupPage(office).show,
        **GroupPages(office).pages,
    }
