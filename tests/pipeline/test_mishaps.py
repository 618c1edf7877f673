"""What goes wrong at the worst moment: while a post is under way, at night, between two turns."""

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bot.pipeline import rounds, speech
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import ChatGoneError, Parcel, SendError, UnreachableError
from bot.pipeline.turn import Answer, Turn
from bot.settings import SettingError
from storage import accepting
from storage.accepting import Accepted
from storage.chats import ChatKey
from storage.models import InboxRow, Message
from tests.pipeline.test_reminders import add_call, local, reminders, subscribe
from tests.pipeline.test_turns import ring_me
from tests.world import STAFF, World, open_world

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


def put(world: World, chat: str, words: str, *, key: str, reply_to: int | None = None) -> None:
    """An update is accepted; nobody takes its turn yet."""
    who = "alex" if chat == STAFF else chat
    arrival = Arrival(
        Happened.SAID,
        sender=Sender(who, who),
        text=words,
        message_id=abs(hash(key)) % 10**8,
        reply_to=reply_to,
    )
    kind = "group" if chat == STAFF else "private"
    accepted = Accepted(key, ChatKey("preview", chat, kind, chat), arrival.to_json())
    with world.core.database.transaction() as session:
        accepting.accept(session, accepted, now=world.clock.now())


def card_number(world: World) -> int:
    with world.core.database.reading() as session:
        found = session.scalar(
            select(Message.external_id)
            .where(Message.lead_id.is_not(None), Message.external_id.is_not(None))
            .order_by(Message.id)
        )
        assert found is not None
        return found


async def forget(world: World, who: str = "ann") -> None:
    for words in ("/forget", "yes"):
        await world.says(who, words)


def while_sending_to_staff(
    world: World, monkeypatch: pytest.MonkeyPatch, *, then: SendError | None = None
) -> None:
    """The first post to staff is under way when Ann asks to be forgotten; then it ends so."""
    send = world.sender.send
    begun: list[Parcel] = []

    async def slow(parcel: Parcel) -> int | None:
        if parcel.external_chat_id == STAFF and not begun:
            begun.append(parcel)
            for number, words in enumerate(("/forget", "yes")):
                put(world, "ann", words, key=f"preview:f{number}")
                await world.turns.run_waiting()
            if then is not None:
                raise then
        return await send(parcel)

    monkeypatch.setattr(world.sender, "send", slow)


async def test_a_card_is_not_mistaken_for_that_of_somebody_forgotten(world: World) -> None:
    await world.says("ann", "i want to die")
    await forget(world)
    before = len(world.heard(STAFF))
    await world.says("ben", "i want to die")
    assert any("distress" in words for words in world.heard(STAFF)[before:])


async def test_a_button_of_a_forgotten_chat_never_becomes_another(world: World) -> None:
    for words in ("/start", "/offers", "/forget", "yes", "/menu", "/idea", "/menu", "/forget"):
        await world.says("ann", words)
    labels: dict[str, str] = {}
    for _at, parcel in world.sender.sent:
        for key in parcel.keys:
            assert labels.setdefault(key.token, key.button.label) == key.button.label


@pytest.mark.parametrize("then", [None, UnreachableError("the line broke")])
async def test_words_under_way_when_they_are_forgotten_do_not_stay(
    world: World, monkeypatch: pytest.MonkeyPatch, then: SendError | None
) -> None:
    while_sending_to_staff(world, monkeypatch, then=then)
    await world.says("ann", "/human")
    await world.says("ann", "my secret illness is scurvy")
    await world.live_until(world.clock.now() + timedelta(minutes=10))
    posts = [parcel for _at, parcel in world.sender.sent if parcel.external_chat_id == STAFF]
    told = [parcel for parcel in posts if "scurvy" in parcel.text]
    assert not told or any(parcel.edits for parcel in posts)


