"""Reminders: what will go to how many, what became of what went, and the switch for all."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.reminders.calendar import CalendarPages
from bot.console.reminders.exporting import LogExport
from bot.console.reminders.log import LogPage
from bot.console.reminders.switch import SwitchPages


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        **CalendarPages(office).pages,
        "reminder_log": LogPage(office).show,
        "export_reminders": LogExport(office).send,
        **SwitchPages(office).pages,
    }
