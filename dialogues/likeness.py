"""What makes the words of two ideas the same word, in the language in which people write.

An adopting team edits its YAML only.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from pydantic import BaseModel, Field

from dialogues.parts import STRICT


class LikenessFile(BaseModel):
    """`ignored` say nothing of what an idea is about. `endings` are taken off, the longest first,
    and what stands instead put in their place. `same` are other words, or a few words together, for
    one; `vowels` may be mistaken for each other."""

    model_config = STRICT

    ignored: list[str] = []
    endings: dict[str, str] = {}
    same: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    vowels: str = ""


@dataclass(frozen=True, eq=False, slots=True)
class Likeness:
    """The same, to be looked things up in; `same` by the other word."""

    ignored: frozenset[str] = frozenset()
    endings: Mapping[str, str] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    vowels: frozenset[str] = frozenset()

    @classmethod
    def of(cls, file: LikenessFile) -> "Likeness":
        """What stands in a file."""
        return cls(
            ignored=frozenset(map(str.casefold, file.ignored)),
            endings=file.endings,
            same={it.casefold(): one for one, words in file.same.items() for it in words},
            vowels=frozenset(file.vowels),
        )


NO_LIKENESS = Likeness()
