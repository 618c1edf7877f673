"""The way into the console: `/console` in private gives a link that signs its asker in, once."""

from actions.times.instants import in_words
from bot.desk.moment import Deeds, Moment, Outcome
from bot.pipeline.wording import Wording
from dialogues.programme import Programme
from storage import sign_ins

PATH = "/staff/sign-in"  # where the console takes links, with the token behind it


class SigningIn:
    """The command `/console`. `address` is where the console is served, without a slash."""

    def __init__(self, *, wording: Wording, programme: Programme, address: str) -> None:
        self._wording = wording
        self._programme = programme
        self._address = address

    @property
    def deeds(self) -> Deeds:
        """See `moment.Deeds`."""
        return {"console": self._link}

    def _link(self, moment: Moment, _words: str) -> Outcome:
        if not moment.is_private:
            return Outcome((self._wording.reply("staff_console_in_private", {}),), is_refused=True)
        token = sign_ins.make_sign_in(moment.session, moment.member, now=moment.now)
        until = in_words(moment.now + sign_ins.LASTS, moment.now, self._programme.zone)
        values = {"link": f"{self._address}{PATH}/{token}", "until": until}
        return Outcome((self._wording.reply("staff_console_link", values),))
