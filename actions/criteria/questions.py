"""Which question comes next: the one whose answer settles the most."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Sequence
from math import ceil
from typing import Any

from actions.criteria.criteria import Group, thresholds
from actions.criteria.facts import Answers, Facts, possible_answers, with_implied
from actions.criteria.verdicts import open_facts

Score = tuple[float, int]
Chosen = tuple[tuple[Group, ...], Facts, str | None]  # of which calls and facts, and which

_MOST_KEPT = 5_000
_kept: dict[Hashable, Chosen] = {}


def next_question(
    calls: Iterable[Group], answers: Answers, facts: Facts, *, unsure: Collection[str] = ()
) -> str | None:
    """The fact to ask next; None when no answer matters any more.

    It is the fact whose answer settles the most calls that are still undecided: for each answer
    that can be given, the number of calls it would decide, on average over these answers. Of equals
    it is the one that more open criteria are about, or about facts that it may imply; then the one
    that the content names first. A fact that an earlier one may imply comes after that one. Never
    asked: what is known or implied, what is in `unsure`, and what no undecided call waits for.

    Many answer alike, so it is chosen once for as long as calls and facts are the same objects;
    they are kept with what was chosen, so that no others take their places.
    """
    asked = tuple(calls)
    key = (*map(id, asked), id(facts), repr(answers), *unsure)
    kept = _kept.get(key)
    if kept is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        kept = _kept[key] = asked, facts, _choose(asked, answers, facts, unsure)
    return kept[2]


def _choose(
    calls: Sequence[Group], answers: Answers, facts: Facts, unsure: Collection[str]
) -> str | None:
    undecided = [call for call in calls if call.outcome(answers) == "unknown"]
    waiting = Counter(fact for call in undecided for fact in open_facts(call, answers))
    candidates = _candidates(waiting, answers, facts, unsure)
    scores = {name: _score(name, undecided, waiting, answers, facts) for name in candidates}
    return max(candidates, key=lambda name: scores[name], default=None)


def questions_left(
    calls: Iterable[Group], answers: Answers, facts: Facts, *, unsure: Collection[str] = ()
) -> int:
    """About how many are still to come: as many as an undecided call waits for, on average."""
    waits = [
        {it for it in open_facts(call, answers) if it in facts and it not in unsure}
        for call in calls
    ]
    undecided = [len(it) for it in waits if it]
    return ceil(sum(undecided) / len(undecided)) if undecided else 0


def _candidates(
    waiting: Collection[str], answers: Answers, facts: Facts, unsure: Collection[str]
) -> list[str]:
    """In the content's order, so that the first of equals is the content's first."""
    wanted = {_asked_first(it, answers, facts, unsure) for it in waiting if it in facts}
    return [name for name in facts if name in wanted and name not in unsure]


def _asked_first(name: str, answers: Answers, facts: Facts, unsure: Collection[str]) -> str:
    """The fact itself, or the earlier one that may answer it by the way."""
    for other in facts[name].implied_by:
        if other in facts and other not in answers and other not in unsure:
            return _asked_first(other, answers, facts, unsure)
    return name


def _score(
    name: str, undecided: Sequence[Group], waiting: Counter[str], answers: Answers, facts: Facts
) -> Score:
    told = _told_with(name, facts)
    concerned = [call for call in undecided if not call.facts.isdisjoint(told)]
    limits = thresholds(concerned, name) if facts[name].number else ()
    tried = possible_answers(facts[name], limits or {0.0})
    settles = sum(_settled_by(name, it, concerned, answers, facts) for it in tried)
    return settles / len(tried), sum(waiting[it] for it in told)


def _told_with(name: str, facts: Facts) -> list[str]:
    """The fact and those that it may imply, one through the other."""
    told = [name]
    for fact in facts.values():
        if not fact.implied_by.keys().isdisjoint(told):
            told.append(fact.name)
    return told


def _settled_by(
    name: str, answer: Any, concerned: Sequence[Group], answers: Answers, facts: Facts
) -> int:
    supposed = with_implied(facts, {**answers, name: answer})
    return sum(call.outcome(supposed) != "unknown" for call in concerned)
