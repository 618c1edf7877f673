"""What a resident is promised, who is told when it is not kept, and what they hear of that."""

from datetime import UTC, datetime

from sqlalchemy import select

from bot.desk.cards import queue_open_handoffs
from storage import staff
from storage.chats import ChatKey
from storage.models import StaffChat
from storage.staff import Role
from tests.desk.talking import (
    asks_for_a_person,
    handoff_of,
    list_member,
    number_of,
    passes,
    posts,
    talk,
)
from tests.world import CHANNEL, STAFF, World

FRIDAY_EVENING = datetime(2026, 6, 5, 17, tzinfo=UTC)
MONDAY_AT_TEN = datetime(2026, 6, 8, 9, tzinfo=UTC)


async def meets(world: World, *names: str) -> None:
    """These have a private chat with the assistant."""
    for who in names:
        await world.says(who, "/start")


async def test_within_the_hours_it_is_a_time_today(world: World) -> None:
    await asks_for_a_person(world, "ann")
    assert "2pm on Monday 1 June" in world.last("ann").text


async def test_out_of_hours_it_is_said_when_somebody_is_back(world: World) -> None:
    world.clock.move_to(FRIDAY_EVENING)
    await asks_for_a_person(world, "ann")
    said = world.last("ann").text
    assert "9am on Monday 8 June" in said
    assert "10am on Monday 8 June" in said
    assert "999" in said
    assert handoff_of(world, "ann").promised_at == MONDAY_AT_TEN


async def test_past_the_promise_the_next_person_is_told_then_the_managers(world: World) -> None:
    list_member(world, "alex", Role.CASEWORKER)
    list_member(world, "mo", Role.MANAGER)
    await meets(world, "alex", "mo")
    await asks_for_a_person(world, "ann")
    await passes(world, minutes=59)
    assert not any("still waits" in it for it in posts(world, STAFF))
    await passes(world, minutes=2)
    assert "Alex, please take this one" in posts(world, STAFF)[-1]
    assert "waits for an answer" in world.last("alex").text
    assert "3pm on Monday 1 June" in world.last("ann").text
    await passes(world, minutes=60)
    assert "Mo, please see to it" in posts(world, STAFF)[-1]
    assert "waits for an answer" in world.last("mo").text
    assert "whoever is in charge" in world.last("ann").text
    before = len(world.sender.sent)
    await passes(world, minutes=600)
    assert len(world.sender.sent) == before


async def test_after_an_answer_nothing_of_it_is_heard(world: World) -> None:
    list_member(world, "mo", Role.MANAGER)
    await meets(world, "mo")
    await talk(world, "ann")
    await world.says("ann", "/end")
    before = len(world.sender.sent)
    await passes(world, minutes=600)
    assert len(world.sender.sent) == before


async def test_who_has_fewest_is_told(world: World) -> None:
    for who in ("alex", "bo"):
        list_member(world, who, Role.CASEWORKER)
    await asks_for_a_person(world, "ann")
    await asks_for_a_person(world, "ben")
    await passes(world, minutes=61)
    named = [it for it in posts(world, STAFF) if "please take this one" in it]
    assert sorted(it.split("answer. ")[1].split(",")[0] for it in named) == ["Alex", "Bo"]


async def test_who_has_the_lead_is_told(world: World) -> None:
    for who in ("alex", "bo"):
        list_member(world, who, Role.CASEWORKER)
    await world.says("ann", "/start")
    for words in ("ring me", "Ann", "07700 900123"):
        await world.says("ann", words)
    await world.presses("bo", "Claim", chat=STAFF)
    await asks_for_a_person(world, "ann")
    await passes(world, minutes=61)
    assert "Bo, please take this one" in posts(world, STAFF)[-1]


async def test_where_nobody_is_on_the_list_all_are_asked(world: World) -> None:
    await asks_for_a_person(world, "ann")
    await passes(world, minutes=61)
    assert "Who can take this one?" in posts(world, STAFF)[-1]


async def test_the_clock_stands_still_at_night(world: World) -> None:
    world.clock.move_to(FRIDAY_EVENING)
    await asks_for_a_person(world, "ann")
    before = len(world.heard("ann"))
    await world.live_until(MONDAY_AT_TEN)
    [late] = world.heard("ann")[before:]
    assert "11am on Monday 8 June" in late


async def test_in_distress_staff_are_told_again_and_the_resident_is_promised_nothing(
    world: World,
) -> None:
    await world.says("ann", "/start")
    await world.says("ann", "i want to die")
    before = len(world.heard("ann"))
    await passes(world, minutes=61)
    assert "Who can take this one?" in posts(world, STAFF)[-1]
    assert len(world.heard("ann")) == before


async def test_who_asked_before_there_was_a_staff_chat_is_told_of_when_there_is(
    world: World,
) -> None:
    with world.core.database.transaction() as session:
        desk = session.scalars(select(StaffChat)).one()
        session.delete(desk)
    await asks_for_a_person(world, "ann")
    assert "nobody can answer here just now" in world.last("ann").text
    assert posts(world, STAFF) == []
    with world.core.database.transaction() as session:
        key = ChatKey(CHANNEL, STAFF, "group", "Staff")
        staff.seed_staff_chat(session, key, now=world.clock.now())
        desk_id = staff.staff_chat_id(session, channel=CHANNEL)
        queue_open_handoffs(session, chat_id=desk_id or 0, now=world.clock.now())
    await world.settle()
    card = number_of(world, STAFF, "asks for a person")
    await world.says("alex", "Sorry for the wait", chat=STAFF, reply_to=card)
    assert world.last("ann").text == "<b>Alex:</b> Sorry for the wait"
