"""The ways out: web hooks of other systems, and staff's own e-mail."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.ways_out.deliveries import DeliveryPages
from bot.console.ways_out.email import EmailPages
from bot.console.ways_out.hook import HookPages
from bot.console.ways_out.hooks import HookList


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        **HookList(office).pages,
        **HookPages(office).pages,
        **DeliveryPages(office).pages,
        **EmailPages(office).pages,
    }
