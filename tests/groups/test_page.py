"""A group's idea on one page: its name, and those who agreed to be named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from actions.ideas.idea_pages import page_of
from actions.ideas.sharing import shared_values
from storage import groups, ideas
from storage.members import CONTACT, MEMBER, VIEWER
from storage.models import Idea
from tests.groups.gathered import gather
from tests.world import World, open_world

CROWD = {"ann": CONTACT, "vic": VIEWER} | {f"cat{number}": MEMBER for number in range(9)}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


class Words:
    """The shipped wording."""

    def __init__(self, world: World) -> None:
        self.programme = world.core.programme
        self.say = world.core.wording.say


def idea_in(session: Session, world: World, group_id: int) -> Idea:
    group = groups.get_group(session, group_id)
    assert group is not None
    now = world.clock.now()
    applicant = groups.act_for(session, group, now=now).applicant
    applicant.name = "Ann Example"
    idea = ideas.start_idea(session, applicant_id=applicant.id, now=now)
    ideas.add_answer(session, idea, question="idea_problem", text="Rust", now=now)
    return idea


def about(session: Session, world: World, idea: Idea) -> list[str]:
    page = page_of(session, idea, wording=Words(world))
    assert page is not None
    return [it["text"] for it in page["about"]]


def test_only_those_who_agreed_are_named(world: World) -> None:
    with world.core.database.transaction() as session:
        made = gather(session, world, roles=CROWD, named=("cat1",))
        idea = idea_in(session, world, made.group_id)
        assert about(session, world, idea) == [
            "Nan's gardeners",
            "Cat1 and 9 more",
            "1 June 2026",
        ]


def test_of_many_it_is_a_few(world: World) -> None:
    with world.core.database.transaction() as session:
        made = gather(session, world, roles=CROWD, named=tuple(CROWD))
        idea = idea_in(session, world, made.group_id)
        [_group, people, _day] = about(session, world, idea)
        assert people == "Ann, Cat0, Cat1, Cat2, Cat3, Cat4 and 4 more"


def test_where_nobody_agreed_and_in_what_is_shared_there_is_no_name(world: World) -> None:
    with world.core.database.transaction() as session:
        made = gather(session, world, named=())
        idea = idea_in(session, world, made.group_id)
        assert about(session, world, idea) == ["Nan's gardeners", "1 June 2026"]
        shown = shared_values(session, idea, wording=Words(world))
        assert not any(name in str(shown) for name in ("Ann", "Example", "gardeners"))
