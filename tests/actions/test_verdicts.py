"""Verdicts: the laws that hold for any criteria and answers."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actions.criteria.criteria import Criterion, Group, all_of, criteria_in, from_data
from actions.criteria.verdicts import criteria_of, judge, open_facts, settled
from tests.actions.calls_made import criterion, make_call
from tests.actions.conftest import Stage
from tests.actions.criteria_made import CALLS, FACTS, facts_of, some_answers, whole_residents


@given(CALLS, some_answers(), st.randoms())
def test_the_order_of_answers_does_not_matter(
    call: Group, answers: dict[str, Any], random: Any
) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert judge(call, facts_of(dict(shuffled))) == judge(call, facts_of(answers))


@given(CALLS, some_answers(), st.randoms())
def test_the_order_of_criteria_does_not_change_the_kind(
    call: Group, answers: dict[str, Any], random: Any
) -> None:
    shuffled = list(call.members)
    random.shuffle(shuffled)
    assert judge(all_of(shuffled), answers).kind == judge(call, answers).kind


@given(CALLS, whole_residents(), st.sets(st.sampled_from(list(FACTS))))
def test_a_further_answer_only_changes_what_was_unknown(
    call: Group, resident: dict[str, Any], told: set[str]
) -> None:
    all_of_it = facts_of(resident)
    before = judge(call, {name: all_of_it[name] for name in all_of_it if name in told})
    assert before.kind in ("unknown", judge(call, all_of_it).kind)


@given(CALLS, whole_residents(), st.permutations(list(FACTS)))
def test_the_order_of_questions_never_changes_the_verdict(
    call: Group, resident: dict[str, Any], order: list[str]
) -> None:
    """Whoever tells what is true of them, asked in any order, and only while it matters."""
    true_of_them = facts_of(resident)
    told: dict[str, Any] = {}
    for name in order:
        if judge(call, facts_of(told)).kind == "unknown":
            told[name] = true_of_them[name]
    assert judge(call, facts_of(told)).kind == judge(call, true_of_them).kind


@given(CALLS, whole_residents())
def test_with_every_answer_nothing_is_unknown(call: Group, resident: dict[str, Any]) -> None:
    verdict = judge(call, facts_of(resident))
    assert verdict.kind != "unknown"
    assert not list(open_facts(call, facts_of(resident)))


@given(CALLS, some_answers())
def test_every_reason_names_a_criterion_and_its_answer(
    call: Group, answers: dict[str, Any]
) -> None:
    facts = facts_of(answers)
    verdict = judge(call, facts)
    known = list(criteria_in(call))
    for reason in verdict.reasons:
        assert reason.criterion in known
        assert reason.answer == facts.get(reason.fact)
        assert (reason.outcome == "unknown") == (reason.answer is None)
        assert reason.text
        assert bool(reason.fix) == (reason.outcome != "met")


@given(CALLS, some_answers())
def test_what_decided_is_of_the_verdict_s_own_kind(call: Group, answers: dict[str, Any]) -> None:
    verdict = judge(call, facts_of(answers))
    wanted = "met" if verdict.kind == "eligible" else verdict.kind
    assert all(reason.outcome == wanted for reason in verdict.decisive())
    assert verdict.decisive() or not call.members
    assert all(reason in verdict.reasons for reason in verdict.decisive())


@given(CALLS)
def test_criteria_survive_being_kept(call: Group) -> None:
    assert all_of(from_data(one.as_data()) for one in call.members) == call


def test_of_several_ways_one_is_enough() -> None:
    call = all_of([from_data(EITHER)])
    alone = judge(call, {"adult": True})
    assert (alone.kind, [it.fact for it in alone.reasons]) == ("eligible", ["adult"])
    neither = judge(call, {"adult": False, "people": 1.0})
    assert neither.kind == "not_yet"
    assert [(it.fact, it.way is not None) for it in neither.decisive()] == [("people", True)]
    assert [it.fact for it in neither.reasons] == ["adult", "people"]


def test_what_is_still_open_and_what_can_be_done_already_are_told_apart() -> None:
    call = all_of([from_data(EITHER), from_data(criterion("stage", unmet="not_yet", one_of=["x"]))])
    verdict = judge(call, {"stage": "spark"})
    assert verdict.kind == "unknown"
    assert settled(verdict.kind) == "not_yet"
    assert [it.fact for it in verdict.decisive()] == ["adult", "people"]
    assert [it.fact for it in verdict.to_do()] == ["stage"]


def test_the_doors_instead_are_those_of_what_decided() -> None:
    told = {**criterion("adult", **{"is": True}), "instead": "accelerator"}
    other = {**criterion("stage", unmet="not_yet", one_of=["x"]), "instead": "incubator"}
    call = all_of([from_data(told), from_data(told), from_data(other)])
    assert judge(call, {"adult": False, "stage": "spark"}).instead() == ("accelerator",)
    assert judge(call, {"adult": True, "stage": "x"}).instead() == ()


@pytest.mark.parametrize(
    ("condition", "answer", "met"),
    [
        ({"at_least": 3.0}, 3.0, True),
        ({"at_least": 3.0}, 2.0, False),
        ({"at_most": 3.0}, 3.0, True),
        ({"at_most": 3.0}, 4.0, False),
        ({"is": 3.0}, 3.0, True),
        ({"at_least": 3.0}, "many", False),
        ({"at_least": 0.0}, True, False),
    ],
)
def test_numbers_are_held_against_a_bound(
    condition: dict[str, Any], answer: Any, met: bool
) -> None:
    read = from_data(criterion("people", **condition))
    assert isinstance(read, Criterion)
    assert read.is_met_by(answer) is met


def test_criteria_are_read_anew_when_they_change(stage: Stage) -> None:
    call = make_call(stage.session, criteria=[criterion("adult", **{"is": True})])
    assert criteria_of(call) is criteria_of(call)
    call = make_call(stage.session, criteria=[criterion("adult", **{"is": False})])
    [read] = criteria_in(criteria_of(call))
    assert read.expected is False


EITHER: dict[str, Any] = {
    "any_of": [
        criterion("adult", **{"is": True}),
        criterion("people", unmet="not_yet", at_least=3.0),
    ]
}
