"""What turns say is handed over to who sends in the same process, and then nobody claims it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.pipeline import cycles, delivery, pacing, turns
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.handover import Allowance, Handover
from bot.pipeline.pacing import Pacer, open_pacer
from bot.pipeline.parcel import Parcel, TryLaterError
from bot.pipeline.rounds import Looked, Rounds
from bot.pipeline.turn import Answer, Turn
from bot.pipeline.turns import Turns
from dialogues.exchange import Reply
from storage import accepting
from storage.accepting import Accepted, Stored
from storage.chats import ChatKey
from storage.database import Database
from storage.models import InboxRow
from tests.pipeline.sending import CHANNEL, Post


class Echo:
    """Says what it is told, in a message for each line."""

    takes = 0.0  # seconds
    turns = 0
    fails = 0  # so many times
    before: Callable[[], None] = staticmethod(lambda: None)

    def take(self, _session: Session, turn: Turn) -> Answer:
        self.before()
        time.sleep(self.takes)
        self.turns += 1
        if self.turns <= self.fails:
            raise RuntimeError("broken")
        return Answer([Reply(line) for it in turn.arrivals for line in (it.text or "").split("\n")])

    def apologise(self, _session: Session, _turn: Turn) -> Answer:
        return Answer([Reply("sorry")])


class Office(Post):
    """A process that takes turns and delivers."""

    calm = True

    def __init__(self, database: Database, *, pacer: Pacer | None = None) -> None:
        super().__init__(database, pacer=pacer)
        self.echo = Echo()
        parts = {
            "database": database,
            "clock": self.clock,
            "decoders": {CHANNEL: Arrival.from_json},
            "handler": self.echo,
            "handover": Handover(clock=self.clock, composer=self.composer),
        }
        self.rounds = Rounds(**parts)
        self.turns = Turns(
            **parts,
            signals=self.signals,
            on_press=lambda _press: None,
            outlet=self.delivery,
            is_calm=lambda: self.calm,
        )

    def writes(self, who: str, *lines: str, kind: str = "private") -> None:
        """Somebody writes; nobody is answered yet."""
        with self.database.transaction() as session:
            self.accept(session, who, *lines, kind=kind)
        self.signals.inbox.set()

    def accept(self, session: Session, who: str, *lines: str, kind: str = "private") -> Stored:
        arrival = Arrival(
            Happened.SAID, sender=Sender(who, who), text="\n".join(lines), message_id=1
        )
        key = f"{CHANNEL}:{who}:{time.monotonic_ns()}"
        accepted = Accepted(key, ChatKey(CHANNEL, who, kind), arrival.to_json())
        return accepting.accept(session, accepted, now=self.clock.now())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Take turns and deliver while the block runs; then stop, as a process does."""
        async with super().running():
            taking = asyncio.create_task(self.turns.run())
            yield
            self.signals.stop()
            await taking

    async def idle(self) -> None:
        """Until nobody is at work here."""
        await self.until(lambda: self.turns._idle)

    def look(self, *, most: int = 10, **more: object) -> Looked:
        """One round, of which so many rows may be handed over."""
        allowance = Allowance([CHANNEL], most, timedelta(seconds=30), **more)
        return self.rounds.take_waiting(allowance)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


@pytest.fixture
def commits() -> Iterator[list[float]]:
    """How many seconds each commit takes, if anything stands here."""
    seconds: list[float] = []

    def wait(_session: Session) -> None:
        time.sleep(sum(seconds))

    event.listen(Session, "before_commit", wait)
    yield seconds
    event.remove(Session, "before_commit", wait)


def words(looked: Looked) -> list[str]:
    return [load.parcel.text for load in looked.loads]


