"""What the pages of the console have in common."""

from dataclasses import dataclass

from actions.labels import Say
from bot.clock import Clock
from bot.console.acting import Acting
from bot.console.rendering import Rendering
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the clock, the templates and the words of one programme, and what does at the
    desk what is asked for in a page."""

    database: Database
    clock: Clock
    rendering: Rendering
    wording: Wording
    programme: Programme
    acting: Acting
    rate: float  # messages a second, all chats together

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self.wording.say
