"""Every message is sent, in its chat's order, once; and no chat holds up another."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.clock import ManualClock
from bot.pipeline import attempts, cycles, delivery
from bot.pipeline.composing import Draft
from bot.pipeline.pacing import Pacer, open_pacer
from bot.pipeline.parcel import (
    ChatGoneError,
    CredentialError,
    MessageLostError,
    Parcel,
    SendError,
    TryLaterError,
    UnreachableError,
)
from bot.pipeline.slots import OwnSlots
from dialogues.exchange import Reply
from storage import chats, messages, outbox, paces
from storage.crypto import new_secret
from storage.database import Database, open_database
from storage.models import Chat, Message, OutboxRow
from storage.outbox import Claimed, Lane
from tests.pipeline.sending import Channel, Post

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def post(database: Database) -> Post:
    return Post(database)


def own_pacer(rate: float) -> Pacer:
    return Pacer(OwnSlots(rate, monotonic=time.monotonic), monotonic=time.monotonic)


def troubles(channel: Channel, *errors: SendError) -> None:
    """The next sends meet these."""
    left = list(errors)

    async def raise_next(_parcel: Parcel) -> None:
        if left:
            raise left.pop(0)

    channel.before = raise_next


class Hours:
    """A clock and a steady count of seconds that go together, unless the clock is set."""

    def __init__(self) -> None:
        self.clock = ManualClock(datetime(2026, 6, 1, 12, tzinfo=UTC))
        self.steady = 0.0

    def post(self, database: Database) -> Post:
        return Post(database, clock=self.clock, monotonic=lambda: self.steady)

    def pass_by(self, time: timedelta) -> None:
        self.clock.move_on(time)
        self.steady += time.total_seconds()


class Line:
    """The line to the database; it may be cut, before the work or after the commit."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self._write = database.write
        self.cut = False
        self.cut_after_commits = 0
        monkeypatch.setattr(database, "write", self.write)

    async def write(self, work: Callable[[Session], Any]) -> Any:
        if self.cut:
            raise OperationalError("begin", {}, OSError("cut"))
        done = await self._write(work)
        if self.cut_after_commits:
            self.cut_after_commits -= 1
            raise OperationalError("commit", {}, OSError("cut"))
        return done


# What was sent is written


async def test_what_is_queued_is_sent_and_gets_the_channels_id(post: Post) -> None:
    message = post.queue("hello")
    assert await post.delivery.run_waiting() == 1
    assert post.channel.words == ["hello"]
    assert post.states() == ["sent"]
    with post.database.reading() as session:
        assert session.get_one(Message, message).external_id == 1000


