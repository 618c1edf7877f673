"""Calls that lead residents nowhere, found by having the conversations: each answer that makes a
difference to the criteria is given, and every button that stands at the end is pressed."""

import time
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from actions.criteria.conflicts import contradicted, first_conflict, met_by
from actions.criteria.criteria import all_of, criteria_in, from_data, thresholds
from actions.criteria.facts import Facts, declared, possible_answers
from actions.criteria.verdicts import open_facts
from bot.exploring.rehearsals import SKIP, Rehearsal, Talk
from bot.exploring.scratch import Scratch
from bot.exploring.walking import Monotonic
from storage.calls import CallDetails

SECONDS = 6.0  # for all conversations about one call

NOBODY = "nobody"  # whatever is answered, nobody can apply
CONFLICT = "conflict"  # and that is because of what is asked of one fact
ELSEWHERE = "elsewhere"  # those who could are led elsewhere before it comes to that
UNASKED = "unasked"  # nobody is asked about a fact that is needed
STUCK = "stuck"  # the questions do not end
DROPPED = "dropped"  # they end, and nobody says whether the call fits
FAULT = "fault"  # a turn goes wrong, or nothing leads on


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """Why a call is refused, the fact that it is about, what is wrong in the words of the model
    checker, and the conversation that shows it."""

    why: str
    talk: Talk
    fact: str | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Explored:
    """What was found, how many conversations were had, and whether they were all there are."""

    found: DeadEnd | None
    talks: int
    is_all: bool


def explore_call(
    scratch: Scratch,
    details: CallDetails,
    *,
    seconds: float = SECONDS,
    monotonic: Monotonic = time.monotonic,
) -> Explored:
    """Have the conversations. The first of them is that of somebody who meets all criteria."""
    return _Search(scratch, details, monotonic, monotonic() + seconds).run()


class _Search:
    def __init__(
        self, scratch: Scratch, details: CallDetails, monotonic: Monotonic, ends: float
    ) -> None:
        self._facts: Facts = scratch.core.programme.facts
        self._conditions = [from_data(it) for it in details.criteria]
        self._rehearsal = Rehearsal(scratch, details)
        self._monotonic = monotonic
        self._ends = ends
        self._talks = 0
        self._tried: set[Hashable] = set()

    def run(self) -> Explored:
        answers, conflict = self._answers()
        first = self._rehearsal.talk(answers)
        is_met = first.verdict == "eligible"
        found = self._look_at(first, skipped=False)
        # What is not met by the answers that should do may be met by others, or by none.
        for talk, skipped in self._talks_beside(answers, deviations=1 if is_met else 2):
            if found is not None or self._monotonic() > self._ends:
                break
            is_met = is_met or talk.verdict == "eligible"
            found = self._look_at(talk, skipped=skipped)
        is_all = self._monotonic() <= self._ends
        if found is None and not is_met:
            found = self._nobody(first, conflict)
        return Explored(found, self._talks, is_all)

    def _answers(self) -> tuple[Mapping[str, Any], int | None]:
        """Those that meet the criteria, or as many of them as can be met together; and the first
        that cannot."""
        conflict = first_conflict(self._conditions, self._facts)
        met = met_by(self._conditions[:conflict], self._facts)
        return met or {}, conflict

    def _talks_beside(
        self, answers: Mapping[str, Any], *, deviations: int
    ) -> Iterator[tuple[Talk, bool]]:
        """Every conversation in which no more than so many answers are other ones."""
        waiting = [(self._rehearsal.begin(), deviations, False)]
        while waiting:
            talk, left, skipped = waiting.pop()
            if self._rehearsal.is_over(talk):
                self._talks += 1
                yield talk, skipped
                continue
            slot = self._rehearsal.question(talk) or ""
            for value, costs in self._options(slot, answers.get(slot)):
                gone_on = self._rehearsal.answer(talk, value) if costs <= left else None
                if gone_on is not None:
                    waiting.append((gone_on, left - costs, skipped or value is SKIP))

    def _options(self, slot: str, usual: Any) -> Iterator[tuple[Any, int]]:
        """One answer of each kind that the criteria tell apart, the usual one last, for it is to be
        tried first."""
        fact = self._facts.get(slot)
        if fact is not None:
            yield SKIP, 1
            kinds: dict[Hashable, Any] = {}
            for value in possible_answers(fact, thresholds(self._conditions, slot)):
                kinds.setdefault(self._kind(slot, value), value)
            kinds.pop(self._kind(slot, usual), None) if usual is not None else None
            yield from ((value, 1) for value in kinds.values())
        yield usual, 0

    def _kind(self, slot: str, value: Any) -> Hashable:
        """What the criteria can tell of this answer, and of what follows from it."""
        known = declared(self._facts, {slot: value})
        criteria = [one for it in self._conditions for one in criteria_in(it)]
        return tuple(one.outcome(known) for one in criteria)

    def _look_at(self, talk: Talk, *, skipped: bool) -> DeadEnd | None:
        """What is wrong with a conversation that is over, and with each way on from there."""
        if talk.faults:
            return DeadEnd(FAULT, talk, message=talk.faults[-1].message)
        if talk.verdict is None and self._rehearsal.question(talk) in self._facts:
            return DeadEnd(STUCK, talk, fact=self._rehearsal.question(talk))
        if talk.verdict is None and self._rehearsal.question(talk) is None:
            return DeadEnd(DROPPED, talk)
        if talk.verdict == "unknown" and not skipped:
            answers = declared(self._facts, talk.state.slots)
            asked = open_facts(all_of(self._conditions), answers)
            return DeadEnd(UNASKED, talk, fact=next(asked, None))
        return self._look_beyond(talk)

    def _look_beyond(self, talk: Talk) -> DeadEnd | None:
        buttons = tuple(self._rehearsal.ways_on(talk))
        end = (talk.verdict, tuple(button.payload for button in buttons))
        if end in self._tried:
            return None
        self._tried.add(end)
        for button in buttons:
            beyond = self._rehearsal.press(talk, button)
            if beyond.faults:
                return DeadEnd(FAULT, beyond, message=beyond.faults[-1].message)
        return None

    def _nobody(self, talk: Talk, conflict: int | None) -> DeadEnd:
        if conflict is not None:
            so_far = self._conditions[: conflict + 1]
            own = next(one.fact for one in criteria_in(so_far[-1]))
            return DeadEnd(CONFLICT, talk, fact=contradicted(so_far, self._facts) or own)
        return DeadEnd(NOBODY if talk.verdict else ELSEWHERE, talk)
