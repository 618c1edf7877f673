"""Who has an idea like somebody's: kept up as answers are kept, and found among all who agreed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest

from sqlalchemy.orm import Session

from actions.context import Context
from actions.matching.likeness import Alike, Likable, Rarity, by_sound, compare, wordbook
from actions.programme import Programme
from storage import applicants, ideas, likeness
from storage.likeness import Matched
from storage.models import Idea

_LOOKED_THROUGH = 4_000  # ideas that share a word, by the rarest words first: all else is chance
_CLOSEST = 50  # of them, which are compared word by word


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody else's idea that is like it."""

    idea: Matched
    alike: Alike


def keep_up_changed(context: Context, changed: Sequence[Idea]) -> None:
    """These ideas are found by their new words from now on, if their owner agreed."""
    applicant = applicants.find_applicant(context.session, chat_id=context.chat_id)
    if applicant is not None and applicant.matching_at is not None:
        for idea in changed:
            keep_up(context.session, idea, programme=context.programme)


def keep_up(session: Session, idea: Idea, *, programme: Programme) -> None:
    """Let the idea be found as it is now; for somebody who agreed to that."""
    texts = likeness.texts_of(session, idea.id) if idea.state in ideas.OWN else []
    words = by_sound(wordbook(programme.likeness).words(texts))
    likeness.set_words(session, idea, words)


def neighbours_of(session: Session, idea_id: int) -> list[Neighbour]:
    """The ideas of others that are like this one, the likest first. The owners of both agreed, and
    are on the same channel. However many ideas there are, only so many are looked through."""
    own = likeness.matched(session, [idea_id]).get(idea_id)
    if own is None:
        return []
    counts = likeness.how_common(session, own.words)
    rarity = Rarity(counts, likeness.how_many(session))
    this = likable(own)
    found: list[Neighbour] = []
    for other in likeness.matched(session, _closest(session, idea_id, counts, rarity)).values():
        if other.applicant_id == own.applicant_id or other.channel != own.channel:
            continue
        alike = compare(this, likable(other), rarity)
        if alike is not None:
            found.append(Neighbour(other, alike))
    return sorted(found, key=lambda it: (-it.alike.score, it.idea.idea_id))


def likable(idea: Matched) -> Likable:
    """An idea as it is compared, with where and about what its owner said it is."""
    return Likable(idea.words, idea.facts.get("borough"), idea.facts.get("theme"))


def _closest(
    session: Session, idea_id: int, counts: Mapping[str, int], rarity: Rarity
) -> list[int]:
    """The ideas that share the most, by the rarest of the words."""
    weights: dict[int, float] = {}
    for other_id, sound in likeness.ideas_with(session, _rarest(counts)):
        weights[other_id] = weights.get(other_id, 0.0) + rarity(sound)
    weights.pop(idea_id, None)
    return nsmallest(_CLOSEST, weights, key=lambda it: (-weights[it], it))


def _rarest(counts: Mapping[str, int]) -> list[str]:
    """Those sounds that together are not in more ideas than are looked through."""
    found: list[str] = []
    looked_through = 0
    for sound in sorted(counts, key=lambda it: (counts[it], it)):
        looked_through += counts[sound]
        if looked_through > _LOOKED_THROUGH and found:
            break
        found.append(sound)
    return found
