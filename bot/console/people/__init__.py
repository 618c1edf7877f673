"""People: finding one, everything about them, what was said, and taking it out or away."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.office import Office
from bot.console.people.conversation import ConversationPage
from bot.console.people.deletion import DeletionPage
from bot.console.people.export import ExportPage
from bot.console.people.finding import FindingPage
from bot.console.people.person import PersonPage
from bot.console.people.teaching import MessageTeaching


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    return {
        **FindingPage(office).pages,
        "person": PersonPage(office).show,
        "export_person": ExportPage(office).save,
        **ConversationPage(office).pages,
        **DeletionPage(office).pages,
        **MessageTeaching(office).pages,
    }
