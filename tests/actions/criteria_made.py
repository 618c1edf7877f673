"""Any criteria and any answers, for laws that hold for all of them."""

from typing import Any

from hypothesis import strategies as st

from actions.criteria.criteria import Condition, Group, all_of, from_data
from actions.criteria.facts import declared
from actions.programme import Fact
from tests.actions.calls_made import criterion
from tests.actions.conftest import programme

FACTS = programme().facts
NUMBERS = st.integers(0, 6).map(float)


@st.composite
def some_criterion(draw: st.DrawFn) -> Condition:
    fact: Fact = draw(st.sampled_from(list(FACTS.values())))
    unmet = draw(st.sampled_from(("not_yet", "no")))
    if fact.number:
        compared = draw(st.sampled_from(("at_least", "at_most", "is")))
        return from_data(criterion(fact.name, unmet=unmet, **{compared: draw(NUMBERS)}))
    if fact.values:
        wanted = draw(st.lists(st.sampled_from(fact.values), min_size=1, unique=True))
        return from_data(criterion(fact.name, unmet=unmet, one_of=wanted))
    return from_data(criterion(fact.name, unmet=unmet, **{"is": draw(st.booleans())}))


def _groups(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    members = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.builds(Group, st.sampled_from(("all_of", "any_of")), members)


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(some_criterion(), _groups, max_leaves=5)
CALLS: st.SearchStrategy[Group] = st.lists(CONDITIONS, max_size=5).map(all_of)


def an_answer(fact: Fact) -> st.SearchStrategy[Any]:
    """What a resident may say to this question."""
    if fact.number:
        return NUMBERS
    return st.sampled_from(fact.offered) if fact.values else st.booleans()


@st.composite
def whole_residents(draw: st.DrawFn) -> dict[str, Any]:
    """Somebody who knows the answer to everything; some they will not tell."""
    return {name: draw(an_answer(fact)) for name, fact in FACTS.items()}


@st.composite
def some_answers(draw: st.DrawFn) -> dict[str, Any]:
    told = draw(st.sets(st.sampled_from(list(FACTS))))
    return {name: value for name, value in draw(whole_residents()).items() if name in told}


def facts_of(answers: dict[str, Any]) -> dict[str, Any]:
    """What these answers declare, with what they imply."""
    return declared(FACTS, answers)
