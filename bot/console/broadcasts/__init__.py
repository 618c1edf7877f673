"""Broadcasts: written and tried out, sent to those who asked to hear, and what became of them."""

from collections.abc import Mapping

from bot.console.broadcasts.reading import BroadcastPages
from bot.console.broadcasts.sending import BroadcastSending
from bot.console.broadcasts.writing import BroadcastWriting
from bot.console.gate import Page
from bot.console.office import Office


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        **BroadcastPages(office).pages,
        **BroadcastWriting(office).pages,
        **BroadcastSending(office).pages,
    }
