"""The staff's chat takes no posts: they wait, admins hear of it once, and again when it does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from actions.desk.desk_trouble import end_trouble, note_no_topics
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import ChatGoneError, SendError, SilencedError
from storage import staff
from storage.staff import Role
from tests.desk.team import desk_id, enrol, shut_by
from tests.world import STAFF, World, open_world

ALEX = Sender("alex", "Alex")


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        enrol(opened, "ada", Role.ADMIN)
        enrol(opened, "bea", Role.ADMIN)
        enrol(opened, "cal", Role.CASEWORKER)
        yield opened


def trouble(world: World) -> str | None:
    with world.core.database.reading() as session:
        desk = staff.staff_chat(session, desk_id(world))
        assert desk is not None
        return desk.trouble


def told(world: World, who: str, words: str) -> int:
    return sum(words in text for text in world.heard(who))


async def happens(world: World, happened: Happened, **more: bool) -> None:
    await world.arrives(Arrival(happened, sender=ALEX, **more), chat=STAFF)


async def ring_me(world: World) -> None:
    for words in ("ring me", "Ann Example", "07700 900123"):
        await world.says("ann", words)


@pytest.fixture
def closed(world: World, monkeypatch: pytest.MonkeyPatch) -> list[SendError]:
    """While an error is in it, the staff chat takes nothing for that reason."""
    return shut_by(world, monkeypatch)


async def test_removed_and_added_again(world: World, closed: list[SendError]) -> None:
    await happens(world, Happened.BLOCKED)
    await happens(world, Happened.BLOCKED)
    assert trouble(world) == "gone"
    for who in ("ada", "bea"):
        assert told(world, who, "not in the staff chat <b>Staff</b> any more") == 1
    assert world.heard("cal") == []
    closed.append(ChatGoneError("Forbidden"))
    await ring_me(world)
    assert told(world, "ada", "any more") == 1
    await world.says("ada", "/staff")
    assert "I'm not in that chat any more" in world.last("ada").text
    closed.clear()
    await happens(world, Happened.ADDED)
    assert trouble(world) is None
    assert "Ann Example" in " ".join(world.heard(STAFF))
    assert told(world, "ada", "takes posts again") == told(world, "bea", "takes posts again") == 1


async def test_silenced_and_allowed_to_speak(world: World, closed: list[SendError]) -> None:
    closed.append(SilencedError("not enough rights to send text messages to the chat"))
    await ring_me(world)
    assert trouble(world) == "silenced"
    assert told(world, "ada", "not allowed to write") == 1
    await world.says("alex", "anybody seen the bot?", chat=STAFF)
    assert trouble(world) == "silenced"  # that we hear does not mean that we may speak
    assert told(world, "ada", "not allowed to write") == 1
    closed.clear()
    await happens(world, Happened.ADDED)
    assert trouble(world) is None
    assert "Ann Example" in " ".join(world.heard(STAFF))
    assert told(world, "ada", "takes posts again") == 1


async def test_what_goes_through_again_by_itself_ends_it(
    world: World, closed: list[SendError]
) -> None:
    closed.append(SilencedError("have no rights to send a message"))
    await ring_me(world)
    closed.clear()
    await world.live_until(world.clock.now() + timedelta(minutes=10))
    assert trouble(world) is None
    assert told(world, "ada", "takes posts again") == 1
    assert told(world, "cal", "takes posts again") == 0


async def test_a_second_incident_is_told_as_well(world: World) -> None:
    for _ in range(2):
        await happens(world, Happened.BLOCKED)
        world.clock.move_to(world.clock.now() + timedelta(hours=1))
        await happens(world, Happened.ADDED)
        world.clock.move_to(world.clock.now() + timedelta(hours=1))
    assert told(world, "ada", "not in the staff chat") == 2
    assert told(world, "ada", "takes posts again") == 2


async def test_that_no_topics_can_be_made_there_takes_nothing_from_being_let_in(
    world: World,
) -> None:
    await happens(world, Happened.BLOCKED)
    now = world.clock.now() + timedelta(minutes=1)

    def let_in_without_topics(session: Session) -> None:
        end_trouble(session, desk_id(world), now=now)
        note_no_topics(session, desk_id(world), now=now)

    await world.core.database.write(let_in_without_topics)
    await world.live_until(now)
    assert told(world, "ada", "takes posts again") == 1
    assert told(world, "ada", "can't make topics") == 1


async def test_being_silenced_is_told_as_what_it_is(world: World) -> None:
    await happens(world, Happened.BLOCKED, is_silenced=True)
    assert trouble(world) == "silenced"
    assert told(world, "ada", "not allowed to write") == 1
