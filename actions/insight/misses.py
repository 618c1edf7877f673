"""What was not understood, put together by what is alike, so that staff see what comes up often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from dialogues.moments.phrases import plain
from storage.models import Misunderstood

ALIKE = 78  # of a hundred


@dataclass(slots=True)
class Group:
    """Messages that say nearly the same, the newest first. `head` is what they are held against."""

    head: str
    messages: list[Misunderstood] = field(default_factory=list)

    @property
    def ids(self) -> list[int]:
        """Of its messages."""
        return [it.id for it in self.messages]

    @property
    def texts(self) -> list[str]:
        """What they say, each wording once."""
        return list(dict.fromkeys(it.text for it in self.messages))

    @property
    def questions(self) -> list[tuple[str, str]]:
        """The questions that were open, each once."""
        open_ = ((it.flow, it.step) for it in self.messages)
        return list(dict.fromkeys((flow, step) for flow, step in open_ if flow and step))

    @property
    def intent(self) -> str | None:
        """What staff say that they mean; None where they said nothing, or different things."""
        given = {it.intent for it in self.messages}
        return given.pop() if len(given) == 1 else None


def grouped(messages: Iterable[Misunderstood]) -> list[Group]:
    """The groups, the largest first; of equals the one with the newest message."""
    groups: dict[str, Group] = {}
    heads: list[str] = []
    for message in messages:
        said = _in_order(message.text)
        head = said if said in groups else _nearest(said, heads)
        if head is None:
            heads.append(said)
            head = said
        groups.setdefault(head, Group(head)).messages.append(message)
    return sorted(groups.values(), key=lambda it: -len(it.messages))


def _nearest(said: str, heads: Sequence[str]) -> str | None:
    found = process.extractOne(said, heads, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return found[0] if found is not None else None


def _in_order(text: str) -> str:
    """Its words by the alphabet, so that in which order they come makes no difference."""
    return " ".join(sorted(plain(text).split()))
