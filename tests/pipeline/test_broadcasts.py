"""Broadcasts: to all who asked to hear and nobody else, once, not at night, until they are stopped;
whatever dies meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from bot.core import open_core
from bot.loops import build_broadcaster, build_retention
from bot.pipeline.broadcaster import MOST, Broadcaster
from bot.pipeline.parcel import ChatGoneError, RefusedError
from bot.pipeline.topping_up import BATCH, MOST_WAITING
from storage import broadcasts, chats, subscriptions
from storage.broadcasts import Audience
from storage.models import (
    Broadcast,
    BroadcastRecipient,
    Chat,
    Interest,
    Lease,
    Message,
    OutboxRow,
    Subscription,
)
from storage.outbox import Lane
from tests.pipeline.crowd import gather
from tests.pipeline.test_herald import drain
from tests.pipeline.test_news import ASKING, NOON, OPEN, ask, keep
from tests.pipeline.test_reminders import add_call, local
from tests.reading import read_once
from tests.world import CHANNEL, World, open_world

WORDS = "The library opens its <workshop> on Saturday.\nCome & see."
THEME = Audience("theme", "community_assets")
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, at=NOON) as opened:
        yield opened


@pytest.fixture
def elsewhere(world: World) -> Iterator[Broadcaster]:
    """The loop of another process."""
    with ExitStack() as stack:
        core = stack.enter_context(
            open_core(world.core.settings, clock=world.clock, read=read_once)
        )
        yield build_broadcaster(core)


def crowd(world: World, count: int, audience: Audience = THEME) -> list[int]:
    """So many new chats asked to hear of it."""
    now = world.clock.now()
    with world.core.database.transaction() as session:
        known = session.scalar(select(func.count()).select_from(Chat)) or 0
        chat = {"channel": CHANNEL, "kind": "private", "created_at": now}
        chat |= {"expects_text": False, "missed_reply": False}
        rows = [{**chat, "external_id": f"crowd{known + number}"} for number in range(count)]
        ids = session.scalars(insert(Chat).returning(Chat.id), rows).all()
        wish = {"kind": audience.kind, "value": audience.value, "created_at": now}
        session.execute(insert(Interest), [{**wish, "chat_id": id_} for id_ in ids])
        return list(ids)


def send(world: World, audience: Audience = THEME, words: str = WORDS) -> int:
    """A manager sends it."""
    now = world.clock.now()
    with world.core.database.transaction() as session:
        item = broadcasts.draft(session, words=words, audience=audience, made_by=1, now=now)
        count = broadcasts.count_audience(session, audience)
        broadcasts.start(session, item, expected=count, now=now)
        return item.id


def cancel(world: World, number: int) -> int:
    with world.core.database.transaction() as session:
        item = broadcasts.hold(session, number)
        assert item is not None
        return broadcasts.cancel(session, item, by=1, now=world.clock.now())


async def hand_over(broadcaster: Broadcaster) -> int:
    """As long as there is room; in how many steps."""
    steps = 0
    while await broadcaster.top_up():
        steps += 1
    return steps


async def send_all(world: World) -> None:
    """Hand over and send, until nothing is left to do now."""
    while await world.broadcaster.top_up():
        if not await world.broadcaster.top_up():
            await world.settle()
    await world.settle()


def fates(world: World, number: int) -> Counter[str]:
    with world.core.database.reading() as session:
        return broadcasts.counts(session, number)


def queued(world: World) -> Counter[int]:
    """How often each chat has it in the outbox."""
    with world.core.database.reading() as session:
        rows = select(OutboxRow.chat_id).where(OutboxRow.kind == broadcasts.KIND)
        return Counter(session.scalars(rows))


def got(world: World, who: str) -> list[str]:
    return [text for text in world.heard(who) if "workshop" in text]


def broadcast_to(world: World, who: str) -> int:
    """What the channel calls the message."""
    with world.core.database.reading() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id=who)
        rows = select(Message.external_id).join(OutboxRow, OutboxRow.message_id == Message.id)
        found = rows.where(OutboxRow.kind == broadcasts.KIND, OutboxRow.chat_id == chat_id)
        return session.scalars(found).one() or 0


def audience_of(world: World, kind: str) -> Audience:
    if kind == "call":
        with world.core.database.reading() as session:
            return Audience("call_id", session.scalars(select(Subscription.call_id)).first() or 0)
    return {"theme": THEME, "borough": Audience("borough", "sefton")}[kind]


@pytest.mark.parametrize("kind", ["call", "theme", "borough"])
async def test_who_asked_to_hear_gets_it_with_the_way_to_stop_and_nobody_else_does(
    world: World, kind: str
) -> None:
    keep(world, OPEN)
    for wish in ASKING:
        await ask(world, wish, who=wish)
    number = send(world, audience_of(world, kind))
    await send_all(world)
    for wish in ASKING:
        assert len(got(world, wish)) == (wish == kind)
    [text] = got(world, kind)
    assert "The library opens its &lt;workshop&gt; on Saturday.\nCome &amp; see.\n\n<i>" in text
    assert "You get this because you asked" in text
    assert fates(world, number) == {"sent": 1}
    await world.presses(kind, world.last(kind).keys[0].button.label)  # stop
    assert "Stopped" in world.heard(kind)[-1]
    send(world, audience_of(world, kind))
    await send_all(world)
    assert len(got(world, kind)) == 1


async def test_my_reminders_names_it_and_stops_it_too(world: World) -> None:
    await ask(world, "theme")
    send(world)
    await send_all(world)
    await world.says("sam", "my reminders")
    await world.presses("sam", "Stop: Community assets")
    send(world)
    await send_all(world)
    assert len(got(world, "sam")) == 1


async def test_who_answers_it_talks_to_the_assistant_as_always(world: World) -> None:
    keep(world, OPEN)
    await ask(world, "theme")
    await world.says("sam", "/check")
    question = world.heard("sam")[-1]
    send(world)
    await send_all(world)
    assert "workshop" in world.heard("sam")[-1]
    await world.says("sam", "just me")  # the question is as open as it was
    assert world.heard("sam")[-1] != question
    assert "applying" not in world.heard("sam")[-1]
    await world.says("sam", "What's on there on Saturday?", reply_to=broadcast_to(world, "sam"))
    assert "workshop" not in world.heard("sam")[-1]


async def test_groups_who_blocked_and_who_stopped_are_left_alone(world: World) -> None:
    group, blocked, stopped, kept = crowd(world, 4)
    with world.core.database.transaction() as session:
        session.get_one(Chat, group).kind = "group"
        chats.mark_blocked(session, blocked, now=NOON)
        wish = session.scalars(select(Interest).where(Interest.chat_id == stopped)).one()
        wish.stopped_at = NOON
        assert broadcasts.count_audience(session, THEME) == 1
    send(world)
    await send_all(world)
    assert set(queued(world)) == {kept}


async def test_who_stops_or_is_forgotten_while_it_waits_gets_none(world: World) -> None:
    await ask(world, "theme", "ann")
    await ask(world, "theme", "bob")
    await ask(world, "theme", "cat")
    world.clock.move_to(local(2026, 3, 10, 19, 59))
    number = send(world)
    await hand_over(world.broadcaster)
    world.clock.move_to(local(2026, 3, 10, 20, 30))  # it waited too long, and waits for the morning
    with world.core.database.transaction() as session:
        interest = session.scalars(select(Interest).order_by(Interest.id)).first()
        assert interest is not None
        interest.stopped_at = NOON
    await world.says("bob", "/forget")
    await world.presses("bob", "Yes, delete it all")
    await world.live_until(local(2026, 3, 11, 10))
    assert (got(world, "ann"), got(world, "bob")) == ([], [])
    assert len(got(world, "cat")) == 1
    assert fates(world, number) == {"sent": 1, "dropped": 1}  # of bob nothing is known


async def test_ten_batches_go_in_small_steps_and_the_outbox_is_not_flooded(world: World) -> None:
    crowd(world, 2 * MOST + 50)
    number = send(world)
    for waiting in (MOST, 2 * MOST, 2 * MOST + 50):
        assert await hand_over(world.broadcaster) <= MOST / BATCH + 1
        assert len(queued(world)) == waiting
        drain(world)
    assert set(queued(world).values()) == {1}
    with world.core.database.reading() as session:
        assert session.get_one(Broadcast, number).state == "sent"


async def test_news_of_calls_and_replies_find_room_beside_it(world: World) -> None:
    crowd(world, MOST + 100)
    send(world)
    await hand_over(world.broadcaster)
    with world.core.database.reading() as session:
        rows = session.execute(select(OutboxRow.lane).where(OutboxRow.state == "waiting"))
        assert Counter(lane for (lane,) in rows) == {int(Lane.BROADCASTS): MOST}
    assert MOST < MOST_WAITING
    world.clock.move_on(timedelta(minutes=1))
    keep(world, OPEN)
    while await world.herald.top_up():
        pass
    with world.core.database.reading() as session:
        news = select(func.count()).select_from(OutboxRow).where(OutboxRow.kind == "news")
        assert session.scalar(news) == MOST_WAITING - MOST


async def test_replies_and_reminders_go_before_it(world: World) -> None:
    add_call(world, local(2026, 3, 20, 17), reminders=["1d"])
    gather(world, 30)
    world.clock.move_to(local(2026, 3, 19, 17))
    crowd(world, 200)
    send(world)
    await hand_over(world.broadcaster)
    while await world.planner.top_up():
        pass
    await world.says("ann", "/help")
    kinds = ["workshop" in parcel.text for _at, parcel in world.sender.sent]
    first = kinds.index(True)
    before = [parcel.external_chat_id for _at, parcel in world.sender.sent[:first]]
    assert "ann" in before
    reminded = [at for at, it in enumerate(kinds) if not it]
    assert sum(reminded) / len(reminded) < len(kinds) / 3  # nearly all of them at the beginning


async def test_nothing_goes_at_night_and_nothing_fills_the_outbox_till_morning(
    world: World,
) -> None:
    crowd(world, 20)
    await ask(world, "theme")
    world.clock.move_to(local(2026, 3, 10, 19, 59))
    send(world)
    await hand_over(world.broadcaster)
    world.clock.move_to(local(2026, 3, 10, 20, 30))  # it waited too long
    number = send(world)
    assert await hand_over(world.broadcaster) == 0
    await world.settle()
    assert got(world, "sam") == []
    morning = local(2026, 3, 11, 9)
    await world.live_until(morning)
    assert {at for at, parcel in world.sender.sent if "workshop" in parcel.text} == {morning}
    assert len(got(world, "sam")) == 2
    assert fates(world, number) == {"sent": 21}


async def test_half_way_it_is_stopped_and_what_waits_does_not_go(world: World) -> None:
    crowd(world, MOST + 300)
    number = send(world)
    await hand_over(world.broadcaster)
    with world.core.database.transaction() as session:
        sent = session.scalars(select(OutboxRow).order_by(OutboxRow.id).limit(120)).all()
        for row in sent:
            row.state, row.finished_at = "sent", NOON
            broadcasts.note_fate(session, number, chat_id=row.chat_id, state="sent", now=NOON)
    assert cancel(world, number) == MOST - 120
    assert await hand_over(world.broadcaster) == 0
    await world.settle()
    assert world.sender.sent == []
    assert fates(world, number) == {"sent": 120, "cancelled": MOST - 120}
    with world.core.database.reading() as session:
        item = session.get_one(Broadcast, number)
        assert (item.state, item.ended_by, item.expected) == ("cancelled", 1, MOST + 300)


async def test_what_is_in_hand_when_it_is_stopped_is_dropped_if_it_comes_back(
    world: World,
) -> None:
    crowd(world, 2)
    number = send(world)
    await hand_over(world.broadcaster)
    with world.core.database.transaction() as session:
        gone, back = session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
        gone.state = back.state = "leased"
    assert cancel(world, number) == 0
    with world.core.database.transaction() as session:
        broadcasts.note_fate(session, number, chat_id=gone.chat_id, state="sent", now=NOON)
        session.get_one(OutboxRow, gone.id).state = "sent"
        session.get_one(OutboxRow, back.id).state = "waiting"
    await world.settle()
    assert fates(world, number) == {"sent": 1, "cancelled": 1}
    assert world.sender.sent == []


async def test_what_became_of_it_is_known_of_each(world: World) -> None:
    crowd(world, 4)
    number = send(world)
    await hand_over(world.broadcaster)
    world.sender.troubles += [ChatGoneError("the bot was blocked"), RefusedError("too odd")]
    await world.settle()
    assert fates(world, number) == {"sent": 2, "dropped": 1, "failed": 1}
    with world.core.database.reading() as session:
        found = {(it.state, it.reason) for it in broadcasts.unreached(session, number)}
        assert ("dropped", "the bot was blocked") in found
        assert any(state == "failed" and "too odd" in reason for state, reason in found)


async def test_who_blocks_us_while_it_waits_is_no_longer_waited_for(world: World) -> None:
    await ask(world, "theme")
    number = send(world)
    await hand_over(world.broadcaster)
    with world.core.database.transaction() as session:
        chat_id = chats.find_chat_id(session, channel=CHANNEL, external_id="sam")
        assert chat_id is not None
        from bot.pipeline.residents import close_chat  # noqa: PLC0415

        close_chat(session, chat_id, now=NOON, reason="blocked")
    await world.settle()
    assert fates(world, number) == {"dropped": 1}


async def test_a_crash_between_two_batches_loses_nobody_and_doubles_nothing(
    world: World, elsewhere: Broadcaster
) -> None:
    crowd(world, 3 * BATCH + 7)
    number = send(world)
    assert await world.broadcaster.top_up() == BATCH
    with world.core.database.transaction() as session:
        assert world.broadcaster.work(session) == BATCH
        session.rollback()  # the process dies before the commit
    assert len(queued(world)) == BATCH
    assert await elsewhere.top_up() == 0  # it might live
    world.clock.move_on(timedelta(minutes=1))  # the lease of who died is over
    await hand_over(elsewhere)
    await world.settle()
    assert set(queued(world).values()) == {1}
    assert fates(world, number) == {"sent": 3 * BATCH + 7}
    told = Counter(parcel.external_chat_id for _at, parcel in world.sender.sent)
    assert set(told.values()) == {1}
    assert len(told) == 3 * BATCH + 7


@on_postgresql
async def test_two_processes_at_once_double_nothing(world: World, elsewhere: Broadcaster) -> None:
    crowd(world, MOST - 20)
    number = send(world)

    async def work_on(broadcaster: Broadcaster) -> None:
        for _ in range(30):
            await broadcaster.top_up()

    await asyncio.gather(work_on(world.broadcaster), work_on(elsewhere))
    assert set(queued(world).values()) == {1}
    assert fates(world, number) == {"queued": MOST - 20}


async def test_one_after_the_other_and_who_comes_behind_the_cursor_is_not_lost(
    world: World,
) -> None:
    crowd(world, BATCH)
    first, second = send(world), send(world, words="Another workshop")
    assert await world.broadcaster.top_up() == BATCH
    crowd(world, 5)  # they ask while it goes out
    await hand_over(world.broadcaster)
    await world.settle()
    assert fates(world, first) == fates(world, second) == {"sent": BATCH + 5}


async def test_idling_writes_nothing(world: World) -> None:
    crowd(world, 1)
    assert await hand_over(world.broadcaster) == 0
    with world.core.database.reading() as session:
        assert session.scalars(select(Lease)).all() == []


async def test_it_stands_among_what_is_held_of_somebody_and_goes_with_the_rest(
    world: World,
) -> None:
    await ask(world, "theme")
    send(world)
    await send_all(world)
    await world.says("sam", "/mydata")
    assert any("Messages from the team" in text and ": 1" in text for text in world.heard("sam"))
    await world.says("sam", "/forget")
    await world.presses("sam", "Yes, delete it all")
    with world.core.database.reading() as session:
        assert session.scalars(select(BroadcastRecipient)).all() == []


async def test_ninety_days_after_it_nothing_is_left(world: World) -> None:
    crowd(world, 12)
    number = send(world)
    await send_all(world)
    with world.core.database.transaction() as session:
        draft = broadcasts.draft(session, words="Later", audience=THEME, made_by=1, now=NOON)
    retention = build_retention(world.core)
    world.clock.move_on(timedelta(days=89))
    gone = await retention.clean_up()
    assert "broadcasts" not in gone
    assert fates(world, number) == {"sent": 12}
    world.clock.move_on(timedelta(days=2))
    gone = await retention.clean_up()
    assert (gone["broadcast recipients"], gone["broadcasts"]) == (12, 2)
    with world.core.database.reading() as session:
        assert session.get(Broadcast, number) is None
        assert session.get(Broadcast, draft.id) is None


async def test_of_a_call_only_who_is_still_reminded_of_it_gets_it(world: World) -> None:
    keep(world, OPEN)
    gather(world, 5)
    with world.core.database.transaction() as session:
        first, *_ = session.scalars(select(Subscription)).all()
        call_id = first.call_id
        subscriptions.stop(session, [first], now=NOON)
    send(world, Audience("call_id", call_id))
    await send_all(world)
    assert len(queued(world)) == 4
    text = next(parcel.text for _at, parcel in world.sender.sent)
    assert "Gardens together" in text
