"""Is anyone doing something like this? Numbers by borough and theme, and never a word of others."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup, escape

from actions.context import Context
from actions.labels import Wording, lines
from actions.matching.neighbours import Neighbour
from storage.outbox import Lane, queue

STEP = 5  # fewer are "a few", and more are told in steps, so that no two numbers give one away
WATCH_EVERY = timedelta(days=1)
RESPONSES = frozenset(
    {
        "utter_others",
        "utter_others_now",
        "utter_others_none",
        "others_line",
        "others_few",
        "others_many",
        "others_by_borough",
        "others_by_theme",
    }
)


def queue_look(context: Context) -> None:
    """Have somebody look, after what is said now; it takes too long for a turn."""
    queue(
        context.session,
        chat_id=context.chat_id,
        kind="others",
        lane=Lane.HANDOFF,
        now=context.now,
        payload=_for_whom(context) or None,
    )


def queue_watch(context: Context, since: datetime) -> None:
    """Have somebody look from time to time, until there is somebody, or they want it no more."""
    queue(
        context.session,
        chat_id=context.chat_id,
        kind="others_watch",
        lane=Lane.DIGESTS,
        now=context.now,
        due_at=context.now + WATCH_EVERY,
        payload={"since": since.isoformat(), **_for_whom(context)},
    )


def _for_whom(context: Context) -> dict[str, Any]:
    """The group that they speak for, when they do."""
    return {"group_id": context.speaking.group.id} if context.speaking else {}


def others_values(words: Wording, found: Iterable[Neighbour]) -> dict[str, Any]:
    """How many people there are, where, and about what. Raises ValueError if there are none."""
    people = {it.idea.applicant_id: it.idea.facts for it in found}
    if not people:
        raise ValueError("there is nobody")
    programme = words.programme
    return {
        "count": _count(words, len(people)),
        "boroughs": _part(words, "borough", people.values(), programme.boroughs),
        "themes": _part(words, "theme", people.values(), programme.themes),
    }


def _part(
    words: Wording, fact: str, people: Iterable[Mapping[str, Any]], names: Mapping[str, str]
) -> Markup:
    """A line for each place or theme, in the programme's order; what it does not know is left
    out."""
    counts = Counter(facts.get(fact) for facts in people)
    told = [
        words.say("others_line", {"name": escape(name), "count": _count(words, counts[key])})
        for key, name in names.items()
        if counts[key]
    ]
    return words.say(f"others_by_{fact}", {"lines": lines(told)}) if told else Markup("")


def _count(words: Wording, number: int) -> Markup:
    if number < STEP:
        return words.say("others_few", {})
    return words.say("others_many", {"number": number - number % STEP})
