"""Which lead staff mean: by what they pressed on, by its reference, by the post they replied to, or
by the topic they are in."""

from dataclasses import dataclass

from bot.desk.moment import Moment
from bot.pipeline.arrival import Happened
from bot.pipeline.wording import Wording
from dialogues.exchange import Reply
from storage import leads
from storage.models import Lead, Thread


@dataclass(frozen=True, slots=True)
class Meant:
    """The lead, and what was said beside it: the words of the command, or the button's value."""

    lead: Lead
    words: str


def is_press(moment: Moment) -> bool:
    """Whether they pressed a button."""
    return moment.arrival.happened is Happened.PRESSED


def lead_meant(moment: Moment, words: str) -> Meant | None:
    """The lead, as it was read just now: whoever changes it holds it first."""
    if is_press(moment):
        lead = _at_hand(moment)
        return Meant(lead, words.partition("=")[2]) if lead else None
    reference, *rest = words.split(None, 1) or [""]
    named = leads.find_by_reference(moment.session, reference=reference) if reference else None
    if named is not None:
        return Meant(named, rest[0].strip() if rest else "")
    lead = _at_hand(moment)
    return Meant(lead, words.strip()) if lead else None


def unknown_lead(wording: Wording, words: str, *, verb: str) -> Reply:
    """What is answered where no lead is meant."""
    reference = next(iter(words.split()), None)
    if reference is None:
        return wording.reply("staff_which_lead", {"verb": verb})
    return wording.reply("staff_unknown_reference", {"reference": reference})


def _at_hand(moment: Moment) -> Lead | None:
    """The lead of the post, else of the topic."""
    thread = moment.session.get(Thread, moment.chat.id)
    number = (moment.post.lead_id if moment.post else None) or (thread.lead_id if thread else None)
    return leads.get_lead(moment.session, number) if number else None
