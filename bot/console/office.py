"""What the pages of the console have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from actions.context import StartLink
from actions.labels import Say
from bot.clock import Clock
from bot.console.acting import Acting
from bot.console.afterwards import Afterwards
from bot.console.hiding import Hiding
from bot.console.rendering import Rendering
from bot.core import Core
from bot.exploring.rehearsal_room import RehearsalRoom
from bot.links import ChatLinks
from bot.pipeline.wording import Wording
from bot.proxies import Proxies
from bot.ways_out.outside import Outside
from dialogues.model import Content
from dialogues.programme import Programme
from storage.database import Database

Closing = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Office:
    """What all parts share, the templates, what does at the desk what is asked for in a page, what
    is written down once a page has been answered, where calls are rehearsed, which proxies are
    trusted, and how words that were searched for stand in addresses."""

    core: Core
    rendering: Rendering
    acting: Acting
    afterwards: Afterwards
    start_link: StartLink  # how the assistant's private chat is opened
    links: ChatLinks
    rehearsals: RehearsalRoom
    outside: Outside
    proxies: Proxies
    hiding: Hiding
    closing: list[Closing] = field(default_factory=list)  # awaited when the server stops

    @property
    def database(self) -> Database:
        """Read from it in a GET; write in a POST."""
        return self.core.database

    @property
    def clock(self) -> Clock:
        """The assistant's."""
        return self.core.clock

    @property
    def programme(self) -> Programme:
        """As it was when this process began."""
        return self.core.programme

    @property
    def content(self) -> Content:
        """As it counts now."""
        live = self.core.live
        return live.current() if live is not None else self.core.content

    @property
    def wording(self) -> Wording:
        """As it counts now."""
        return self.core.wording

    @property
    def rate(self) -> float:
        """Messages a second, all chats together."""
        return self.core.settings.telegram_rate

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self.wording.say