async def test_a_lead_under_way_when_it_is_forgotten_holds_up_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    while_sending_to_staff(world, monkeypatch, then=UnreachableError("the line broke"))
    await ring_me(world)
    await world.live_until(world.clock.now() + timedelta(minutes=10))
    await world.says("ben", "i want to die")
    await world.live_until(world.clock.now() + timedelta(minutes=10))
    assert any("distress" in words for words in world.heard(STAFF))


async def test_one_post_that_always_fails_holds_up_the_others_for_hours_at_most(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = world.sender.send

    async def picky(parcel: Parcel) -> int | None:
        if "unlucky" in parcel.text:
            raise ValueError("a bug of ours")
        return await send(parcel)

    monkeypatch.setattr(world.sender, "send", picky)
    await world.says("ann", "/human")
    await world.says("ann", "an unlucky question about the hall")
    await world.says("ben", "/human")
    await world.says("ben", "a lucky one about the park keys")
    for _ in range(60):
        await world.live_until(world.clock.now() + timedelta(minutes=1))
    assert any("park keys" in words for words in world.heard(STAFF))


async def test_a_reminder_held_up_until_night_waits_for_the_morning(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(
        database_url, tmp_path, at=local(2026, 3, 10, 10), quiet_hours="20:00-09:00"
    ) as world:
        add_call(world, local(2026, 3, 20, 19, 30), reminders=["2d"])
        await subscribe(world)
        await world.live_until(local(2026, 3, 18, 19, 29))
        world.sender.troubles = [UnreachableError("down")] * 13
        await world.live_until(local(2026, 3, 19, 12))
        assert len(reminders(world)) == 1
        assert 9 <= reminders(world)[0].hour < 20


async def test_words_longer_than_a_message_reach_staff_in_several(world: World) -> None:
    await world.says("ann", "/human")
    await world.says("ann", "word " * 818 + "ends")
    posts = world.heard(STAFF)
    assert all(speech.visible_length(words) <= speech.LONGEST_TEXT for words in posts)
    assert sum(words.count("word ") for words in posts) == 818
    assert any("ends" in words for words in posts)


async def test_a_reply_to_somebody_who_is_forgotten_says_so(world: World) -> None:
    await ring_me(world)
    number = card_number(world)
    await forget(world)
    await world.says("alex", "Can you come on Friday?", reply_to=number, chat=STAFF)
    assert "didn't arrive" in world.heard(STAFF)[-1]


async def test_back_in_the_staff_chat_posts_go_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = world.sender.send
    kicked = [True]

    async def closed(parcel: Parcel) -> int | None:
        if parcel.external_chat_id == STAFF and kicked:
            raise ChatGoneError("kicked")
        return await send(parcel)

    monkeypatch.setattr(world.sender, "send", closed)
    await ring_me(world)
    kicked.clear()
    back = Arrival(Happened.ADDED, sender=Sender("alex", "Alex"))
    await world.arrives(back, chat=STAFF)
    assert any("Claim" in str(parcel.keys) for _at, parcel in world.sender.sent)


async def test_an_outcome_may_begin_on_the_next_line(world: World) -> None:
    await ring_me(world)
    reference = world.heard(STAFF)[-1].split("<b>")[1].split("</b>")[0]
    await world.says("alex", f"/done {reference}\nWe rang", chat=STAFF)
    assert "is closed by" in world.heard(STAFF)[-1] or "closed" in world.heard(STAFF)[-2]


@on_postgresql
async def test_staff_and_resident_turns_do_not_lock_each_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Alex answers Ann's card while Ann sends her number: each turn holds its own chat first."""
    await ring_me(world)
    number = card_number(world)
    for words in ("just ring me", "Ann Other"):
        await world.says("ann", words)
    put(world, "ann", "07700 900124", key="preview:x1")
    put(world, STAFF, "Hello Ann", key="preview:x2", reply_to=number)
    both = threading.Barrier(2)
    take = world.turns._rounds._handler.take

    def together(session: Session, turn: Turn) -> Answer:
        with suppress(threading.BrokenBarrierError):
            both.wait(3)
        return take(session, turn)

    monkeypatch.setattr(world.turns._rounds._handler, "take", together, raising=False)
    monkeypatch.setattr(rounds, "MOST_TOGETHER", 1)
    await asyncio.gather(world.turns._look(), world.turns._look())
    with world.core.database.reading() as session:
        assert set(session.scalars(select(InboxRow.error))) == {None}


@on_postgresql
async def test_updates_are_accepted_while_their_chat_has_its_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.says("ann", "/start")
    put(world, "ann", "/calls", key="preview:y1")
    take = world.turns._rounds._handler.take
    inside = threading.Event()

    def slow(session: Session, turn: Turn) -> Answer:
        inside.set()
        time.sleep(2)
        return take(session, turn)

    monkeypatch.setattr(world.turns._rounds._handler, "take", slow, raising=False)
    under_way = asyncio.create_task(world.turns._look())
    await asyncio.to_thread(inside.wait)
    await asyncio.to_thread(put, world, "ann", "/menu", key="preview:y2")
    assert not under_way.done()
    await under_way


@on_sqlite
async def test_another_key_is_refused_at_start(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.says("ann", "/start")
    with (
        pytest.raises(SettingError, match=r"^SECRET_KEY: "),
        open_world(database_url, tmp_path),  # takes a new key each time
    ):
        pass


async def test_an_update_that_cannot_be_opened_stops_nobody(world: World) -> None:
    put(world, "ann", "/start", key="preview:1")
    with world.core.database.transaction() as session:
        session.execute(text("update inbox set payload = :junk"), {"junk": b"\x01" + bytes(40)})
    await world.says("ben", "/start")
    assert any("free" in words for words in world.heard("ben"))


@on_sqlite
async def test_updates_of_a_closed_channel_do_not_keep_the_loop_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world.core.database.transaction() as session:
        accepting.accept(
            session,
            Accepted("telegram:1", ChatKey("telegram", "77"), {}),
            now=datetime.now(UTC),  # noqa: TID251
        )
    looked: list[int] = []
    take = world.turns._rounds.take_waiting
    monkeypatch.setattr(
        world.turns._rounds, "take_waiting", lambda *_: (looked.append(1), take())[1]
    )
    loop = asyncio.create_task(world.turns.run())
    await asyncio.sleep(2)
    world.core.signals.stop()
    await loop
    assert len(looked) < 10


async def test_a_question_that_never_arrived_is_asked_again(world: World) -> None:
    await world.says("ann", "/idea")
    world.sender.troubles = [UnreachableError("down")] * 30
    await world.says("ann", "I see the hut empty year after year")
    for _ in range(90):
        await world.live_until(world.clock.now() + timedelta(minutes=1))
    world.sender.troubles = []
    await world.says("ann", "hello? are you there")
    assert any("went wrong" in words for words in world.heard("ann"))
    assert "2 of 9" in world.heard("ann")[-1]


async def test_a_reply_to_a_post_whose_number_is_still_being_written_is_not_lost(
    world: World,
) -> None:
    await ring_me(world)
    number = card_number(world)
    by_number = "update messages set external_id = :new where external_id = :old"
    with world.core.database.transaction() as session:
        session.execute(text(by_number), {"old": number, "new": None})
        session.execute(text("update outbox set state = 'leased' where kind = 'lead_card'"))
        post = session.scalars(select(Message.id).where(Message.lead_id.is_not(None))).first()
    put(world, STAFF, "Hello Ann", key="preview:early", reply_to=number)
    await world.settle()
    assert not any("Hello Ann" in words for words in world.heard("ann"))
    with world.core.database.transaction() as session:
        session.execute(
            text("update messages set external_id = :new where id = :post"),
            {"new": number, "post": post},
        )
        session.execute(text("update outbox set state = 'sent' where kind = 'lead_card'"))
    await world.live_until(world.clock.now() + timedelta(seconds=5))
    assert any("Hello Ann" in words for words in world.heard("ann"))
