"""Insight: what the figures say, how far people get, where they leave, what was not understood."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.insight.answering import AnswersPage
from bot.console.insight.figures import FiguresPage
from bot.console.insight.leaving import LeavingPage
from bot.console.insight.misses import MissesPage
from bot.console.insight.teaching import Teaching
from bot.console.insight.understanding import UnderstandingPage
from bot.console.insight.way import WayPage
from bot.console.office import Office


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        **FiguresPage(office).pages,
        **WayPage(office).pages,
        **LeavingPage(office).pages,
        **AnswersPage(office).pages,
        **MissesPage(office).pages,
        **Teaching(office).pages,
        **UnderstandingPage(office).pages,
    }
