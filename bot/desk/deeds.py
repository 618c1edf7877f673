"""All that staff can do, by its verb in the access table."""

from bot.desk.changes import Changes
from bot.desk.claiming import Claiming
from bot.desk.closing import Closing
from bot.desk.group_words import GroupWords
from bot.desk.introductions import Introducing
from bot.desk.moment import Deeds, Moment, Outcome
from bot.desk.relaying import Relaying
from bot.pipeline.wording import Wording
from dialogues.programme import Programme


def deeds_of(*, wording: Wording, programme: Programme) -> Deeds:
    """Each of them, put together from what the rooms have in common."""
    return {
        "help": lambda moment, words: _help(wording, moment, words),
        **Claiming(wording=wording).deeds,
        **Closing(wording=wording).deeds,
        **Relaying(wording=wording).deeds,
        **Changes(wording=wording, programme=programme).deeds,
        **GroupWords(wording=wording, programme=programme).deeds,
        **Introducing(wording=wording, programme=programme).deeds,
    }


def _help(wording: Wording, _moment: Moment, _words: str) -> Outcome:
    return Outcome((wording.reply("staff_help", {}),))
