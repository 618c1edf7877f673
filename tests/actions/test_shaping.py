"""Which question comes next, however the answers came about."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from actions.ideas.shaping import how_far, question_after
from storage import ideas, messages
from storage.ideas import Version
from tests.actions.conftest import CANVAS, NOW, Stage

QUESTIONS = list(CANVAS.questions)
FULL = {
    "idea_problem": "I see it every day",
    "idea_people": "40 of us",
    "idea_plan": "Open the hall three nights a week",
    "idea_change": "We'd see more people out",
    "idea_team": "Me and our Jean",
    "idea_needs": "The keys",
}


def version(text: str | None, media: list[dict[str, str]] | None = None) -> Version:
    return Version(None, 1, "idea_plan", text, media, NOW)


def versions(**texts: str | None) -> dict[str, Version]:
    return {name: version(text) for name, text in texts.items()}


def test_the_first_that_was_never_asked_comes_next() -> None:
    assert question_after(CANVAS, {}) == "idea_problem"
    assert question_after(CANVAS, versions(idea_problem=FULL["idea_problem"])) == "idea_people"
    assert question_after(CANVAS, versions(idea_problem=None)) == "idea_people"


def test_a_second_question_comes_at_once_and_only_once() -> None:
    known = versions(idea_problem="The park is shut")
    assert question_after(CANVAS, known) == "idea_problem_known"
    known |= versions(idea_problem_known=None)
    assert question_after(CANVAS, known) == "idea_people"


def test_of_a_picture_or_a_voice_note_nothing_more_is_asked() -> None:
    known = {"idea_problem": version("(voice note)", [{"medium": "voice"}])}
    assert question_after(CANVAS, known) == "idea_people"


def test_what_was_left_open_comes_again_another_time() -> None:
    everything = {**versions(**dict.fromkeys(QUESTIONS)), **versions(**FULL)}
    assert how_far(CANVAS, everything) == "skipped"
    assert question_after(CANVAS, everything) is None
    again = question_after(CANVAS, everything, again=True)
    assert again == "idea_others"
    assert question_after(CANVAS, everything, asked=["idea_others"], again=True) == "idea_going"


_KNOWN = st.dictionaries(
    st.sampled_from(CANVAS.slots), st.one_of(st.none(), st.sampled_from(["yes I see 3", "a"]))
)


@given(_KNOWN, st.booleans())
def test_it_always_comes_to_an_end_and_asks_nothing_twice(
    known: dict[str, str | None], again: bool
) -> None:
    now = versions(**known)
    asked: list[str] = []
    while (question := question_after(CANVAS, now, asked=asked, again=again)) is not None:
        assert question not in asked
        assert not (question in now and now[question].text)
        asked.append(question)
        now.setdefault(question, version(None))
    assert len(asked) <= len(CANVAS.slots)
    assert all(name in now for name in QUESTIONS)


@given(_KNOWN)
def test_how_far_it_is_says_whether_anything_is_left(known: dict[str, str | None]) -> None:
    now = versions(**known)
    far = how_far(CANVAS, now)
    missing = [name for name in QUESTIONS if name not in now]
    assert (far in ("new", "part")) == bool(missing)
    assert (far == "new") == (len(missing) == len(QUESTIONS))
    if far == "whole":
        assert all(now[name].text for name in QUESTIONS)


# What came before


def say(stage: Stage, text: str, *, at: datetime | None = None, step: str | None = None) -> None:
    messages.add_message(
        stage.session,
        chat_id=stage.context.chat_id,
        direction="in",
        now=at or stage.context.now,
        text=text,
        step=step,
    )


LONG = "we want to open a lending shed for the lads on our estate because they have nowt to do"


def opened(stage: Stage) -> dict[str, object]:
    return stage.run("action_open_idea").slots


def test_what_was_said_before_is_found(stage: Stage) -> None:
    say(stage, "hiya")
    say(stage, LONG)
    drafts = opened(stage)["shaping_drafts"]
    assert isinstance(drafts, dict)
    assert drafts["idea_plan"] == "we want to open a lending shed for the lads on our estate"


def test_neither_an_answer_nor_yesterdays_news_is_a_first_message(stage: Stage) -> None:
    say(stage, LONG, step="problem")
    assert opened(stage)["shaping_drafts"] is None
    say(stage, LONG)
    assert opened(stage.after(days=2))["shaping_drafts"] is None


def test_what_was_said_of_another_idea_is_not_found_again(stage: Stage) -> None:
    say(stage, LONG)
    stage.after(minutes=1).run("action_save_idea", idea_problem="Sheds")
    later = stage.after(minutes=2)
    later.run("action_switch_idea", shaping_idea="new")
    assert opened(later)["shaping_drafts"] is None


def test_a_draft_that_is_taken_is_kept_as_it_was_written(stage: Stage) -> None:
    say(stage, LONG)
    drafts = opened(stage)["shaping_drafts"]
    stage.run("action_take_drafts", shaping_drafts=drafts)
    idea = ideas.ideas_of(stage.session, applicant_id=1)[0]
    kept = ideas.newest_answers(stage.session, idea_id=idea.id)
    assert {name: answer.text for name, answer in kept.items()} == drafts
