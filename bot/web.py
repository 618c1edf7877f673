"""What browsers are served: the public pages, and the staff's."""

from bot.console.console import Console
from bot.core import Core
from bot.exploring.rehearsal_room import RehearsalRoom
from bot.links import ChatLinks
from bot.loops import Channels, build_calendars, build_desk, made_of
from bot.site.pages import Pages
from bot.site.site import Site
from dialogues.model import Content


def build_site(core: Core, channels: Channels) -> Site:
    """The public pages."""

    def make(content: Content) -> Pages:
        speaking = core.saying(content)
        return Pages(wording=speaking.wording, programme=speaking.programme)

    return Site(
        database=core.database,
        clock=core.clock,
        pages=made_of(core, make),
        calendars=build_calendars(core, channels),
        links=channels.links,
        public_url=core.settings.public_url,
    )


def build_console(core: Core, channels: Channels) -> Console:
    """The staff's pages."""
    return Console(
        core,
        desk=build_desk(core, channels),
        start_link=channels.start_link(preview=core.settings.own_address),
        links=channels.links or ChatLinks.of_preview(core.settings.own_address),
        rehearsals=RehearsalRoom(core.settings, made_of(core, lambda content: content)),
    )
