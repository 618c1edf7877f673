"""Calls: all of them, the page of each, and what managers do with them."""

from collections.abc import Mapping

from bot.console.calls.acting import CallActs
from bot.console.calls.editing import CallEditing
from bot.console.calls.late import LateLinks
from bot.console.calls.listing import CallList
from bot.console.calls.looking import CallPage
from bot.console.calls.previewing import CallPreview
from bot.console.gate import Page
from bot.console.office import Office


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        "calls": CallList(office).show,
        "call": CallPage(office).show,
        **CallPreview(office).pages,
        **CallEditing(office).pages,
        **CallActs(office).pages,
        **LateLinks(office).pages,
    }
