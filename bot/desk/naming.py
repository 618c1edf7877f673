"""Which lead staff mean: the one whose reference they name, else the one that the post or the topic
is about."""

import re
from typing import Any

from bot.desk.moment import Moment, Outcome
from bot.pipeline.wording import Wording
from storage import leads, threads
from storage.models import Lead

_REFERENCE = re.compile(r"#?[a-z]{2,6}-?[a-z0-9]{5}", re.IGNORECASE)


def lead_meant(moment: Moment, words: str) -> tuple[Lead | None, str]:
    """The lead, and the words without its reference. None if no lead is meant, or one that is not
    known; then the words stay as they are."""
    first, *rest = words.split(None, 1) or [""]
    named = leads.find_by_reference(moment.session, reference=first) if first else None
    if named is not None:
        return named, rest[0].strip() if rest else ""
    if _looks_like_one(first):
        return None, words
    return _at_hand(moment), words


def not_meant(wording: Wording, words: str, how: str, **values: Any) -> Outcome:
    """What to say where no lead was meant: that its reference is unknown, else the response `how`,
    which says how to ask."""
    first = next(iter(words.split()), "")
    if first:
        reply = wording.reply("staff_unknown_reference", {"reference": first})
        return Outcome((reply,))
    return Outcome((wording.reply(how, values),))


def _looks_like_one(word: str) -> bool:
    """Whether it is written as a reference is: with its dash, or with a figure in it."""
    return bool(_REFERENCE.fullmatch(word)) and ("-" in word or any(map(str.isdigit, word)))


def _at_hand(moment: Moment) -> Lead | None:
    post = moment.post
    if post is not None and post.lead_id is not None:
        return leads.get_lead(moment.session, post.lead_id)
    return threads.lead_of(moment.session, moment.chat.id)
