"""All that staff can do, by its verb in the access table."""

from actions.context import GroupLink, StartLink, no_group_link, typed_link
from bot.desk.assigning import Assigning
from bot.desk.canned import Canned
from bot.desk.changes import Changes
from bot.desk.claiming import Claiming
from bot.desk.closing import Closing
from bot.desk.connecting import Connecting
from bot.desk.decisions import Deciding
from bot.desk.digests import Digests
from bot.desk.entering import Entering
from bot.desk.group_words import GroupWords
from bot.desk.help import Help
from bot.desk.introductions import Introducing
from bot.desk.inviting import Inviting
from bot.desk.joining import Joining
from bot.desk.leaving import Leaving
from bot.desk.lists import Lists
from bot.desk.looking import LeadLooks
from bot.desk.merging import Merging
from bot.desk.moment import Deeds
from bot.desk.notes import Notes
from bot.desk.people import People
from bot.desk.relaying import Relaying
from bot.desk.roster import Roster
from bot.desk.scoring import Scoring
from bot.desk.snoozing import Snoozing
from bot.pipeline.wording import Wording
from dialogues.programme import Programme


def deeds_of(
    *,
    wording: Wording,
    programme: Programme,
    start_link: StartLink = typed_link,
    group_link: GroupLink = no_group_link,
) -> Deeds:
    """Each of them, put together from what the rooms have in common."""
    roster = Roster(wording=wording, programme=programme)
    merging = Merging(wording=wording)
    deciding = Deciding(wording=wording, programme=programme, merging=merging)
    relaying = Relaying(wording=wording, programme=programme).deeds
    return {
        **Claiming(wording=wording).deeds,
        **Closing(wording=wording, show_done=deciding.show_done).deeds,
        **deciding.deeds,
        **merging.deeds,
        **Scoring(wording=wording).deeds,
        **Assigning(wording=wording).deeds,
        **Notes(wording=wording, programme=programme).deeds,
        **Snoozing(wording=wording, programme=programme).deeds,
        **relaying,
        # A reply to a preview puts it in other words; to any other post it goes to the resident.
        "reply": lambda moment, words: (
            deciding.reworded(moment, words) or relaying["reply"](moment, words)
        ),
        **Canned(wording=wording, programme=programme).deeds,
        **Digests(wording=wording, programme=programme).deeds,
        **Lists(wording=wording, programme=programme).deeds,
        **LeadLooks(wording=wording, programme=programme).deeds,
        **Changes(wording=wording, programme=programme).deeds,
        **Entering(wording=wording, programme=programme).deeds,
        **GroupWords(wording=wording, programme=programme).deeds,
        **Help(wording=wording).deeds,
        **Introducing(wording=wording, programme=programme).deeds,
        **Joining(wording=wording).deeds,
        **People(roster=roster).deeds,
        **Inviting(roster=roster, programme=programme, start_link=start_link).deeds,
        **Leaving(roster=roster).deeds,
        **Connecting(roster=roster, programme=programme, group_link=group_link).deeds,
    }
