"""What somebody may do at the desk, in a line each: `/help`."""

from actions.labels import lines
from bot.desk.access import ACCESS
from bot.desk.moment import Deeds, Moment, Outcome
from bot.pipeline.wording import Wording
from storage.staff import Role


class Help:
    """The command `/help`: no more than what the role of who asks may."""

    def __init__(self, *, wording: Wording) -> None:
        self._wording = wording

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"help": self._help}

    def _help(self, moment: Moment, _words: str) -> Outcome:
        shown = (self._wording.say(f"staff_help_{verb}", {}) for verb in self._verbs(moment.role))
        return Outcome((self._wording.reply("staff_help", {"lines": lines(shown)}),))

    def _verbs(self, role: Role) -> list[str]:
        """What the role may, as far as there are words for it."""
        return [
            verb
            for verb, access in ACCESS.items()
            if access.role is not None
            and role.includes(access.role)
            and self._wording.knows(f"staff_help_{verb}")
        ]
