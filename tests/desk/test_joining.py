"""Becoming staff by a one-time link, and inviting others."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from storage import staff_links
from storage.staff import Role
from storage.staff_links import LASTS, Purpose, Standing
from tests.desk.team import buttons, enrol, invitation, last_entry, let_go, member, role
from tests.world import STAFF, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        yield opened


def link_in(world: World, who: str) -> str:
    """What the newest link they were shown says."""
    found = [it for text in world.heard(who) for it in re.findall(r"start=(staff-\w+)", text)]
    return str(found[-1])


async def test_the_first_admin_comes_by_a_link_and_others_by_invitation(world: World) -> None:
    await world.says("ada", f"/start staff-{invitation(world)}")
    assert "on the staff list now, as <b>admin</b>" in world.last("ada").text
    assert role(world, "ada") == "admin"
    await world.says("ada", "/staff")
    await world.presses("ada", "Invite somebody")
    await world.presses("ada", "As caseworker")
    await world.says("cal", f"/start {link_in(world, 'ada')}")
    assert "as <b>caseworker</b>" in world.last("cal").text
    assert "<b>Cal</b> has opened your link and is now caseworker" in world.last("ada").text
    found = member(world, "cal")
    assert found is not None
    assert found.invited_by == getattr(member(world, "ada"), "id", None)
    assert last_entry(world).verb == "join"


async def test_a_link_works_once_for_one_person(world: World) -> None:
    token = invitation(world, Role.MANAGER)
    await world.says("ada", f"/start staff-{token}")
    await world.says("bea", f"/start staff-{token}")
    assert "Somebody has used this link before" in world.last("bea").text
    assert role(world, "bea") is None
    assert (last_entry(world).verb, last_entry(world).result) == ("join", "refused")
    await world.says("ada", f"/start staff-{token}")
    assert "already" in world.last("ada").text
    assert role(world, "ada") == "manager"


async def test_a_link_that_is_old_or_taken_back_or_unknown_says_what_to_do(world: World) -> None:
    for token in (invitation(world), "nosuchlink"):
        world.clock.move_to(world.clock.now() + LASTS[Purpose.INVITE])
        await world.says("bea", f"/start staff-{token}")
        assert "ask whoever sent it to you for a new one" in world.last("bea").text.lower()
        assert member(world, "bea") is None


async def test_an_invitation_can_be_taken_back(world: World) -> None:
    enrol(world, "mia", Role.MANAGER)
    await world.says("mia", "/staff invite viewer")
    link = link_in(world, "mia")
    await world.presses("mia", "Take the link back")
    assert "taken back" in world.last("mia").text
    await world.says("bea", f"/start {link}")
    assert "doesn't work any more" in world.last("bea").text
    await world.presses("mia", "Take the link back")
    assert "could not be used any more anyway" in world.last("mia").text


async def test_a_link_made_anew_at_the_command_line_ends_the_one_before(world: World) -> None:
    former, newer = invitation(world), invitation(world)
    await world.says("ada", f"/start staff-{former}")
    assert role(world, "ada") is None
    await world.says("ada", f"/start staff-{newer}")
    assert role(world, "ada") == "admin"


async def test_nobody_comes_down_by_a_link(world: World) -> None:
    enrol(world, "mia", Role.MANAGER)
    token = invitation(world, Role.VIEWER)
    await world.says("mia", f"/start staff-{token}")
    assert "as <b>manager</b> already" in world.last("mia").text
    assert role(world, "mia") == "manager"
    await world.says("vic", f"/start staff-{token}")  # it is still there for somebody else
    assert role(world, "vic") == "viewer"
    await world.says("vic", f"/start staff-{invitation(world, Role.ADMIN)}")
    assert role(world, "vic") == "admin"


async def test_a_link_is_opened_in_private_only(world: World) -> None:
    token = invitation(world)
    for chat in (STAFF, "group-of-residents"):
        await world.says("ada", f"/start staff-{token}", chat=chat)
        assert "private chat" in world.last(chat).text
        assert role(world, "ada") is None
    await world.says("ada", f"/start staff-{token}")
    assert role(world, "ada") == "admin"


async def test_an_invitation_is_shown_in_private_only(world: World) -> None:
    enrol(world, "mia", Role.MANAGER)
    await world.says("mia", "/staff invite viewer", chat=STAFF)
    assert "only show invitations in private" in world.last(STAFF).text
    assert "staff-" not in " ".join(world.heard(STAFF))


async def test_managers_invite_those_below_them_and_admins_everybody(world: World) -> None:
    enrol(world, "mia", Role.MANAGER)
    enrol(world, "ada", Role.ADMIN)
    await world.says("mia", "/staff invite")
    assert buttons(world, "mia") == ["As viewer", "As caseworker"]
    await world.says("mia", "/staff invite admin")
    assert "doesn't reach that far" in world.last("mia").text
    await world.says("ada", "/staff invite")
    assert buttons(world, "ada") == ["As viewer", "As caseworker", "As manager", "As admin"]


async def test_what_somebody_gave_out_goes_when_they_go(world: World) -> None:
    enrol(world, "ada", Role.ADMIN)
    number = enrol(world, "mia", Role.MANAGER)
    await world.says("mia", "/staff invite caseworker")
    link = link_in(world, "mia")
    await world.says("ada", f"/staff remove {number}")
    await world.presses("ada", "Yes, take Mia off")
    await world.says("bea", f"/start {link}")
    assert role(world, "bea") is None


async def test_whoever_was_removed_comes_back_by_a_new_link(world: World) -> None:
    enrol(world, "vic", Role.ADMIN)
    let_go(world, "vic")
    await world.says("vic", f"/start staff-{invitation(world, Role.VIEWER)}")
    assert role(world, "vic") == "viewer"


def test_of_many_who_use_a_link_at_once_one_does(world: World) -> None:
    token, now = invitation(world), world.clock.now()
    at_once = Barrier(6)

    def use() -> bool:
        at_once.wait(timeout=10)
        with world.core.database.transaction() as session:
            standing, link = staff_links.find_link(session, token, Purpose.INVITE, now=now)
            assert link is not None
            is_good = standing is Standing.GOOD
            return is_good and staff_links.use_link(session, link, now=now)

    with ThreadPoolExecutor(6) as pool:
        used = [it.result(timeout=30) for it in [pool.submit(use) for _ in range(6)]]
    assert used.count(True) == 1
