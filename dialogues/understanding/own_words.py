"""Yes and no in a question's own words, such as an age where it is asked if somebody is 18."""

from collections.abc import Sequence

from dialogues.model import Slot
from dialogues.understanding.entities.numbers import number_in
from dialogues.understanding.language import Lexicon
from dialogues.understanding.text import normalise, strip_fillers

YES, NO, YES_FROM, AROUND = "yes", "no", "yes_from", "around"
KEYS = (YES, NO, YES_FROM, AROUND)


def own_yes_or_no(slot: Slot, said: str, lexicon: Lexicon) -> bool | None:
    """What the slot's metadata make of the whole message: a phrase under `yes` or `no`, or a
    number, which is a yes from `yes_from` on. No words but those `around` may stand beside it."""
    core = strip_fillers(said, lexicon.fillers)
    for meant, name in ((True, YES), (False, NO)):
        if core in map(normalise, slot.metadata.get(name, ())):
            return meant
    if YES_FROM not in slot.metadata:
        return None
    number = _number(core, slot.metadata.get(AROUND, ()), lexicon)
    return None if number is None else number >= slot.metadata[YES_FROM]


def _number(core: str, around: Sequence[str], lexicon: Lexicon) -> float | None:
    left = [word for word in core.split() if word not in around]
    if not all(word.isdecimal() or word in lexicon.numbers for word in left):
        return None
    return number_in(" ".join(left), lexicon.quantities)
