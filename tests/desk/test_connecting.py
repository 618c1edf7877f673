"""Making a group the staff's chat, and moving to another."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import ChatGoneError
from storage import chats, messages, staff
from storage.models import StaffChat
from storage.staff import Role
from storage.staff_links import LASTS, Purpose
from tests.desk.talking import refuse
from tests.desk.team import desk_id, enrol, last_entry
from tests.world import CHANNEL, STAFF, World, open_world

TEAM = "group-of-the-team"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        enrol(opened, "ada", Role.ADMIN)
        enrol(opened, "cal", Role.CASEWORKER)
        yield opened


async def code_of(world: World, who: str = "ada") -> str:
    await world.says(who, "/connect")
    found = re.search(r"/connect (\w+)", world.last(who).text)
    assert found is not None
    return found[1]


def desk(world: World) -> StaffChat:
    with world.core.database.reading() as session:
        found = staff.staff_chat(session, desk_id(world))
        assert found is not None
        return found


def place(world: World) -> str:
    """What the channel calls the chat where leads arrive."""
    with world.core.database.reading() as session:
        return chats.get_chat(session, desk_id(world)).external_id


async def ring_me(world: World, who: str = "ann") -> None:
    for words in ("ring me", f"{who.capitalize()} Example", "07700 900123"):
        await world.says(who, words)


async def test_a_group_that_becomes_the_staffs_is_not_greeted_as_one_of_residents(
    world: World,
) -> None:
    code = await code_of(world)
    ada = Sender("ada", "Ada Sample")
    await world.arrives(Arrival(Happened.ADDED, sender=ada), chat=TEAM)
    await world.says("ada", f"/connect {code}", chat=TEAM)
    assert "no open ones yet" in world.heard(TEAM)[0]
    await world.arrives(Arrival(Happened.ADDED, sender=ada), chat="group-of-gardeners")
    assert "What I read here" in world.heard("group-of-gardeners")[0]


async def test_leads_arrive_in_the_new_group_and_the_former_is_told(world: World) -> None:
    await ring_me(world)
    code = await code_of(world)
    await world.says("ada", f"/connect {code}", chat=TEAM)
    assert place(world) == TEAM
    assert desk(world).open_role is None
    heard = " ".join(world.heard(TEAM))
    assert heard.index("follow now: 1") < heard.index("Ann Example")
    assert "Leads arrive in another group" in world.last(STAFF).text
    said = len(world.heard(STAFF))
    await ring_me(world, "bob")
    assert "Bob Example" in world.last(TEAM).text
    assert len(world.heard(STAFF)) == said
    await world.presses("cal", "Claim", chat=TEAM)
    assert "taken" in world.last(TEAM).text
    assert last_entry(world).verb == "claim"


async def test_buttons_of_the_former_group_do_nothing(world: World) -> None:
    await ring_me(world)
    await world.says("ada", f"/connect {await code_of(world)}", chat=TEAM)
    before = last_entry(world).id
    await world.presses("cal", "Claim", chat=STAFF)
    assert last_entry(world).id == before
    assert "taken" not in world.last(TEAM).text


async def test_a_code_works_once_and_for_an_hour(world: World) -> None:
    code = await code_of(world)
    world.clock.move_to(world.clock.now() + LASTS[Purpose.CONNECT])
    await world.says("ada", f"/connect {code}", chat=TEAM)
    assert "code doesn't work" in world.last(TEAM).text
    assert place(world) == STAFF
    code = await code_of(world)
    await world.says("ada", f"/connect {code.upper()}", chat=TEAM)
    assert place(world) == TEAM
    await world.says("ada", f"/connect {code}", chat="group-another")
    assert "code doesn't work" in world.last("group-another").text
    assert place(world) == TEAM


async def test_strangers_learn_nothing_from_it(world: World) -> None:
    code = await code_of(world)
    for who in ("zoe", "ann"):
        await world.says(who, f"/connect {code}", chat=TEAM)
        await world.says(who, "/connect nonsense", chat=TEAM)
    assert world.heard(TEAM) == []
    await world.says("cal", f"/connect {code}", chat=TEAM)
    assert "role doesn't cover this" in world.last(TEAM).text
    assert place(world) == STAFF
    await world.says("ada", f"/connect {code}", chat=TEAM)
    assert place(world) == TEAM


async def test_how_to_connect_is_told_without_a_code_and_where_it_is_already(world: World) -> None:
    await world.says("ada", "/connect", chat=TEAM)
    assert "you need a code" in world.last(TEAM).text
    await world.says("ada", "/connect", chat=STAFF)
    assert "already" in world.last(STAFF).text


async def test_a_group_in_which_residents_work_is_refused(world: World) -> None:
    group = "group-of-neighbours"
    await world.says("ann", "/start", chat=group)
    await world.presses("ann", "Shape an idea together", chat=group)
    code = await code_of(world)
    await answer_first_question(world, group)
    await world.says("ada", f"/connect {code}", chat=group)
    assert "working on an idea" in world.last(group).text
    assert place(world) == STAFF
    await world.says("ada", f"/connect {code}", chat=TEAM)
    assert place(world) == TEAM


async def answer_first_question(world: World, group: str) -> None:
    """Somebody replies to the newest question there."""
    with world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=group)
        asked = [it for it in messages.history(session, chat_id or 0) if it.step]
        number = asked[-1].external_id
    await world.says("ann", "The hall roof leaks and nobody mends it", reply_to=number, chat=group)


async def test_what_waits_for_the_former_group_goes_to_the_new_one(world: World) -> None:
    refuse(world, *[ChatGoneError] * 3, only=STAFF)
    await world.says("ann", "/human")
    await world.says("ann", "I need somebody to ring me about my form please")
    assert desk(world).trouble == "gone"
    await world.says("ada", f"/connect {await code_of(world)}", chat=TEAM)
    assert "about my form" in " ".join(world.heard(TEAM))
    assert desk(world).trouble is None


async def test_whether_the_group_has_topics_is_kept_in_step(world: World) -> None:
    for is_forum in (True, False):
        said = Arrival(
            Happened.SAID,
            sender=Sender("cal", "Cal"),
            text="hello",
            message_id=7000 + is_forum,
            is_forum=is_forum,
        )
        await world.arrives(said, chat=STAFF)
        assert desk(world).is_forum is is_forum


async def test_a_group_with_topics_is_connected_from_any_of_them(world: World) -> None:
    said = Arrival(
        Happened.SAID,
        sender=Sender("ada", "Ada"),
        text=f"/connect {await code_of(world)}",
        message_id=7000,
        is_forum=True,
    )
    await world.arrives(said, chat=f"{TEAM}/12")
    assert place(world) == TEAM
    assert desk(world).is_forum
    assert "no topics" not in " ".join(world.heard(f"{TEAM}/12"))


async def test_an_admin_says_whether_the_chat_is_open(world: World) -> None:
    await ring_me(world)
    await world.says("ada", "/staff closed", chat=STAFF)
    await world.presses("zoe", "Claim", chat=STAFF)
    assert "not on the staff list" in world.sender.notices[-1]
    await world.says("ada", "/staff")
    await world.presses("ada", "Let everybody in the chat work")
    await world.presses("zoe", "Claim", chat=STAFF)
    assert "this one is yours" in world.sender.notices[-1]


async def test_who_is_in_an_open_chat_may_nothing_in_another_group(world: World) -> None:
    code = await code_of(world)
    await world.says("zoe", "/help", chat=STAFF)
    await world.says("zoe", f"/connect {code}", chat=TEAM)
    assert place(world) == STAFF
    assert world.heard(TEAM) == []
