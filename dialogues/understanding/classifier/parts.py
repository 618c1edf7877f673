"""What a message is made of: words, pairs of words, and groups of letters, each with its weight."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indexes = NDArray[np.int64]
Kinds = tuple[Mapping[str, int], Mapping[str, int]]

_GROUPS = range(2, 6)  # letters in a group
_SHARE = 0.7  # of the weight that the vectors of meaning have


@dataclass(frozen=True, slots=True)
class Weighing:
    """`index` has each part that counts; `rarity` what one weighs."""

    index: Mapping[str, int]
    rarity: Floats

    def weigh(self, said: str) -> tuple[Indexes, Floats]:
        """Which parts the normalised message has, and their weights."""
        return self.weigh_parts(parts_of(said))

    def weigh_parts(self, kinds: Kinds) -> tuple[Indexes, Floats]:
        """The same of parts that were counted before."""
        found = [self._weigh(counts) for counts in kinds]
        return np.concatenate([it[0] for it in found]), np.concatenate([it[1] for it in found])

    def _weigh(self, counts: Mapping[str, int]) -> tuple[Indexes, Floats]:
        known = {index: n for part, n in counts.items() if (index := self.index.get(part, -1)) >= 0}
        indexes = np.fromiter(known.keys(), np.int64, len(known))
        often = np.fromiter(known.values(), np.float32, len(known))
        weights = (1 + np.log(often)) * self.rarity[indexes]
        return indexes, _SHARE * weights / max(float(np.linalg.norm(weights)), 1e-9)


def parts_of(said: str) -> Kinds:
    """How often each word, pair of words and group of letters is in a normalised message."""
    return Counter(_words(said)), Counter(_letters(said))


def weighing(messages: Sequence[Kinds]) -> Weighing:
    """For messages like these. A pair of words and a group of letters count from the second message
    on that has them."""
    counts = Counter(part for kinds in messages for kind in kinds for part in kind)
    seen = {part: count for part, count in counts.items() if count > 1 or _is_word(part)}
    index = {part: number for number, part in enumerate(sorted(seen))}
    often = np.array([seen[part] for part in index], np.float32)
    return Weighing(index, np.log((1 + len(messages)) / (1 + often)) + np.float32(1))


def _is_word(part: str) -> bool:
    return part.startswith("=") and " " not in part


def _words(said: str) -> Iterator[str]:
    words = said.split()
    yield from (f"={word}" for word in words)
    yield from (f"={first} {second}" for first, second in pairwise(words))


def _letters(said: str) -> Iterator[str]:
    for word in said.split():
        padded = f" {word} "
        for size in _GROUPS:
            yield from (padded[it : it + size] for it in range(max(len(padded) - size + 1, 1)))


def softmax(scores: Floats) -> Floats:
    """Row by row."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def log_odds(shares: Floats) -> Floats:
    """Of what is from nought to one."""
    held = np.clip(shares, math.exp(-12), 1 - math.exp(-12))
    odds: Floats = np.log(held / (1 - held))
    return odds
