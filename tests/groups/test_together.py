"""The group's chat and its members' private chats: what is told in one shows in the other."""

from urllib.parse import parse_qs, urlsplit

from sqlalchemy import select

from bot.pipeline.arrival import Happened
from storage.models import Member
from tests.groups.gathering import Gathering
from tests.groups.test_offers import FIRST, OTHER


async def opens(group: Gathering, who: str, url: str) -> None:
    """Somebody follows a button into their private chat."""
    parameter = parse_qs(urlsplit(url).query)["start"][0]
    await group.world.says(who, f"/start {parameter}")


async def joins(group: Gathering, who: str) -> None:
    await opens(group, who, group.url("What I read here", "Join in"))
    for _ in range(4):
        with group.world.core.database.reading() as session:
            known = select(Member.id).where(Member.external_id == who)
            if session.scalars(known).first() is not None:
                return
        await group.world.presses(who, group.world.last(who).keys[0].button.label)
    raise AssertionError("\n---\n".join(group.world.heard(who)))


async def test_who_joins_by_the_button_is_on_the_board(group: Gathering) -> None:
    await group.begin()
    await joins(group, "sam")
    await group.lets(6)
    assert "Joined so far: 1" in group.board() or "nobody yet" in group.board()


async def test_what_a_member_tells_in_private_shows_on_the_board(group: Gathering) -> None:
    await group.begin()
    await joins(group, "sam")
    await group.lets(6)
    await opens(group, "sam", group.url("📋", "Change or send it, in private"))
    await group.world.says("sam", "/idea")
    await group.world.says("sam", FIRST)
    assert group.answers()["idea_problem"] == FIRST
    before = group.new_messages()
    await group.lets(6)
    assert "(Sam)" in group.board()
    assert "press the button below" in group.board()
    assert group.new_messages() == before
    await group.replies("kim", OTHER, group.find("Reply to this message to answer"))
    await group.lets(6)
    assert f"Kim: {OTHER}" in group.screen()[group.find("more than one answer")].text
    await group.lets(30)
    await group.says("/next")
    assert "2 of 9" in group.screen()[group.asked()].text


async def test_removed_the_contact_carries_on_in_private(group: Gathering) -> None:
    await group.begin()
    group.joins("kim", "contact")
    await group.replies("kim", FIRST)
    await group.does(Happened.BLOCKED)
    await opens(group, "kim", group.world.last("kim").keys[0].button.url or "")
    await group.world.says("kim", "show my idea")
    assert FIRST in "\n".join(group.world.heard("kim"))
