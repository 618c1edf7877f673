"""Leave to be matched, and the index of those who gave it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from actions.matching.neighbours import neighbours_of
from storage import applicants, ideas
from storage.chats import ChatKey, chat_id_for
from storage.models import Applicant, Idea, IdeaWord, OutboxRow
from tests.actions.conftest import NOW, Stage
from tests.neighbourhood import Sender, has_idea

TOLD = {"idea_problem": "No ukulele lessons", "idea_plan": "A ukulele orchestra in the hall"}
AGREED = {"matching_consent": True}


def sounds(stage: Stage) -> set[str]:
    return set(stage.session.scalars(select(IdeaWord.sound)))


def idea_of(stage: Stage) -> Idea:
    return stage.session.scalars(select(Idea).order_by(Idea.id)).all()[-1]


@pytest.fixture
def agreed(stage: Stage) -> Stage:
    stage.run("action_save_idea", **TOLD)
    stage.run("action_agree_matching", **AGREED)
    return stage


def test_nothing_is_matched_without_a_yes(stage: Stage) -> None:
    stage.run("action_save_idea", **TOLD)
    for answer in (False, None):
        stage.run("action_agree_matching", matching_consent=answer)
    assert sounds(stage) == set()
    assert stage.run("action_recall_matching").slots == {"matching_state": "open"}
    assert "my_data_matching" not in stage.heard("action_show_my_data")


def test_before_anything_is_told_there_is_nothing_to_match(stage: Stage) -> None:
    assert stage.run("action_recall_matching").slots == {"matching_state": "no_idea"}


def test_a_yes_is_kept_with_its_first_moment_and_shown(agreed: Stage) -> None:
    agreed.after(days=2).run("action_agree_matching", **AGREED)
    applicant = applicants.find_applicant(agreed.session, chat_id=agreed.context.chat_id)
    assert applicant is not None
    assert applicant.matching_at == NOW
    assert agreed.run("action_recall_matching").slots == {"matching_state": "agreed"}
    assert "my_data_matching(when=" in agreed.heard("action_show_my_data")


def test_what_is_told_later_is_found_at_once(agreed: Stage) -> None:
    before = sounds(agreed)
    agreed.run("action_save_idea", **{**TOLD, "idea_plan": "A brass band instead"})
    assert sounds(agreed) - before
    assert "band" in str(idea_of(agreed).words)
    assert "orchestra" not in str(idea_of(agreed).words)


def test_what_is_cleared_or_put_away_is_found_no_more(agreed: Stage) -> None:
    agreed.run("action_clear_answer", shaping_part="idea_plan")
    assert "orchestra" not in str(idea_of(agreed).words)
    ideas.put_away(agreed.session, idea_of(agreed), now=NOW)
    agreed.run("action_save_idea")
    assert sounds(agreed) == set()
    ideas.take_up(agreed.session, idea_of(agreed))
    agreed.run("action_save_idea")
    assert "ukulele" in str(idea_of(agreed).words)
    assert sounds(agreed)


def test_it_stops_at_once_and_for_all_ideas(agreed: Stage) -> None:
    agreed.run("action_watch_for_others")
    assert "my_data_watching" in agreed.heard("action_show_my_data")
    assert "utter_matching_stopped" in agreed.heard("action_stop_matching")
    assert sounds(agreed) == set()
    assert idea_of(agreed).words is None
    assert "utter_matching_off" in agreed.heard("action_stop_matching")
    agreed.run("action_save_idea", **{**TOLD, "idea_plan": "A brass band instead"})
    assert sounds(agreed) == set()


def test_who_is_forgotten_is_found_no_more(agreed: Stage) -> None:
    agreed.run("action_forget", forget_confirmed=True)
    assert sounds(agreed) == set()
    assert agreed.session.scalars(select(Applicant)).all() == []


def test_likeness_is_mutual_in_the_database_as_well(agreed: Stage) -> None:
    session, programme = agreed.session, agreed.context.programme
    for name, says in (("kim", "Our ukulele orchestra needs a hall"), ("jo", "Mending bikes")):
        chat_id = chat_id_for(session, ChatKey("preview", name), now=NOW)
        has_idea(session, chat_id, Sender(name, says), programme=programme, now=NOW)
    found = {
        idea_id: {it.idea.idea_id for it in neighbours_of(session, idea_id)}
        for idea_id in session.scalars(select(Idea.id))
    }
    assert found == {1: {2}, 2: {1}, 3: set()}


def test_who_is_on_another_channel_is_no_neighbour(agreed: Stage) -> None:
    chat_id = chat_id_for(agreed.session, ChatKey("telegram", "9"), now=NOW)
    says = Sender("Kim", TOLD["idea_plan"])
    has_idea(agreed.session, chat_id, says, programme=agreed.context.programme, now=NOW)
    assert neighbours_of(agreed.session, idea_of(agreed).id) == []


def test_whoever_watches_is_looked_for_from_the_next_day_on(agreed: Stage) -> None:
    for _ in range(2):
        agreed.run("action_watch_for_others")
    [row] = agreed.session.scalars(select(OutboxRow).where(OutboxRow.kind == "others_watch"))
    assert row.due_at == NOW + timedelta(days=1)
