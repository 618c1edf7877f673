"""The list of the staff: what each may do, and how somebody leaves it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import leads
from storage.models import Lead
from storage.staff import Role
from tests.desk.team import buttons, enrol, let_go, member, open_chat, role
from tests.world import STAFF, World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    """With an admin, a manager and a caseworker; the staff chat is open to caseworkers."""
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        for who, its_role in (
            ("ada", Role.ADMIN),
            ("mia", Role.MANAGER),
            ("cal", Role.CASEWORKER),
        ):
            enrol(opened, who, its_role)
        yield opened


def number(world: World, who: str) -> int:
    found = member(world, who)
    assert found is not None
    return found.id


async def ring_me(world: World, who: str = "ann") -> Lead:
    for words in ("ring me", "Ann Example", "07700 900123"):
        await world.says(who, words)
    with world.core.database.reading() as session:
        return leads.open_leads(session, channel="preview")[-1]


async def test_the_list_says_who_is_there_and_how_the_desk_is(world: World) -> None:
    await world.says("zoe", "/help", chat=STAFF)
    await world.says("cal", "/staff", chat=STAFF)
    said = world.last(STAFF).text
    assert "Ada, admin" in said
    assert "Zoe, only from the staff chat" in said
    assert said.index("Ada") < said.index("Mia") < said.index("Cal") < said.index("Zoe")
    assert "Leads arrive in <b>Staff</b>" in said
    assert "Everybody in that chat can work leads" in said
    assert buttons(world) == []
    await world.says("mia", "/staff")
    assert "Invite somebody" in buttons(world, "mia")
    assert "Cal" in buttons(world, "mia")
    assert not {"Ada", "Mia"} & set(buttons(world, "mia"))


async def test_a_role_is_changed_by_button_and_by_command(world: World) -> None:
    await world.says("mia", "/staff")
    await world.presses("mia", "Cal")
    assert "Role: caseworker" in world.last("mia").text
    await world.presses("mia", "As viewer")
    assert role(world, "cal") == "viewer"
    await world.says("ada", f"/staff role {number(world, 'cal')} manager")
    assert role(world, "cal") == "manager"
    await world.says("mia", f"/staff role {number(world, 'cal')} viewer")
    assert "doesn't reach that far" in world.last("mia").text
    assert role(world, "cal") == "manager"


async def test_somebody_from_the_open_chat_is_put_on_the_list(world: World) -> None:
    await world.says("zoe", "/help", chat=STAFF)
    await world.says("mia", f"/staff role {number(world, 'zoe')} caseworker")
    assert role(world, "zoe") == "caseworker"


async def test_wrong_numbers_and_roles_are_explained(world: World) -> None:
    for words, answer in (
        ("/staff 999", "can't find anybody"),
        ("/staff nobody", "can't find anybody"),
        ("/staff role 999 viewer", "can't find anybody"),
        ("/staff role 1", "the role"),
        ("/staff remove", "can't find anybody"),
    ):
        await world.says("ada", words)
        assert answer in world.last("ada").text


async def test_the_only_admin_stays_one(world: World) -> None:
    own = number(world, "ada")
    for words in (f"/staff role {own} viewer", f"/staff remove {own}"):
        await world.says("ada", words)
        assert "only admin" in world.last("ada").text
        assert role(world, "ada") == "admin"
    enrol(world, "bea", Role.ADMIN)
    await world.says("ada", f"/staff role {own} viewer")
    assert role(world, "ada") == "viewer"


async def test_who_is_removed_may_nothing_anywhere_and_their_leads_are_free(world: World) -> None:
    lead = await ring_me(world)
    await world.presses("cal", "Claim", chat=STAFF)
    await world.says("ada", f"/staff remove {number(world, 'cal')}")
    assert "Take <b>Cal</b> off the staff list?" in world.last("ada").text
    assert role(world, "cal") == "caseworker"
    await world.presses("ada", "Yes, take Cal off")
    assert lead.reference in world.last("ada").text
    assert lead.reference in world.last("mia").text  # the other manager is told, once
    assert sum("off the staff list" in text for text in world.heard("mia")) == 1
    assert "You're off the staff list" in world.last("cal").text
    assert "Claim" in buttons(world)  # the card offers it again
    with world.core.database.reading() as session:
        now = leads.get_lead(session, lead.id)
        assert now is not None
        assert (now.assignee_id, now.status) == (None, "new")
        assert now.version == lead.version + 2 or now.version > lead.version
    open_chat(world, Role.CASEWORKER)
    await world.presses("cal", "Claim", chat=STAFF)
    assert "not on the staff list" in world.sender.notices[-1]
    await world.says("cal", f"/done {lead.reference} I did it", chat=STAFF)
    assert "not on the staff list" in world.last(STAFF).text


async def test_keeping_somebody_changes_nothing(world: World) -> None:
    await world.says("ada", f"/staff remove {number(world, 'cal')}")
    await world.presses("ada", "No, keep Cal")
    assert "Role: caseworker" in world.last("ada").text
    assert role(world, "cal") == "caseworker"


async def test_a_button_for_somebody_who_left_meanwhile(world: World) -> None:
    await world.says("ada", f"/staff {number(world, 'cal')}")
    let_go(world, "cal")
    await world.presses("ada", "As viewer")
    assert "can't find anybody" in world.last("ada").text
    assert role(world, "cal") is None
