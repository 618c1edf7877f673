"""Eligibility: what residents are told of each call, and why."""

from datetime import timedelta

from storage import applicants
from tests.actions.calls_made import criterion, make_call
from tests.actions.conftest import NOW, Stage

SAM = {
    "applicant_who": "individual",
    "borough": "sefton",
    "theme": "ageing",
    "adult": True,
    "stage": "spark",
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
    assert stage.results[-1].slots["verdict"] == "unknown"
    assert "question=label_stage()" in text


def test_what_is_not_known_yet_opens_no_other_door(stage: Stage) -> None:
    wanted = criterion("stage", one_of=["running"], instead="accelerator")
    make_call(stage.session, criteria=[wanted])
    assert "verdict_instead" not in stage.heard("action_judge_calls", **{**SAM, "stage": None})


def test_a_better_door_is_only_below_when_nothing_fits(stage: Stage) -> None:
    wanted = criterion("stage", one_of=["running"], instead="accelerator")
    make_call(stage.session, criteria=[wanted])
    assert "verdict_instead(" in stage.heard("action_judge_calls", **SAM)
    make_call(stage.session, "bakery", criteria=[])
    assert "verdict_instead_too(" in stage.heard("action_judge_calls", **SAM)


def test_ways_of_which_one_is_enough_stand_apart_from_what_is_needed(stage: Stage) -> None:
    ways = [
        criterion("bank_account", **{"is": True}, unmet="not_yet"),
        {
            "all_of": [
                criterion("governing_document", **{"is": True}, unmet="not_yet"),
                criterion("people", at_least=3, unmet="not_yet"),
            ]
        },
    ]
    needed = criterion("safeguarding_policy", **{"is": True}, unmet="not_yet")
    make_call(stage.session, criteria=[{"any_of": ways}, needed])
    lacking = {"bank_account": False, "governing_document": False, "people": 2.0}
    text = stage.heard("action_judge_calls", **SAM, **lacking, safeguarding_policy=False)
    told = ("safeguarding_policy does", "reasons_either", "bank_account does", "governing_document")
    assert [text.index(it) for it in told] == sorted(text.index(it) for it in told)
    assert text.index("reasons_and") < text.index("people does not fit")


def test_coming_calls_are_judged_and_closed_ones_are_not(stage: Stage) -> None:
    make_call(stage.session, "gone", closes_at=NOW - timedelta(days=1))
    make_call(stage.session, "soon", opens_at=NOW + timedelta(days=3))
    text = stage.heard("action_judge_calls", **SAM)
    assert "call_when_coming(" in text
    assert 'opens=<tg-time unix="1772712000">noon on Thursday 5 March' in text
    assert "The gone call" not in text


def test_without_calls_the_answers_are_kept_all_the_same(stage: Stage) -> None:
    result = stage.run("action_judge_calls", **SAM)
    assert result.slots["verdict"] == "none_open"
    kept = applicants.find_applicant(stage.session, chat_id=stage.context.chat_id)
    assert kept is not None
    assert kept.kind == "individual"
    implied = {"applicant_form": "individual", "governing_document": False}
    assert kept.facts == {**SAM, **implied}
    assert set(kept.facts_at.values()) == {NOW.isoformat()}


def test_many_calls_are_named_but_not_all_explained(stage: Stage) -> None:
    for number in range(6):
        make_call(stage.session, f"call{number}")
    text = stage.heard("action_judge_calls", **SAM)
    assert text.count("utter_verdict_eligible") == 3
    assert text.count("verdict_line_eligible") == 3
    assert text.count("verdict_lines_why") == 1


def test_judging_again_gives_the_same(stage: Stage) -> None:
    make_call(stage.session)
    first = stage.heard("action_judge_calls", **SAM)
    assert stage.heard("action_judge_calls", **SAM) == first
