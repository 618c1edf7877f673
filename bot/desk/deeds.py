"""All that staff can do, by its verb in the access table."""

from actions.context import GroupLink, StartLink, no_group_link, typed_link
from bot.desk.daily.assigning import Assigning
from bot.desk.daily.canned import Canned
from bot.desk.daily.digests import Digests
from bot.desk.daily.entering import Entering
from bot.desk.daily.lists import Lists
from bot.desk.daily.looking import LeadLooks
from bot.desk.daily.notes import Notes
from bot.desk.daily.snoozing import Snoozing
from bot.desk.help import Help
from bot.desk.leads.changes import Changes
from bot.desk.leads.claiming import Claiming
from bot.desk.leads.closing import Closing
from bot.desk.leads.decisions import Deciding
from bot.desk.leads.introductions import Introducing
from bot.desk.leads.merging import Merging
from bot.desk.leads.scoring import Scoring
from bot.desk.moment import Deeds
from bot.desk.people.connecting import Connecting
from bot.desk.people.inviting import Inviting
from bot.desk.people.joining import Joining
from bot.desk.people.leaving import Leaving
from bot.desk.people.listing import People
from bot.desk.people.roster import Roster
from bot.desk.people.signing_in import SigningIn
from bot.desk.talk.group_words import GroupWords
from bot.desk.talk.relaying import Relaying
from bot.pipeline.wording import Wording
from dialogues.programme import Programme


def deeds_of(
    *,
    wording: Wording,
    programme: Programme,
    start_link: StartLink = typed_link,
    group_link: GroupLink = no_group_link,
    address: str = "",
    has_mail: bool = False,
) -> Deeds:
    """Each of them, put together from what the rooms have in common. `address` is where the console
    is served, `has_mail` says whether e-mail can be sent."""
    return {
        **_of_leads(wording, programme, has_mail=has_mail),
        **_of_days(wording, programme),
        **_of_people(wording, programme, start_link, group_link),
        **SigningIn(wording=wording, programme=programme, address=address).deeds,
        **Help(wording=wording).deeds,
    }


def _of_leads(wording: Wording, programme: Programme, *, has_mail: bool) -> Deeds:
    """What becomes of leads, and what residents read."""
    merging = Merging(wording=wording)
    deciding = Deciding(wording=wording, programme=programme, merging=merging, has_mail=has_mail)
    relaying = Relaying(wording=wording, programme=programme).deeds
    return {
        **Claiming(wording=wording).deeds,
        **Closing(wording=wording, show_done=deciding.show_done, has_mail=has_mail).deeds,
        **deciding.deeds,
        **merging.deeds,
        **Scoring(wording=wording).deeds,
        **Changes(wording=wording, programme=programme).deeds,
        **Introducing(wording=wording, programme=programme).deeds,
        **GroupWords(wording=wording, programme=programme).deeds,
        **relaying,
        # A reply to a preview puts it in other words; to any other post it goes to the resident.
        "reply": lambda moment, words: (
            deciding.reworded(moment, words) or relaying["reply"](moment, words)
        ),
    }


def _of_days(wording: Wording, programme: Programme) -> Deeds:
    """The daily work."""
    return {
        **Assigning(wording=wording).deeds,
        **Notes(wording=wording, programme=programme).deeds,
        **Snoozing(wording=wording, programme=programme).deeds,
        **Canned(wording=wording, programme=programme).deeds,
        **Digests(wording=wording, programme=programme).deeds,
        **Lists(wording=wording, programme=programme).deeds,
        **LeadLooks(wording=wording, programme=programme).deeds,
        **Entering(wording=wording, programme=programme).deeds,
    }


def _of_people(
    wording: Wording, programme: Programme, start_link: StartLink, group_link: GroupLink
) -> Deeds:
    """Who is staff, and where."""
    roster = Roster(wording=wording, programme=programme)
    return {
        **Joining(wording=wording).deeds,
        **People(roster=roster).deeds,
        **Inviting(roster=roster, programme=programme, start_link=start_link).deeds,
        **Leaving(roster=roster).deeds,
        **Connecting(roster=roster, programme=programme, group_link=group_link).deeds,
    }
