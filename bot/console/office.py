"""What the pages of the console have in common."""

from dataclasses import dataclass

from actions.labels import Say
from bot.clock import Clock
from bot.console.acting import Acting
from bot.console.afterwards import Afterwards
from bot.console.rendering import Rendering
from bot.exploring.rehearsal_room import RehearsalRoom
from bot.links import ChatLinks
from bot.pipeline.wording import Wording
from bot.ways_out.outside import Outside
from dialogues.programme import Programme
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Office:
    """The database, the clock, the templates and the words of one programme; what does at the desk
    what is asked for in a page; what is written down once a page has been answered; the links into
    the chat; and where calls are rehearsed."""

    database: Database
    clock: Clock
    rendering: Rendering
    wording: Wording
    programme: Programme
    acting: Acting
    afterwards: Afterwards
    links: ChatLinks
    rehearsals: RehearsalRoom
    outside: Outside

    @property
    def say(self) -> Say:
        """See `actions.labels.Wording`."""
        return self.wording.say
