"""What the pages of the console have in common."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from actions.context import StartLink
from actions.labels import Say
from bot.clock import Clock
from bot.console.acting import Acting
from bot.console.afterwards import Afterwards
from bot.console.rendering import Rendering
from bot.core import Core
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage.database import Database

Closing = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the clock, the templates and the words of one programme; what does at the desk
    what is asked for in a page, and what is written down once a page has been answered."""

    database: Database
    clock: Clock
    rendering: Rendering
    wording: Wording
    programme: Programme
    acting: Acting
    afterwards: Afterwards
    core: Core
    start_link: StartLink  # how the assistant's private chat is opened
    closing: list[Closing] = field(default_factory=list)  # awaited when the server stops

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self.wording.say
