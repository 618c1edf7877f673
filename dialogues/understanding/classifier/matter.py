"""What the model is learnt from: the examples as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.decomposition import TruncatedSVD

from dialogues.understanding.classifier.encoder import Encoder
from dialogues.understanding.classifier.model import Preparation, column, kernel
from dialogues.understanding.classifier.parts import (
    Floats,
    Indexes,
    Weighing,
    parts_of,
    weighing,
)
from dialogues.understanding.classifier.spelling import spelling
from dialogues.understanding.intents import CRISIS, OUT_OF_SCOPE

SEED = 20
_THEMES = 300  # dimensions that the parts are brought down to for learning
PARTS_IN_KERNEL = 0.6
_AT_A_TIME = 500
_SAME = 0.85  # cosine from which on two examples say the same
FOLDS = 4


@dataclass(frozen=True, slots=True)
class Matter:
    """What is learnt from, one row an example. `themes` is `parts` in fewer dimensions, by
    `towards`; examples of one `fold` are held out together."""

    meaning: Floats
    parts: csr_matrix
    themes: Floats
    towards: Floats
    labels: Indexes
    intents: list[str]
    fold: Indexes

    @property
    def half(self) -> Floats:
        """The vectors that likeness is told by."""
        return self.meaning[:, : self.meaning.shape[1] // 2]

    def alike(self, rows: Indexes, columns: Indexes) -> Floats:
        """The kernel of these examples with those."""
        alike = np.empty((len(rows), len(columns)), np.float32)
        for block in blocks(len(rows)):  # or what is added up would be there twice
            some = rows[block]
            alike[block] = kernel(self.half[some] @ self.half[columns].T)
            alike[block] += PARTS_IN_KERNEL * (self.parts[some] @ self.parts[columns].T).toarray()
        return alike

    @property
    def outside(self) -> int:
        return column(self.intents, OUT_OF_SCOPE)

    @property
    def danger(self) -> int:
        return column(self.intents, CRISIS)


def blocks(count: int) -> Iterator[slice]:
    """So many rows, some at a time, for what would take too much memory at once."""
    for start in range(0, count, _AT_A_TIME):
        yield slice(start, min(start + _AT_A_TIME, count))


def prepared(
    examples: Sequence[tuple[str, str]], encoder: Encoder, instead: Mapping[str, str]
) -> tuple[Matter, Preparation, Weighing]:
    """What is learnt from, and how messages are made comparable with it."""
    texts = [text for _, text in examples]
    preparation = Preparation(spelling(texts, encoder.words, instead), instead)
    kinds = [parts_of(text) for text in texts]
    weigh = weighing(kinds)
    matter = _matter(
        encoder.encode([preparation.written(text) for text in texts]),
        _rows([weigh.weigh_parts(it) for it in kinds], len(weigh.index)),
        [intent for intent, _ in examples],
    )
    return matter, preparation, weigh


def _rows(weighed: Sequence[tuple[Indexes, Floats]], width: int) -> csr_matrix:
    ends = np.cumsum([0, *(len(indexes) for indexes, _ in weighed)])
    columns = np.concatenate([indexes for indexes, _ in weighed])
    values = np.concatenate([values for _, values in weighed])
    return csr_matrix((values, columns, ends), shape=(len(weighed), width), dtype=np.float32)


def _matter(meaning: Floats, parts: csr_matrix, intents: Sequence[str]) -> Matter:
    themes = TruncatedSVD(min(_THEMES, parts.shape[1] - 1), random_state=SEED, n_iter=3).fit(parts)
    known, labels = np.unique(np.array(intents), return_inverse=True)
    half = meaning[:, : meaning.shape[1] // 2]
    towards = themes.components_.T.astype(np.float32)
    return Matter(
        meaning=meaning,
        parts=parts,
        themes=np.asarray(parts @ towards, np.float32),
        towards=towards,
        labels=labels.astype(np.int64),
        intents=[str(it) for it in known],
        fold=_folds(half),
    )


def _folds(half: Floats) -> Indexes:
    """Examples that say the same are in the same fold, or each would be found by its twin."""
    group = np.arange(len(half))
    for block in blocks(len(half)):
        alike = half[block] @ half[: block.stop].T > _SAME
        for row, twin in zip(*np.nonzero(np.tril(alike, block.start - 1)), strict=True):
            group[group == group[block.start + row]] = group[twin]
    dice = np.random.default_rng(SEED).permutation(len(group)) % FOLDS
    fold: Indexes = dice[group]
    return fold
