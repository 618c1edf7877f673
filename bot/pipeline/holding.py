"""What this process holds: rows from their claim until what became of them is written."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.pipeline.composing import Load
from bot.pipeline.outcomes import Outcome, Sent


@dataclass(slots=True)
class Held:
    """One row, under a lease that ends at `until`, by the monotonic clock."""

    load: Load
    until: float
    begun: bool = False
    rests: bool = False  # it waits until its chat may get more
    outcome: Outcome | None = None


@dataclass(slots=True)
class Burden:
    """How much that is, apart from what is over."""

    under_way: int = 0
    waiting: Counter[int] = field(default_factory=Counter)  # not begun, by lane
    resting: int = 0  # not begun either, because their chats have to rest: they hold up nobody
    chats: set[int] = field(default_factory=set)  # whose these are
    lost: int = 0  # rows whose lease is over, so that others may hold them as well


class Hand:
    """All that is held, by the row's id."""

    def __init__(self) -> None:
        self._held: dict[int, Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def take(self, loads: Iterable[Load], *, until: float) -> list[Held]:
        """Hold these from now on."""
        taken = [Held(load, until) for load in loads]
        self._held |= {held.load.claimed.id: held for held in taken}
        return taken

    def sent(self) -> set[int]:
        """Rows that went out, which is still to be written."""
        return {
            row
            for row, held in self._held.items()
            if held.outcome is not None and isinstance(held.outcome.result, Sent)
        }

    def outcomes(self) -> list[Outcome]:
        """What is to be written."""
        return [held.outcome for held in self._held.values() if held.outcome is not None]

    def abandoned(self) -> list[Held]:
        """What nobody sends any more and was not begun. Of what was begun nobody knows whether it
        went out: it is held no longer, and is there again when its lease is over."""
        open_ = {row: held for row, held in self._held.items() if held.outcome is None}
        for row, held in open_.items():
            if held.begun:
                del self._held[row]
        return [held for held in open_.values() if not held.begun]

    def let_go(self, written: Sequence[Outcome], *, later: Sequence[Outcome]) -> None:
        """These were written, but for those that have to be written later."""
        kept = {outcome.load.claimed.id for outcome in later}
        for outcome in written:
            row = outcome.load.claimed.id
            if row not in kept and self._held[row].outcome is outcome:
                del self._held[row]

    def burden(self, *, now: float) -> Burden:
        """What is still to be done."""
        burden = Burden()
        for held in self._held.values():
            if held.outcome is not None:
                continue
            claimed = held.load.claimed
            burden.chats.add(claimed.chat_id)
            burden.lost += held.until < now
            if held.begun:
                burden.under_way += 1
            elif held.rests:
                burden.resting += 1
            else:
                burden.waiting[claimed.lane] += 1
        return burden
