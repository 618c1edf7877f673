"""The rules that give a lead its score: pure, and explained."""

from hypothesis import given
from hypothesis import strategies as st

from actions.leads.qualification import Reason, weigh
from dialogues.staffing import Rule

RULES = [
    Rule(name="agreed", about="consent", points={"true": 10, "false": 0}),
    Rule(name="place", about="borough", points={"outside": 0, "other": 30}),
    Rule(name="door", about="offer", points={"incubator": 5}),
]
CASES = {"consent": "true", "borough": "sefton", "offer": "incubator"}


def test_each_rule_gives_the_points_of_its_case() -> None:
    scored = weigh(RULES, {**CASES, "borough": "outside"})
    assert scored.score == 33
    assert scored.reasons == (
        Reason("agreed", "true", 10, 10),
        Reason("place", "outside", 0, 30),
        Reason("door", "incubator", 5, 5),
    )


def test_a_rule_that_names_no_such_case_says_nothing() -> None:
    scored = weigh(RULES, {**CASES, "offer": "partner"})
    assert [it.rule for it in scored.reasons] == ["agreed", "place"]
    assert scored.score == 100


def test_without_rules_there_is_no_score() -> None:
    assert weigh([], CASES).score is None
    assert weigh(RULES[2:], {**CASES, "offer": "partner"}).score is None


@given(
    consent=st.sampled_from(["true", "false"]),
    borough=st.sampled_from(["sefton", "outside", "unknown"]),
    offer=st.sampled_from(["incubator", "partner"]),
)
def test_a_score_is_a_percentage_and_better_facts_never_lower_it(
    consent: str, borough: str, offer: str
) -> None:
    cases = {"consent": consent, "borough": borough, "offer": offer}
    scored = weigh(RULES, cases)
    better = weigh(RULES, {**cases, "consent": "true", "borough": "sefton"})
    assert scored.score is not None
    assert better.score is not None
    assert 0 <= scored.score <= better.score <= 100
    assert all(0 <= it.points <= it.of for it in scored.reasons)
