"""Verdicts: the laws that hold for any criteria and answers, and what residents are told."""

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actions.criteria import Criterion, declared, from_data, known_facts
from actions.eligibility import judge
from storage import applicants
from tests.actions.calls_made import criterion, make_call
from tests.actions.conftest import NOW, Stage, programme

FACTS = known_facts(programme())
SAM = {
    "applicant_who": "individual",
    "borough": "sefton",
    "theme": "ageing",
    "adult": True,
    "stage": "spark",
}


@st.composite
def some_criteria(draw: st.DrawFn) -> list[Criterion]:
    made = []
    for fact in draw(st.lists(st.sampled_from(list(FACTS.values())), max_size=6)):
        unmet = draw(st.sampled_from(("not_yet", "no")))
        wanted: Any = draw(st.booleans())
        if fact.values:
            wanted = draw(st.lists(st.sampled_from(fact.values), min_size=1, unique=True))
        condition = {"one_of" if fact.values else "is": wanted}
        made.append(from_data(criterion(fact.name, unmet=unmet, **condition)))
    return made


@st.composite
def some_answers(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(list(FACTS.values())), unique=True))
    return {
        fact.name: draw(st.sampled_from(fact.values) if fact.values else st.booleans())
        for fact in chosen
    }


@given(some_criteria(), some_answers(), st.randoms())
def test_the_order_of_answers_does_not_matter(
    criteria: list[Criterion], answers: dict[str, Any], random: Any
) -> None:
    shuffled = list(answers.items())
    random.shuffle(shuffled)
    assert judge(criteria, dict(shuffled)) == judge(criteria, answers)


@given(some_criteria(), st.randoms(), some_answers())
def test_the_order_of_criteria_does_not_change_the_kind(
    criteria: list[Criterion], random: Any, answers: dict[str, Any]
) -> None:
    shuffled = list(criteria)
    random.shuffle(shuffled)
    assert judge(shuffled, answers).kind == judge(criteria, answers).kind


@given(some_criteria(), some_answers(), some_answers())
def test_more_answers_only_settle_what_was_unknown(
    criteria: list[Criterion], answers: dict[str, Any], more: dict[str, Any]
) -> None:
    before = judge(criteria, answers).kind
    after = judge(criteria, {**more, **answers}).kind
    assert before in ("unknown", after)


@given(some_criteria(), some_answers())
def test_every_reason_names_its_criterion_and_answer(
    criteria: list[Criterion], answers: dict[str, Any]
) -> None:
    verdict = judge(criteria, answers)
    assert [reason.fact for reason in verdict.reasons] == [one.fact for one in criteria]
    for reason in verdict.reasons:
        assert reason.answer == answers.get(reason.fact)
        assert (reason.outcome == "unknown") == (reason.fact not in answers)
        assert reason.text
    if criteria:
        assert verdict.decisive()


@given(some_criteria())
def test_criteria_survive_being_kept(criteria: list[Criterion]) -> None:
    assert [from_data(one.as_data()) for one in criteria] == criteria


def test_somebody_alone_has_that_as_their_form() -> None:
    assert declared({"applicant_who": "individual", "applicant_form": "charity"}) == {
        "applicant_who": "individual",
        "applicant_form": "individual",
    }
    assert declared({"applicant_who": "group", "applicant_form": None, "adult": False}) == {
        "applicant_who": "group",
        "adult": False,
    }


def test_an_eligible_call_comes_first_with_its_deadline(stage: Stage) -> None:
    make_call(stage.session, "bakery", theme="complex_needs", criteria=[])
    make_call(stage.session, criteria=[criterion("adult", **{"is": True})])
    result = stage.run("action_judge_calls", **SAM)
    assert result.slots == {
        "verdict": "eligible",
        "call_code": "ageing",
        "call_title": "The ageing call",
    }
    text = stage.text_of(result.responses[0])
    assert text.index("The ageing call") < text.index("The bakery call")
    assert '<tg-time unix="1776441600">5pm on Friday 17 April (UK time)</tg-time>' in text
    assert "adult fits" in text


def test_not_yet_says_what_would_change_it_and_what_was_answered(stage: Stage) -> None:
    wanted = criterion("stage", unmet="not_yet", one_of=["running", "contracts"])
    make_call(stage.session, criteria=[wanted])
    text = stage.heard("action_judge_calls", **SAM)
    assert stage.results[-1].slots["verdict"] == "not_yet"
    assert "stage does not fit" in text
    assert "answer=label_stage_spark()" in text
    assert "what to do about stage" in text


def test_a_no_says_where_to_go_instead(stage: Stage) -> None:
    make_call(stage.session, criteria=[criterion("borough", one_of=["wirral"])])
    text = stage.heard("action_judge_calls", **SAM)
    assert stage.results[-1].slots["verdict"] == "no"
    assert "answer=Sefton" in text
    assert "what to do about borough" in text


def test_a_missing_answer_leaves_it_open_and_is_named(stage: Stage) -> None:
    make_call(stage.session, criteria=[criterion("stage", one_of=["running"])])
    text = stage.heard("action_judge_calls", **{**SAM, "stage": None})
    assert stage.results[-1].slots["verdict"] == "not_yet"
    assert "reason_unknown(question=label_stage())" in text


def test_coming_calls_are_judged_and_closed_ones_are_not(stage: Stage) -> None:
    make_call(stage.session, "gone", closes_at=NOW - timedelta(days=1))
    make_call(stage.session, "soon", opens_at=NOW + timedelta(days=3))
    text = stage.heard("action_judge_calls", **SAM)
    assert 'call_when_coming(opens=<tg-time unix="1772712000">noon on Thursday 5 March' in text
    assert "The gone call" not in text


def test_without_calls_the_answers_are_kept_all_the_same(stage: Stage) -> None:
    result = stage.run("action_judge_calls", **SAM)
    assert result.slots["verdict"] == "none_open"
    kept = applicants.find_applicant(stage.session, chat_id=stage.context.chat_id)
    assert kept is not None
    assert kept.kind == "individual"
    assert kept.facts == {**SAM, "applicant_form": "individual"}


def test_many_calls_are_named_but_not_all_explained(stage: Stage) -> None:
    for number in range(6):
        make_call(stage.session, f"call{number}")
    text = stage.heard("action_judge_calls", **SAM)
    assert text.count("utter_verdict_eligible") == 3
    assert text.count("verdict_line_eligible") == 3


def test_judging_again_gives_the_same(stage: Stage) -> None:
    make_call(stage.session)
    first = stage.heard("action_judge_calls", **SAM)
    assert stage.heard("action_judge_calls", **SAM) == first