async def test_results_wait_in_memory_while_the_database_is_away(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(post.database, monkeypatch)

    async def cut(_parcel: Parcel) -> None:
        line.cut = True

    post.channel.before = cut
    monkeypatch.setattr(delivery, "POLL_SECONDS", 0.05)
    for who in ("1", "2", "3"):
        post.queue(to=who)
    async with post.running():
        await post.until(lambda: len(post.channel.sent) == 3)
        await asyncio.sleep(0.3)
        assert post.states() == ["leased"] * 3
        line.cut = False
        await post.until(lambda: post.states() == ["sent"] * 3)
    assert len(post.channel.sent) == 3


async def test_a_commit_of_which_nobody_knows_whether_it_took_holds_up_nothing(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = Line(post.database, monkeypatch)
    line.cut_after_commits = 3
    monkeypatch.setattr(delivery, "POLL_SECONDS", 0.05)
    post.queue()
    async with post.running():
        await post.until(lambda: post.states() == ["sent"], within=10)
    assert len(post.channel.sent) == 1
    assert post.rows()[0].attempts == 1


async def test_who_lost_the_lease_writes_nothing(post: Post) -> None:
    message = post.queue()

    async def another_takes_it(_parcel: Parcel) -> None:
        with post.database.transaction() as session:
            session.execute(update(OutboxRow).values(lease="another's"))

    post.channel.before = another_takes_it
    await post.delivery.run_waiting()
    assert post.states() == ["leased"]
    with post.database.reading() as session:
        assert session.get_one(Message, message).external_id is None


async def test_what_a_dead_process_held_is_sent_by_another(database: Database) -> None:
    hours = Hours()
    dead, alive = hours.post(database), hours.post(database)
    dead.queue()
    await dead.delivery._cycle(claims=True)
    assert await alive.delivery.run_waiting() == 0
    hours.pass_by(cycles.LEASE + timedelta(seconds=1))
    assert await alive.delivery.run_waiting() == 1


@pytest.mark.parametrize("step", [timedelta(hours=1), timedelta(hours=-1)])
async def test_a_clock_that_is_set_takes_no_message_from_who_sends_it(
    database: Database, step: timedelta
) -> None:
    hours = Hours()
    busy, other = hours.post(database), hours.post(database)
    assert await other.delivery.run_waiting() == 0
    message = busy.queue()
    await busy.delivery._cycle(claims=True)
    hours.clock.move_on(step)
    for _ in range(3):
        hours.pass_by(cycles.LEASE / 4)
        assert await other.delivery.run_waiting() == 0
        assert busy.states() == ["leased"]
    hours.pass_by(timedelta(hours=1) + cycles.LEASE)  # the lease ends, were it set back
    assert await other.delivery.run_waiting() == 1
    with database.reading() as session:
        assert session.get_one(Message, message).external_id == 1000


async def test_after_an_outage_others_have_time_to_write_what_they_sent(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    hours = Hours()
    other, post = hours.post(database), hours.post(database)
    post.queue()
    await other.delivery._cycle(claims=True)
    hours.pass_by(timedelta(minutes=5))
    line = Line(database, monkeypatch)
    line.cut = True
    with suppress(OperationalError):
        await post.delivery.run_waiting()
    line.cut = False
    assert await post.delivery.run_waiting() == 0
    hours.pass_by(timedelta(seconds=cycles.GRACE))
    assert await post.delivery.run_waiting() == 1


# One does not hold up another


async def test_one_that_cannot_be_worded_holds_up_no_other(database: Database) -> None:
    def writes(session: Session, claimed: Claimed) -> Draft:
        if claimed.external_id == "2":
            session.execute(text("select * from nowhere"))
        if claimed.external_id == "3":
            raise ValueError("a bug of ours")
        return Draft(Reply(f"to {claimed.external_id}"))

    post = Post(database, writers={"late": writes})
    for who in ("1", "2", "3", "4"):
        post.queue(to=who, row="late")
    post.queue("plain", to="5")
    await post.delivery.run_waiting()
    assert sorted(post.channel.words) == ["plain", "to 1", "to 4"]
    rows = {row.chat_id: row for row in post.rows()}
    assert [rows[post.chat(who)].state for who in "1234"][::3] == ["sent", "sent"]
    assert "ValueError" in (rows[post.chat("3")].error or "")


async def test_what_follows_a_send_may_fail_without_undoing_it(database: Database) -> None:
    followed: list[int] = []

    def follows(session: Session, claimed: Claimed) -> None:
        if claimed.external_id == "2":
            session.execute(text("select * from nowhere"))
        followed.append(claimed.chat_id)

    post = Post(
        database,
        writers={"late": lambda _session, claimed: Draft(Reply(claimed.external_id))},
        after_sending={"late": follows},
    )
    for who in ("1", "2", "3"):
        post.queue(to=who, row="late")
    await post.delivery.run_waiting()
    assert post.states() == ["sent"] * 3
    assert {post.chat("1"), post.chat("3")} <= set(followed)


async def test_a_message_that_cannot_be_opened_holds_up_no_other(post: Post) -> None:
    damaged = post.queue("damaged", to="1")
    post.queue("whole", to="2")
    with post.database.transaction() as session:
        session.execute(
            text("update messages set text = :junk where id = :id"),
            {"junk": b"\x01" + bytes(40), "id": damaged},
        )
    await post.delivery.run_waiting()
    assert post.channel.words == ["whole"]
    assert sorted(post.states()) == ["dropped", "sent"]


@on_postgresql
async def test_a_chat_that_has_a_turn_does_not_keep_others_from_being_written(
    post: Post,
) -> None:
    troubles(post.channel, ChatGoneError("blocked"))
    post.queue(to="gone")
    gone = post.chat("gone")
    with post.database.transaction() as turn:
        assert chats.take_if_free(turn, gone)
        async with post.running():
            await post.until(lambda: post.states() == ["leased"])
            post.queue("hello", to="2")
            await post.until(lambda: post.states() == ["leased", "sent"])
            turn.rollback()
            await post.until(lambda: post.states() == ["dropped", "sent"])


async def test_a_chat_that_is_told_to_wait_is_paused_alone(database: Database) -> None:
    post = Post(database, pacer=own_pacer(100))
    troubles(post.channel, TryLaterError(60))
    for who in ("1", "2", "3"):
        post.queue(to=who)
    async with post.running():
        await post.until(lambda: sorted(post.states()) == ["sent", "sent", "waiting"])
    with database.reading() as session:
        paused = [chat.paused_until is not None for chat in session.query(Chat)]
    assert sorted(paused) == [False, False, True]


async def test_two_chats_told_to_wait_within_a_second_stop_everybody(database: Database) -> None:
    pacer = open_pacer(100, database=database, name="telegram")
    post = Post(database, pacer=pacer)
    troubles(post.channel, TryLaterError(60), TryLaterError(60))
    async with post.running():
        for who in range(5):
            post.queue(to=str(who))
        await post.until(lambda: pacer.held_for() > 50)
        post.queue(to="late")
        await asyncio.sleep(0.3)
        sent = len(post.channel.sent)
        post.queue(to="later")
        await asyncio.sleep(0.3)
        assert len(post.channel.sent) == sent
        await post.until(lambda: "leased" not in post.states())
    untried = [row.attempts for row in post.rows() if row.state == "waiting"]
    assert untried.count(0) >= 2


async def test_a_refused_token_gives_the_channel_a_rest(database: Database) -> None:
    pacer = own_pacer(100)
    post = Post(database, pacer=pacer)
    troubles(post.channel, *[CredentialError("no")] * 100)
    for who in range(20):
        post.queue(to=str(who))
    async with post.running():
        await post.until(lambda: pacer.held_for() > 20)
        await post.until(lambda: "leased" not in post.states())
    assert sum(row.attempts for row in post.rows()) < 20


# Leases and the pace


async def test_a_row_is_given_back_when_its_moment_is_too_far_off(database: Database) -> None:
    """A send that would end after the lease might be made by two processes."""
    pacer = own_pacer(0.02)
    post = Post(database, pacer=pacer)
    for who in ("1", "2", "3"):
        post.queue(to=who)
    async with post.running():
        await post.until(lambda: "sent" in post.states())
        pacer.hold(20)
        await post.until(lambda: sorted(post.states()) == ["sent", "waiting", "waiting"])
    assert sorted(row.attempts for row in post.rows()) == [0, 0, 1]


async def test_a_send_that_outlives_its_lease_is_broken_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycles, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(attempts, "SEND_TAKES", 0.2)
    post = Post(database)

    async def hang(_parcel: Parcel) -> None:
        await asyncio.sleep(60)

    post.channel.before = hang
    post.queue()
    begun = time.monotonic()
    await post.delivery.run_waiting()
    assert time.monotonic() - begun < 10
    assert post.rows()[0].state == "waiting"
    assert post.channel.sent == []


async def test_a_reply_overtakes_reminders_that_wait_for_their_moment(database: Database) -> None:
    post = Post(database, pacer=own_pacer(10))
    for who in range(40):
        post.queue("remember", to=f"r{who}", lane=Lane.REMINDERS)
    async with post.running():
        await post.until(lambda: len(post.channel.sent) >= 3)
        before = len(post.channel.sent)
        post.queue("a reply", to="ann")
        await post.until(lambda: "a reply" in post.channel.words)
    # What is in hand by then, a second's worth, may go first if the database takes its time.
    assert post.channel.words.index("a reply") - before <= 10


async def test_a_flood_of_replies_does_not_stop_reminders(database: Database) -> None:
    post = Post(database, pacer=own_pacer(200))
    for who in range(150):
        post.queue("a reply", to=f"a{who}")
        post.queue("remember", to=f"r{who}", lane=Lane.REMINDERS)
    async with post.running():
        await post.until(lambda: len(post.channel.sent) >= 120)
        first = post.channel.words[:120]
    assert 6 <= first.count("remember") <= 30


async def test_no_more_is_taken_than_can_be_sent_in_a_second(database: Database) -> None:
    """Or another process could not send what this one has taken."""
    post = Post(database, pacer=own_pacer(5))
    for who in range(60):
        post.queue(to=str(who), lane=Lane.REMINDERS)
    async with post.running():
        await post.until(lambda: len(post.channel.sent) >= 2)
        assert post.states().count("leased") <= 6
        assert sum(row.attempts for row in post.rows()) <= len(post.channel.sent) + 7


async def test_a_private_chat_with_much_to_hear_holds_up_nobody(database: Database) -> None:
    post = Post(database, pacer=own_pacer(50))
    for number in range(5):
        post.queue(f"{number}", to="ann")
    for who in range(10):
        post.queue("hello", to=f"b{who}")
    async with post.running():
        await post.until(lambda: post.channel.words.count("hello") == 10)
        assert post.channel.words.count("3") == 0
        await post.until(lambda: post.states() == ["sent"] * 15)
    assert [words for words in post.channel.words if words != "hello"] == list("01234")


@pytest.fixture
def second_door(database_url: str) -> Iterator[Database]:
    other = open_database(database_url, secret=new_secret())
    yield other
    other.close()


@on_postgresql
async def test_processes_keep_a_groups_limit_together(
    database: Database, second_door: Database
) -> None:
    posts = []
    for one in (database, second_door):
        pacer = open_pacer(500, database=one, name="telegram")
        posts.append(Post(one, pacer=pacer, channel=posts[0].channel if posts else Channel()))
    second_door.engine.dialect.cipher = database.engine.dialect.cipher  # type: ignore[attr-defined]
    first, second = posts
    for number in range(30):
        first.queue(str(number), to="-100", kind="group")
    async with first.running(), second.running():
        await first.until(lambda: len(first.channel.sent) >= 20)
        await asyncio.sleep(2.5)
    assert first.channel.words == [str(number) for number in range(20)]
    assert first.states().count("waiting") == 10
    assert {row.attempts for row in first.rows() if row.state == "waiting"} == {0}


@on_postgresql
async def test_a_hold_is_told_to_other_processes(database: Database, second_door: Database) -> None:
    pacer = open_pacer(100, database=database, name="telegram")
    post = Post(database, pacer=pacer)
    troubles(post.channel, TryLaterError(30), TryLaterError(30))
    async with post.running():
        for who in range(4):
            post.queue(to=str(who))
        await post.until(lambda: pacer.held_for() > 20)
    with second_door.transaction() as session:
        other = paces.Share("telegram", "another")
        reserved = paces.reserve(session, other, count=1, gap=0.01)
    assert reserved.held_for > 20


# Edits


async def test_an_edit_waits_for_its_message(post: Post) -> None:
    message = post.queue("first")
    post.queue_edit(message, "second")
    troubles(post.channel, UnreachableError("down"))
    await post.delivery.run_waiting()
    assert post.channel.sent == []
    chat_id = post.chat("1")
    with post.database.transaction() as session:
        outbox.hurry(session, chat_id=chat_id, now=post.clock.now())
    await post.delivery.run_waiting()
    sent = [(parcel.text, parcel.edits) for parcel in post.channel.sent]
    assert sent[0] == ("second", None)
    assert sent[1:] in ([], [("second", 1000)])


async def test_of_several_edits_the_latest_wins_and_goes_once(post: Post) -> None:
    message = post.queue("first")
    await post.delivery.run_waiting()
    for words in ("second", "third", "fourth"):
        post.queue_edit(message, words)
    await post.delivery.run_waiting()
    assert [(parcel.text, parcel.edits) for parcel in post.channel.sent] == [
        ("first", None),
        ("fourth", 1000),
    ]
    assert post.states() == ["sent", "sent", "dropped", "dropped"]


async def test_an_edit_that_comes_while_another_is_under_way_is_not_lost(post: Post) -> None:
    message = post.queue("first")
    await post.delivery.run_waiting()
    post.queue_edit(message, "second")

    async def edit_again(parcel: Parcel) -> None:
        if parcel.text == "second":
            post.queue_edit(message, "third")

    post.channel.before = edit_again
    await post.delivery.run_waiting()
    assert post.channel.words[-1] == "third"


async def test_where_the_message_to_edit_is_gone_a_new_one_is_sent(post: Post) -> None:
    message = post.queue("first")
    await post.delivery.run_waiting()
    post.queue_edit(message, "second")
    troubles(post.channel, MessageLostError("message to edit not found"))
    await post.delivery.run_waiting()
    assert [(parcel.text, parcel.edits) for parcel in post.channel.sent][1:] == [("second", None)]
    with post.database.reading() as session:
        assert session.get_one(Message, message).external_id == 1001


async def test_a_message_that_is_gone_already_need_not_be_deleted(post: Post) -> None:
    message = post.queue("first")
    await post.delivery.run_waiting()
    post.queue_edit(message, "", row="deletion")
    troubles(post.channel, MessageLostError("message to delete not found"))
    await post.delivery.run_waiting()
    assert post.states() == ["sent", "sent"]


async def test_what_never_went_out_need_not_be_deleted(post: Post) -> None:
    message = post.queue("first")
    with post.database.transaction() as session:
        session.execute(update(OutboxRow).values(kind="deletion"))
        assert messages.get_message(session, message) is not None
    await post.delivery.run_waiting()
    assert (post.channel.sent, post.states()) == ([], ["dropped"])


# Stopping


async def test_stopping_finishes_what_is_under_way_and_gives_back_the_rest(
    database: Database,
) -> None:
    post = Post(database, pacer=own_pacer(4))
    going = asyncio.Event()

    async def slowly(_parcel: Parcel) -> None:
        going.set()
        await asyncio.sleep(1)

    post.channel.before = slowly
    for who in range(10):
        post.queue(to=str(who))
    async with post.running():
        await going.wait()
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    sent = len(post.channel.sent)
    assert 1 <= sent < 5
    assert sorted(post.states()) == ["sent"] * sent + ["waiting"] * (10 - sent)
    assert sorted(row.attempts for row in post.rows()) == [0] * (10 - sent) + [1] * sent


async def test_nothing_new_is_claimed_once_it_is_to_stop(post: Post) -> None:
    async def then_more(_parcel: Parcel) -> None:
        await asyncio.sleep(0.3)  # until no cycle is at work
        post.signals.stop()
        post.queue("more", to="2")

    post.channel.before = then_more
    post.queue("first", to="1")
    async with post.running():
        await post.until(lambda: post.channel.words == ["first"])
    assert post.states() == ["sent", "waiting"]