@pytest.fixture
def claimed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows that were claimed."""
    claimed: list[int] = []
    claim = cycles.claim

    def counting(*args: object, **more: object) -> object:
        found = claim(*args, **more)
        claimed.extend(row.id for row in found.rows)
        return found

    monkeypatch.setattr(cycles, "claim", counting)
    return claimed


@pytest.fixture
def paced_office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Office:
    """One that sends three messages to a chat within a second, and then lets it rest."""
    monkeypatch.setattr(pacing, "PRIVATE_WINDOW", 1.0)
    return Office(database, pacer=open_pacer(100, database=database, name=CHANNEL))


async def test_what_a_turn_says_goes_out_without_a_claim(
    office: Office, claimed: list[int]
) -> None:
    async with office.running():
        office.writes("ann", "one", "two")
        await office.until(lambda: office.states() == ["sent"] * 2)
    assert office.channel.words == ["one", "two"]
    assert not claimed
    assert [row.attempts for row in office.rows()] == [1, 1]


async def fill_five(office: Office) -> None:
    """Somebody is told three things at once, and two more that have to wait."""
    office.writes("ann", "one", "two", "three")
    await office.until(lambda: len(office.channel.words) == 3)
    office.writes("ann", "four", "five")
    await office.until(lambda: len(office.states()) == 5)


async def test_what_a_chat_is_told_that_rests_waits_here_and_holds_up_nobody(
    paced_office: Office, claimed: list[int]
) -> None:
    office = paced_office
    async with office.running():
        await fill_five(office)
        office.writes("ben", "hello")
        await office.until(lambda: office.states() == ["sent"] * 6)
    assert office.channel.words == ["one", "two", "three", "hello", "four", "five"]
    assert office.channel.at[4] - office.channel.at[0] >= 1.0
    assert not claimed


async def test_what_rests_here_at_the_stop_is_given_back(
    paced_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "PRIVATE_WINDOW", 60.0)  # longer than any stop takes
    office = paced_office
    async with office.running():
        await fill_five(office)
    assert office.states() == ["sent"] * 3 + ["waiting"] * 2
    assert [row.attempts for row in office.rows()] == [1, 1, 1, 0, 0]


async def test_no_more_wait_here_than_may_rest(
    paced_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "MOST_RESTING", 0)
    office = paced_office
    async with office.running():
        office.writes("ann", "one", "two", "three")
        await office.until(lambda: len(office.channel.words) == 3)
        office.writes("ann", "four")
        await office.until(lambda: len(office.states()) == 4)
        assert office.states()[3] == "waiting"
        await office.until(lambda: office.states() == ["sent"] * 4)
    assert office.channel.words == ["one", "two", "three", "four"]


async def test_what_follows_one_that_has_to_wait_waits_behind_it(office: Office) -> None:
    troubles = [TryLaterError(0.2)]

    async def wait_first(_parcel: Parcel) -> None:
        if troubles:
            raise troubles.pop()

    office.channel.before = wait_first
    async with office.running():
        office.writes("ann", "one", "two", "three")
        await office.until(lambda: office.states() == ["sent"] * 3)
    assert office.channel.words == ["one", "two", "three"]
    assert [row.attempts for row in office.rows()] == [2, 1, 1]


def test_a_reply_waits_behind_an_earlier_one(office: Office) -> None:
    office.queue("before", to="ann")
    office.writes("ann", "after")
    office.writes("ben", "hello")
    assert words(office.look()) == ["hello"]
    assert office.states() == ["waiting", "leased", "waiting"]


def test_one_that_went_out_is_not_waited_for(office: Office) -> None:
    office.queue("before", to="ann")
    office.writes("ann", "after")
    assert words(office.look(settled={office.rows()[0].id})) == ["after"]


def test_nothing_is_handed_over_beyond_the_allowance(office: Office) -> None:
    for who in ("ann", "ben", "cem"):
        office.writes(who, "one", "two")
    assert words(office.look(most=5)) == ["one", "two"] * 2
    assert sorted(office.states()) == ["leased"] * 4 + ["waiting"] * 2


def test_chats_that_rest_groups_and_other_channels_are_left_out(office: Office) -> None:
    office.writes("ann", "hello")
    office.writes("-7", "hello", kind="group")
    assert not words(office.look(leave_out={office.chat("ann")}))
    office.writes("ben", "hello")
    assert not office.rounds.take_waiting(Allowance([], 9, timedelta(seconds=30))).loads
    assert office.states() == ["waiting"] * 3


def test_whoever_delivers_elsewhere_hears_only_of_what_is_left(office: Office) -> None:
    office.writes("ann", "hello")
    assert "outbox" not in office.look().wakes
    office.writes("ben", "hello")
    assert "outbox" in office.look(most=0).wakes


async def test_a_turn_of_which_nobody_knows_whether_it_was_committed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    transaction = office.database.transaction
    lost: list[Session] = []

    @contextmanager
    def losing_the_answer() -> Iterator[Session]:
        with transaction() as session:
            yield session
        if office.echo.turns and not lost:
            lost.append(session)
            raise OperationalError("commit", {}, OSError("cut"))

    monkeypatch.setattr(office.database, "transaction", losing_the_answer)
    async with office.running():
        office.writes("ann", "hello")
        await office.until(lambda: office.states() == ["sent"], within=10)  # no lease is waited for
    assert len(lost) == 1
    assert office.channel.words == ["hello"]


async def test_a_stop_while_a_turn_lasts_leaves_nothing_leased(office: Office) -> None:
    office.echo.takes = 0.4
    async with office.running():
        office.writes("ann", "one", "two")
        await asyncio.sleep(0.2)
    assert len(office.channel.words) == office.states().count("sent")
    assert office.states().count("leased") == 0
    assert len(office.states()) == 2


# What comes in is stored together with the turns that follow


@pytest.mark.parametrize("calm", [True, False])
async def test_what_is_stored_is_answered_at_once(office: Office, calm: bool) -> None:
    """In the same transaction; after a death it is stored before its turn is tried."""
    office.calm = calm
    stored_before: list[int] = []

    def look() -> None:
        with office.database.reading() as session:  # what others see meanwhile
            stored_before.append(session.scalar(select(func.count()).select_from(InboxRow)) or 0)

    async with office.running():
        await office.idle()
        office.echo.before = look
        assert await office.turns.store(lambda it: office.accept(it, "ann", "hi")) == Stored.READY
        await office.until(lambda: office.states() == ["sent"])
    assert stored_before == [0 if calm else 1]


async def test_what_is_stored_stays_so_when_its_turn_fails(office: Office) -> None:
    office.echo.fails = 2  # together with the storing, and the next time
    async with office.running():
        await office.idle()
        assert await office.turns.store(lambda it: office.accept(it, "ann", "hi")) == Stored.READY
        await office.until(lambda: office.states() == ["sent"])
    assert office.channel.words == ["hi"]


async def test_what_cannot_be_stored_is_said_and_the_turns_go_on(office: Office) -> None:
    def broken(_session: Session) -> None:
        raise ValueError("broken")

    async with office.running():
        await office.idle()
        with pytest.raises(ValueError, match="broken"):
            await office.turns.store(broken)
        office.writes("ann", "hi")
        await office.until(lambda: office.states() == ["sent"])


async def test_storing_does_not_wait_for_a_slow_turn(office: Office) -> None:
    office.echo.takes = 0.5
    async with office.running():
        await office.idle()
        office.writes("ann", "slow")
        await asyncio.sleep(0.1)
        assert await office.turns.store(lambda it: office.accept(it, "ben", "hi")) == Stored.READY
        await office.until(lambda: office.states() == ["sent"] * 2)


async def test_after_a_slow_turn_it_is_stored_first(office: Office) -> None:
    async with office.running():
        office.echo.takes = 0.5
        office.writes("ann", "slow")
        await office.until(lambda: office.states() == ["sent"])
        await office.idle()
        office.echo.takes = 1.5
        await office.turns.store(lambda it: office.accept(it, "ben", "slow as well"))
        assert office.states() == ["sent"]
        await office.until(lambda: office.states() == ["sent"] * 2)


async def test_after_a_slow_commit_the_turn_still_shares_the_next(
    office: Office, commits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "SLOW", 0.8)  # no busy machine makes a turn as slow
    async with office.running():
        await office.idle()
        commits.append(1.0)
        office.writes("ann", "hi")
        await office.until(lambda: office.states() == ["sent"])
        commits.clear()
        await office.idle()
        office.echo.takes = 0.05
        await office.turns.store(lambda it: office.accept(it, "ben", "hi"))
        assert len(office.states()) == 2


async def test_what_comes_just_before_the_stop_is_stored(office: Office) -> None:
    async with office.running():
        await office.idle()
        storing = asyncio.create_task(office.turns.store(lambda it: office.accept(it, "ann", "hi")))
        await asyncio.sleep(0)
        office.signals.stop()
        assert await storing == Stored.READY
