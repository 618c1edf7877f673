"""The content: the flows as pictures, every response in words that staff can change, and a chat in
which to try them."""

from collections.abc import Mapping

from bot.console.content.checking import Checking
from bot.console.content.editing import WordingPage
from bot.console.content.exporting import export
from bot.console.content.finding import WordingList
from bot.console.content.flows import FlowPages
from bot.console.content.publishing import Publishing
from bot.console.content.trying import TryOut
from bot.console.gate import Page
from bot.console.office import Office


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    checking = Checking(office)
    page = WordingPage(office, checking)
    return {
        **FlowPages(office, checking).pages,
        "wordings": WordingList(office).show,
        "wordings_export": export(office, checking),
        "wording": page.show,
        **Publishing(office, page).pages,
        **TryOut(office).pages,
    }
