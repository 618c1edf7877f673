"""The rules of a vote: one choice a person, the most wins, a tie goes to what was said first."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

MOST_CHOICES = 8  # more would be too many to read


def count(choices: Sequence[int], ballots: Mapping[str, int]) -> dict[int, int]:
    """How many chose each, in the order of the choices."""
    chosen = Counter(ballots.values())
    return {choice: chosen[choice] for choice in choices}


def winner_of(choices: Sequence[int], ballots: Mapping[str, int]) -> int | None:
    """What the most chose; of several the one that comes first, for choices stand in the order in
    which they were said. None if nobody chose anything that can be chosen."""
    counts = count(choices, ballots)
    best = max(counts.values(), default=0)
    return next((choice for choice in choices if counts[choice] == best), None) if best else None


def all_have_voted(joined: Collection[str], ballots: Mapping[str, int]) -> bool:
    """Whether everybody who has joined the group has chosen. One alone is not everybody: the others
    may just not have joined yet."""
    return len(joined) > 1 and ballots.keys() >= set(joined)
