"""What is on today, and the morning digest."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage import calls, handoffs
from storage.chats import find_chat_id
from tests.desk.office import bring, hire, member_of
from tests.world import CHANNEL, World

UK = ZoneInfo("Europe/London")


def digests(world: World, who: str) -> list[datetime]:
    """When a digest came."""
    return [
        at
        for at, parcel in world.sender.sent
        if parcel.external_chat_id == who
        and ("What's on" in parcel.text or "Nothing is waiting" in parcel.text)
    ]


async def test_today_says_what_is_on(world: World) -> None:
    with world.core.database.transaction() as session:
        world.core.load_samples(session)
    await hire(world, "alex")
    mine, other = bring(world, "sam"), bring(world, "kim")
    await world.says("alex", f"/assign {mine} me")
    await world.says("alex", f"/next {mine} today 5pm ring them")
    with world.core.database.transaction() as session:
        chat_id = find_chat_id(session, channel=CHANNEL, external_id="kim")
        handoffs.open_handoff(
            session, chat_id=chat_id, reason="asked", words="Help", now=world.clock.now()
        )
    await world.says("alex", "/today")
    shown = world.last("alex").text
    for part in (
        "What's on for Alex",
        mine,
        "ring them",
        "waiting for a person",
        "Nobody has these yet: 1",
    ):
        assert part in shown
    assert other not in shown
    assert "Help" not in shown
    await world.presses("alex", mine)
    assert "what happened last" in world.last("alex").text


async def test_calls_that_close_soon_come_with_their_drafts(world: World) -> None:
    with world.core.database.transaction() as session:
        world.core.load_samples(session)
    await hire(world, "alex")
    for words in ("/start call-ageing_well", "Tell us your idea", "Rust"):
        await world.says("sam", words)
    with world.core.database.reading() as session:
        call = calls.find_call(session, code="ageing_well")
        assert call is not None
        world.clock.move_to(calls.ends_at(call) - timedelta(days=2))
    await world.says("alex", "/today")
    assert f"{call.title} closes at" in world.last("alex").text
    assert "Drafts not sent: 1" in world.last("alex").text


async def test_the_digest_comes_once_each_working_day_at_the_chosen_time(world: World) -> None:
    await hire(world, "alex")
    bring(world)
    await world.says("alex", "/digest 8:15")
    assert "From Tuesday 2 June on" in world.last("alex").text
    await world.live_until(datetime(2026, 6, 9, 12, tzinfo=UTC))
    local = [it.astimezone(UK) for it in digests(world, "alex")]
    assert [(it.day, it.time()) for it in local] == [
        (day, time(8, 15)) for day in (2, 3, 4, 5, 8, 9)
    ]


async def test_another_time_does_not_bring_a_second_one_on_the_same_day(world: World) -> None:
    await hire(world, "alex")
    bring(world)
    await world.says("alex", "/digest 12:30pm")
    await world.says("alex", "/digest 13:30")
    await world.live_until(datetime(2026, 6, 1, 13, tzinfo=UTC))
    assert len(digests(world, "alex")) == 1
    await world.says("alex", "/digest 16:00")
    assert "From Tuesday 2 June on" in world.last("alex").text
    await world.live_until(datetime(2026, 6, 2, 20, tzinfo=UTC))
    assert len(digests(world, "alex")) == 2


async def test_nothing_to_tell_is_said_once_a_week(world: World) -> None:
    await hire(world, "alex")
    await world.says("alex", "/digest on")
    await world.live_until(datetime(2026, 6, 15, 20, tzinfo=UTC))
    assert [it.day for it in digests(world, "alex")] == [8, 15]
    assert "Nothing is waiting for you, Alex" in world.last("alex").text


async def test_it_ends_with_the_word_and_when_they_leave(world: World) -> None:
    for who in ("alex", "bo"):
        await hire(world, who)
        await world.says(who, "/digest 08:15")
    bring(world)
    await world.says("alex", "/digest off")
    with world.core.database.transaction() as session:
        session.merge(member_of(world, "bo")).left_at = world.clock.now()
    await world.live_until(datetime(2026, 6, 5, tzinfo=UTC))
    assert digests(world, "alex") == digests(world, "bo") == []
    await world.says("alex", "/digest")
    assert "You get no morning digest" in world.last("alex").text


async def test_a_late_one_of_today_still_comes_and_yesterdays_does_not(world: World) -> None:
    await hire(world, "alex")
    bring(world)
    await world.says("alex", "/digest 08:15")
    world.clock.move_to(datetime(2026, 6, 4, 10, tzinfo=UTC))
    for _day in range(3):  # those of the days before are passed over one by one
        await world.settle()
    assert len(digests(world, "alex")) == 1
    await world.live_until(datetime(2026, 6, 5, 12, tzinfo=UTC))
    assert [it.day for it in digests(world, "alex")] == [4, 5]


async def test_what_is_no_time_is_said_with_the_way_out(world: World) -> None:
    await hire(world, "alex")
    await world.says("alex", "/digest whenever")
    assert "can't read “whenever” as a time" in world.last("alex").text
    await world.says("alex", "/digest half past eight")
    assert "at 08:30" in world.last("alex").text
