"""The next question: what settles the most, and that asking always comes to an end."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actions.criteria.criteria import Group, all_of, from_data
from actions.criteria.facts import applies_alone, declared
from actions.criteria.questions import next_question, questions_left
from actions.criteria.verdicts import judge
from tests.actions.calls_made import criterion
from tests.actions.criteria_made import CALLS, FACTS, facts_of, whole_residents


def call(*criteria: dict[str, Any]) -> Group:
    return all_of(map(from_data, criteria))


def about(theme: str, *more: dict[str, Any]) -> Group:
    return call(criterion("theme", one_of=[theme]), *more)


@given(st.lists(CALLS, max_size=4), whole_residents(), st.sets(st.sampled_from(list(FACTS))))
def test_asking_ends_with_all_known_or_not_to_be_known(
    calls: list[Group], resident: dict[str, Any], silent_on: set[str]
) -> None:
    slots: dict[str, Any] = {}
    unsure: list[str] = []
    for _ in range(len(FACTS) + 1):
        fact = next_question(calls, facts_of(slots), FACTS, unsure=unsure)
        if fact is None:
            break
        assert fact not in facts_of(slots)
        assert fact not in unsure
        if fact in silent_on:
            unsure.append(fact)
        else:
            slots[fact] = resident[fact]
    else:
        raise AssertionError("it asks for ever")
    for one in calls:
        if judge(one, facts_of(slots)).kind == "unknown":
            waits = {it.fact for it in judge(one, facts_of(slots)).decisive()}
            assert waits <= set(unsure)


@given(CALLS, whole_residents())
def test_what_is_asked_leads_to_the_verdict_of_who_tells_everything(
    one: Group, resident: dict[str, Any]
) -> None:
    slots: dict[str, Any] = {}
    while (fact := next_question([one], facts_of(slots), FACTS)) is not None:
        slots[fact] = resident[fact]
    assert judge(one, facts_of(slots)).kind == judge(one, facts_of(resident)).kind


def test_the_question_that_settles_most_calls_comes_first() -> None:
    calls = [
        about("ageing", criterion("adult", unmet="not_yet", **{"is": True})),
        about("complex_needs", criterion("stage", unmet="not_yet", one_of=["tried"])),
    ]
    assert next_question(calls, {}, FACTS) == "theme"
    assert next_question(calls, {"theme": "ageing"}, FACTS) == "adult"
    assert next_question(calls, {"theme": "complex_needs"}, FACTS) == "stage"
    assert next_question(calls, {"theme": "ageing", "adult": False}, FACTS) is None


def test_of_equals_what_more_criteria_are_about_and_then_the_content_s_order() -> None:
    adult = criterion("adult", unmet="not_yet", **{"is": True})
    people = criterion("people", unmet="not_yet", at_least=3.0)
    stage = criterion("stage", unmet="not_yet", one_of=["tried"])
    assert next_question([call(people, adult, stage)], {}, FACTS) == "stage"
    assert next_question([call(people, adult, stage, people)], {}, FACTS) == "people"


def test_what_an_earlier_answer_may_tell_is_not_asked_before_it() -> None:
    ruled = call(criterion("governing_document", **{"is": True}))
    assert next_question([ruled], {}, FACTS) == "applicant_who"
    group = facts_of({"applicant_who": "group"})
    assert next_question([ruled], group, FACTS) == "applicant_form"
    charity = facts_of({"applicant_who": "organisation", "applicant_form": "charity"})
    assert next_question([ruled], charity, FACTS) is None
    assert next_question([ruled], group, FACTS, unsure=["applicant_form"]) == "governing_document"


def test_one_way_that_is_met_spares_the_questions_of_the_others() -> None:
    either = call(
        {"any_of": [criterion("adult", **{"is": True}), criterion("people", at_least=3.0)]}
    )
    assert next_question([either], {"adult": True}, FACTS) is None
    assert next_question([either], {"adult": False}, FACTS) == "people"


def test_a_fact_that_the_content_gave_up_is_never_asked() -> None:
    old = call(criterion("shoe_size", at_least=3.0))
    assert next_question([old], {}, FACTS) is None
    assert questions_left([old], {}, FACTS) == 0


def test_about_how_many_are_left() -> None:
    calls = [
        about("ageing"),
        about(
            "complex_needs", criterion("adult", **{"is": True}), criterion("adult", one_of=[True])
        ),
    ]
    assert questions_left(calls, {}, FACTS) == 2
    assert questions_left(calls, {}, FACTS, unsure=["adult"]) == 1
    assert questions_left(calls, {"theme": "ageing"}, FACTS) == 0


def test_somebody_alone_has_that_as_their_form() -> None:
    told = declared(FACTS, {"applicant_who": "individual", "applicant_form": "charity"})
    assert told == {
        "applicant_who": "individual",
        "applicant_form": "individual",
        "governing_document": False,
    }
    assert declared(FACTS, {"applicant_who": "group", "applicant_form": None, "adult": False}) == {
        "applicant_who": "group",
        "adult": False,
    }
    assert applies_alone(FACTS, told)
    assert applies_alone(FACTS, {})
    assert not applies_alone(FACTS, {"applicant_who": "group"})
