"""A turn does all or nothing; one that fails is tried again, then set aside; nobody else waits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from actions.registry import ACTIONS
from bot.pipeline.arrival import Arrival, Happened, Sender
from storage.models import Conversation, InboxRow, Lead, OutboxRow
from tests.world import World, open_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path) as opened:
        yield opened


def break_action(monkeypatch: pytest.MonkeyPatch, name: str, *, times: int) -> list[str]:
    """Let an action do its work and then fail, so many times; the list counts the tries."""
    tries: list[str] = []
    works = ACTIONS[name].run

    def broken(self: Any, dispatcher: Any, tracker: Any, domain: Any) -> Any:
        done = works(self, dispatcher, tracker, domain)
        tries.append(name)
        if len(tries) <= times:
            raise RuntimeError("Ann Example's secret 07700900123")
        return done

    monkeypatch.setattr(ACTIONS[name], "run", broken)
    return tries


async def ring_me(world: World, who: str = "ann") -> None:
    for words in ("just ring me", "Ann Example", "07700 900123"):
        await world.says(who, words)


async def wait_for_retries(world: World) -> None:
    await world.live_until(world.clock.now() + timedelta(seconds=10))


def count(world: World, *conditions: Any, of: Any) -> int:
    with world.core.database.reading() as session:
        return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0


async def test_a_turn_that_fails_once_is_done_again_and_counts_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = break_action(monkeypatch, "action_send_callback", times=1)
    await ring_me(world)
    assert count(world, of=Lead) == 0  # rolled back with its turn
    await wait_for_retries(world)
    assert len(tries) == 2
    assert count(world, of=Lead) == 1
    assert any("LCR-" in text for text in world.heard("ann"))


async def test_a_turn_that_keeps_failing_is_set_aside_with_an_apology(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_action(monkeypatch, "action_send_callback", times=99)
    await ring_me(world)
    await wait_for_retries(world)
    assert count(world, InboxRow.state == "set_aside", InboxRow.attempts == 2, of=InboxRow) == 1
    assert any("went wrong at our end" in text for text in world.heard("ann"))
    assert "Ann Example" not in caplog.text
    assert "07700900123" not in caplog.text
    await world.says("ann", "/privacy")  # and the resident can go on
    assert any("What we keep" in text for text in world.heard("ann")[-3:])


async def test_nobody_else_waits_for_a_failing_turn(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_action(monkeypatch, "action_send_callback", times=99)
    await ring_me(world, "ann")
    await world.says("bob", "/start")
    assert any("free" in text for text in world.heard("bob"))


async def test_an_update_that_cannot_be_read_is_set_aside_alone(world: World) -> None:
    await world.says("ann", "/start")
    heard = len(world.heard("ann"))
    await world.arrives(Arrival(Happened.SAID, sender=Sender("ann", "Ann")), chat="ann")
    await world.says("ann", "/calls")
    assert len(world.heard("ann")) > heard


async def test_the_same_update_twice_has_one_effect(world: World) -> None:
    hello = Arrival(Happened.SAID, sender=Sender("ann", "Ann"), text="/start", message_id=5)
    await world.arrives(hello, chat="ann", key="preview:same")
    heard = world.heard("ann")
    await world.arrives(hello, chat="ann", key="preview:same")
    assert world.heard("ann") == heard


async def test_pressing_send_twice_gives_the_same_receipt(world: World) -> None:
    await ring_me(world)
    await ring_me(world)
    assert count(world, of=Lead) == 1


async def test_what_was_said_is_in_the_history_and_leaves_the_inbox(world: World) -> None:
    await ring_me(world)
    with world.core.database.reading() as session:
        assert set(session.scalars(select(InboxRow.payload))) == {None}
        assert set(session.scalars(select(OutboxRow.state))) == {"sent"}
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1


async def test_nothing_personal_lies_in_the_file_in_clear(tmp_path: Path) -> None:
    with open_world(f"sqlite:///{tmp_path / 'x.db'}", tmp_path) as world:
        await ring_me(world)
        await world.says("ann", "My nan is called Zebedee and she fell")
    for file in tmp_path.glob("x.db*"):  # noqa: ASYNC240
        raw = file.read_bytes()
        for secret in (b"Ann Example", b"7700900123", b"07700 900123", b"Zebedee"):
            assert secret not in raw


async def test_who_asks_to_be_forgotten_is_forgotten(world: World) -> None:
    await world.says("ann", "/idea")
    await world.says("ann", "The lot at nans sit in all day looking at walls")
    await ring_me(world)
    await world.says("ann", "/forget")
    await world.says("ann", "yes")
    assert "Ann Example" not in world.last("staff").text
    with world.core.database.reading() as session:
        (lead,) = session.scalars(select(Lead))
        assert (lead.applicant_name, lead.contact, lead.chat_id) == (None, None, None)
        assert lead.status == "withdrawn"
    await world.says("ann", "/mydata")
    assert "Ann Example" not in "".join(world.heard("ann")[-3:])


async def test_a_card_shows_what_became_of_its_lead(world: World) -> None:
    await ring_me(world)
    assert "Claim" in [key.button.label for key in world.last("staff").keys]
    reference = next(word for word in world.last("staff").text.split() if "LCR-" in word)
    reference = reference.removeprefix("<b>").removesuffix("</b>")
    await world.says("alex", f"/done {reference} We rang & it's fine.", chat="staff")
    card = next(parcel for _at, parcel in reversed(world.sender.sent) if parcel.edits)
    assert "We rang &amp; it&#39;s fine." in card.text or "We rang &amp; it's fine." in card.text
    assert [key.button.label for key in card.keys] == ["Reopen"]
    await world.says("ann", "/forget")
    await world.says("ann", "yes")
    card = next(parcel for _at, parcel in reversed(world.sender.sent) if parcel.edits)
    assert "withdrawn" in card.text
    assert "Nobody can be reached" in card.text
