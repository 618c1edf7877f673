"""In which group somebody is meant to stand, and what they may there."""

import pytest

from actions.eligibility.assigning import open_questions
from storage import applicants, chats, groups, ideas, members
from storage.chats import ChatKey
from storage.models import Member
from tests.actions.conftest import NOW, Stage


def joined(stage: Stage, name: str, role: str) -> Member:
    """This person's chat is in a group of this name."""
    key = ChatKey("preview", name, "group", name)
    chat_id = chats.chat_id_for(stage.session, key, now=NOW)
    group = groups.group_of(stage.session, chat_id=chat_id, added_by=None, now=NOW)
    member, _is_new = members.join(
        stage.session,
        group,
        external_id="sam",
        chat_id=stage.context.chat_id,
        name="Sam",
        role=role,
        now=NOW,
    )
    return member


def test_without_a_group_there_is_none_to_mean(stage: Stage) -> None:
    assert stage.heard("action_show_people") == "utter_groups_none()"


def test_the_only_group_is_meant(stage: Stage) -> None:
    joined(stage, "Gardeners", members.MEMBER)
    assert "group=Gardeners" in stage.heard("action_show_people")


def test_of_several_one_must_be_chosen(stage: Stage) -> None:
    joined(stage, "Gardeners", members.MEMBER)
    joined(stage, "Menders", members.CONTACT)
    assert stage.heard("action_show_people") == "utter_group_which()"


@pytest.mark.parametrize(
    ("role", "may"),
    [(members.CONTACT, True), (members.SECOND, True), (members.MEMBER, False), ("viewer", False)],
)
def test_who_leads_may_invite(stage: Stage, role: str, may: bool) -> None:
    joined(stage, "Gardeners", role)
    heard = stage.heard("action_show_invite")
    assert heard.startswith("utter_invite(" if may else "utter_group_not_leading(")


def test_what_is_open_is_what_nobody_told(stage: Stage) -> None:
    member = joined(stage, "Gardeners", members.CONTACT)
    group = groups.get_group(stage.session, member.group_id)
    assert group is not None
    applicant = applicants.applicant_of(stage.session, chat_id=group.chat_id, now=NOW)
    idea = ideas.start_idea(stage.session, applicant_id=applicant.id, now=NOW)
    ideas.add_answer(stage.session, idea, question="idea_plan", text="Benches", now=NOW)
    found = open_questions(stage.context, applicant)
    assert "idea_plan" not in found
    assert "idea_needs" in found


def test_nobody_speaks_for_a_group_they_are_not_in(stage: Stage) -> None:
    heard = stage.heard("action_speak_for", group_choice="1")
    assert heard == "utter_group_not_in()"
    assert not stage.results[-1].restart
