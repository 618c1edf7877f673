"""We are removed, silenced, moved or renamed: nothing is lost, and the contact hears of it once."""

from datetime import UTC, datetime

from bot.pipeline.arrival import Happened
from bot.pipeline.parcel import ChatGoneError, ChatMovedError, MessageLostError
from storage import chats
from storage.models import Chat
from tests.groups.gathering import Gathering
from tests.groups.test_offers import FIRST, OTHER
from tests.groups.test_votes import DAY, a_vote, votes_for
from tests.world import CHANNEL


async def test_removed_the_draft_stays_and_the_contact_is_told_once(group: Gathering) -> None:
    await group.begin()
    group.joins("kim", "contact")
    group.joins("bo")
    await group.replies("kim", FIRST)
    await group.does(Happened.BLOCKED)
    await group.does(Happened.BLOCKED)
    told = [it for it in group.world.heard("kim") if "can't write in" in it]
    assert len(told) == 1
    assert "Your idea is safe" in told[0]
    assert group.world.heard("bo") == []
    assert "start=for-" in (group.world.last("kim").keys[0].button.url or "")
    assert group.answers()["idea_problem"] == FIRST


async def test_without_a_contact_nobody_is_told(group: Gathering) -> None:
    await group.begin()
    await group.does(Happened.BLOCKED)
    assert not any("can't write in" in it.text for _at, it in group.world.sender.sent)


async def test_added_again_it_goes_on_where_it_was(group: Gathering) -> None:
    await group.begin()
    await group.replies("kim", FIRST)
    await group.lets(6)
    await group.does(Happened.BLOCKED)
    before = group.calls()
    await group.lets(60)
    assert group.calls() == before
    old = group.find("📋")
    await group.adds_us()
    assert group.find("📋") > old
    assert sum("What I read here" in text for text in group.texts()) == 1
    await group.replies("bo", OTHER, group.asked())
    assert "idea_people" in group.answers() or "idea_problem_known" in group.answers()


async def test_a_refused_post_counts_as_being_removed(group: Gathering) -> None:
    await group.begin()
    group.joins("kim", "contact")
    group.world.sender.troubles.append(ChatGoneError("not enough rights to send"))
    await group.says("/help")
    assert "can't write in" in group.world.last("kim").text


async def test_in_quiet_hours_the_contact_is_left_in_peace(group: Gathering) -> None:
    await group.begin()
    group.joins("kim", "contact")
    group.world.clock.move_to(datetime(2026, 6, 1, 22, tzinfo=UTC))
    await group.does(Happened.BLOCKED)
    assert group.world.heard("kim") == []
    await group.world.live_until(datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert "can't write in" in group.world.last("kim").text


async def test_the_topics_of_a_group_go_with_it(group: Gathering) -> None:
    topic = Gathering(group.world, "group one/7")
    await group.adds_us()
    await topic.begin()
    topic.joins("kim", "contact")
    await group.does(Happened.BLOCKED)
    assert "can't write in" in group.world.last("kim").text
    before = topic.calls()
    await group.adds_us()
    assert topic.calls() > before
    assert topic.find("📋")


async def test_a_deleted_board_comes_again(group: Gathering) -> None:
    await group.begin()
    await group.lets(6)
    before = group.new_messages()
    group.world.sender.troubles.append(MessageLostError("message to edit not found"))
    await group.replies("kim", FIRST)
    await group.lets(6)
    group.world.sender.troubles.append(MessageLostError("message to edit not found"))
    await group.replies("kim", OTHER)
    await group.lets(6)
    assert group.new_messages() > before
    assert FIRST in group.board()


async def test_a_new_name_is_kept(group: Gathering) -> None:
    await group.begin()
    await group.does(Happened.RENAMED, text="The diggers")
    with group.world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=group.place)
        assert session.get_one(Chat, chat_id).name == "The diggers"


async def moves(group: Gathering, place: str) -> Gathering:
    """The group becomes a supergroup."""
    with group.world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=group.place)
        chats.move_chat(session, chat_id or 0, external_id=place)
    moved = Gathering(group.world, place)
    await group.does(Happened.MOVED)
    await moved.does(Happened.MOVED)
    return moved


async def test_a_vote_goes_on_in_the_supergroup(group: Gathering) -> None:
    await a_vote(group)
    await votes_for(group, "bo", OTHER)
    await group.lets(6)
    moved = await moves(group, "group -1001")
    await moved.lets(12)
    assert sorted(text[:2] for text in moved.texts()) == sorted(
        [group.screen()[group.asked()].text[:2], "📋 ", "💬 ", "🗳 "]
    )
    assert all(it.edits is None or it.edits >= 1000 for it in moved.screen().values())
    await votes_for(moved, "kim", OTHER)
    await moved.lets(DAY)
    assert moved.answers()["idea_problem"] == OTHER
    assert "with 2 of 2" in moved.screen()[moved.find("🗳")].text
    await moved.replies("ann", "About 40 of us", moved.asked())
    assert "About 40 of us" in moved.answers().values()


async def test_a_move_that_is_noticed_while_sending(group: Gathering) -> None:
    await group.begin()
    await group.lets(6)
    group.world.sender.troubles.append(ChatMovedError("group -1002"))
    await group.replies("kim", FIRST)
    moved = Gathering(group.world, "group -1002")
    await moved.lets(6)
    assert "Kept, thanks Kim" in moved.screen()[moved.asked()].text
