"""Leads: the list, one's page, and what is done with them there."""

from collections.abc import Mapping

from bot.console.gate import Page
from bot.console.leads.bulk import LeadsDoing
from bot.console.leads.doing import LeadDoing
from bot.console.leads.exporting import LeadExport
from bot.console.leads.listing import LeadList
from bot.console.leads.looking import LeadPage
from bot.console.leads.views import LeadViews
from bot.console.office import Office


def pages(office: Office) -> Mapping[str, Page]:
    """By the name of the route."""
    page = LeadPage(office)
    return {
        **LeadList(office).pages,
        "lead": page.show,
        **LeadDoing(office, page).pages,
        **LeadsDoing(office).pages,
        **LeadViews(office).pages,
        **LeadExport(office).pages,
    }
