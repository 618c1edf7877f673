"""Words that staff publish count in every process, from the next turn on."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bot.core import open_core
from bot.pipeline.signals import Signals
from dialogues.rewording import Words, words_of
from storage import rewordings, staff
from storage.models import Rewording, StaffMember
from storage.staff import Role
from tests.content import EditableContent
from tests.desk.team import enrol
from tests.reading import read_once
from tests.world import World, open_world

WAS = "How this works"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        enrol(opened, "mia", Role.MANAGER)
        yield opened


def mia(session: Session) -> StaffMember:
    found = staff.find_member(session, channel="preview", external_id="mia")
    assert found is not None
    return found


def write(world: World, text: str, *, name: str = "utter_help", seen: int | None = None) -> int:
    """A draft; its number."""
    was = words_of(world.core.content, name, "en")
    with world.core.database.transaction() as session:
        return rewordings.save_draft(
            session,
            response=name,
            language="en",
            words=[Words(text, was[0].buttons).to_json()],
            was=[it.to_json() for it in was],
            seen=seen,
            by=mia(session),
            now=world.clock.now(),
        ).id


def publish(world: World, draft_id: int, *, instead_of: int | None = None) -> None:
    with world.core.database.transaction() as session:
        draft = session.get_one(Rewording, draft_id)
        rewordings.publish(
            session, draft, instead_of=instead_of, by=mia(session), now=world.clock.now()
        )


async def look(world: World) -> None:
    assert world.core.rewordings is not None
    await world.core.rewordings.look_now()


async def test_a_draft_is_for_staff_and_published_words_for_all(world: World) -> None:
    draft = write(world, "<b>In short</b>: press a button.")
    await look(world)
    await world.says("ann", "/help")
    assert WAS in world.heard("ann")[-1]
    publish(world, draft)
    await look(world)
    await world.says("ann", "/help")
    assert "In short" in world.heard("ann")[-1]
    with world.core.database.transaction() as session:
        rewordings.end(session, "utter_help", "en", expected=draft, now=world.clock.now())
    await look(world)
    await world.says("ann", "/help")
    assert WAS in world.heard("ann")[-1]


async def test_another_process_hears_of_it_by_itself(world: World) -> None:
    with open_core(world.core.settings, clock=world.clock, read=read_once) as elsewhere:
        assert elsewhere.rewordings is not None
        signals = Signals()
        looking = asyncio.create_task(elsewhere.rewordings.run(signals))
        publish(world, write(world, "In short: press a button."))
        for _ in range(200):
            if "In short" in elsewhere.wording.say("utter_help", {}):
                break
            await asyncio.sleep(0.05)
        assert "In short" in elsewhere.wording.say("utter_help", {})
        signals.stop()
        await looking
    # and from its start on
    with open_core(world.core.settings, clock=world.clock, read=read_once) as later:
        assert "In short" in later.wording.say("utter_help", {})


async def test_a_turn_ends_in_the_words_it_began_with(world: World) -> None:
    """The rooms that have taken it keep their content, whatever is published meanwhile."""
    live = world.core.live
    assert live is not None
    begun = world.core.saying(live.current())
    publish(world, write(world, "In short: press a button."))
    await look(world)
    assert WAS in begun.wording.say("utter_help", {})
    assert "In short" in world.core.wording.say("utter_help", {})


async def test_of_two_who_publish_at_once_one_is_told(world: World) -> None:
    publish(world, first := write(world, "First"))
    second = write(world, "Second")
    with pytest.raises(rewordings.StaleError):
        publish(world, second)  # written before the first was there
    with pytest.raises(rewordings.StaleError):
        publish(world, first, instead_of=first)  # that is published already
    publish(world, second, instead_of=first)
    await look(world)
    assert world.core.wording.say("utter_help", {}) == "Second"
    with world.core.database.reading() as session:
        found = rewordings.published(session, "utter_help", "en")
        assert [it.id for it in found] == [second, first]
        assert found[1].ended_at is not None


async def test_many_at_once_leave_one_that_counts(world: World) -> None:
    """Each in a transaction of its own, all from the same page."""
    before = write(world, "Before")
    publish(world, before)
    made = []
    for number in range(4):
        with world.core.database.transaction() as session:
            row = Rewording(
                response="utter_help",
                language="en",
                words=[{"text": f"Number {number}", "buttons": []}],
                was=[],
                made_at=world.clock.now(),
            )
            session.add(row)
            session.flush()
            made.append(row.id)

    def put(session: Session, draft_id: int) -> None:
        draft = session.get_one(Rewording, draft_id)
        rewordings.publish(session, draft, instead_of=before, by=mia(session), now=draft.made_at)

    done = await asyncio.gather(
        *(world.core.database.write(lambda s, it=it: put(s, it)) for it in made),  # type: ignore[misc]
        return_exceptions=True,
    )
    assert [it for it in done if it is None] == [None]
    assert sum(isinstance(it, rewordings.StaleError) for it in done) == 3
    with world.core.database.reading() as session:
        assert len(rewordings.counting(session)) == 1


async def test_nobodys_draft_is_written_over_unseen(world: World) -> None:
    first = write(world, "First")
    with pytest.raises(rewordings.StaleError):
        write(world, "Second")
    second = write(world, "Second", seen=first)
    with world.core.database.reading() as session:
        assert [it.id for it in rewordings.drafts(session)] == [second]


async def test_words_for_what_a_file_no_longer_has_leave_all_else_alone(world: World) -> None:
    with world.core.database.transaction() as session:
        session.add(
            Rewording(
                response="utter_gone",
                language="en",
                words=[{"text": "x", "buttons": []}],
                was=[],
                made_at=world.clock.now(),
                published_at=world.clock.now(),
            )
        )
    publish(world, write(world, "In short: press a button."))
    await look(world)
    assert world.core.live is not None
    assert list(world.core.live.misfits.values()) == ["there is no such response any more"]
    await world.says("ann", "/help")
    assert "In short" in world.heard("ann")[-1]


async def test_edited_files_and_published_words_go_together(
    sqlite_url: str, tmp_path: Path
) -> None:
    content = EditableContent.copied_to(tmp_path / "dialogues")
    with open_world(sqlite_url, tmp_path, dialogues=content.folder, dev=True) as world:
        enrol(world, "mia", Role.MANAGER)
        publish(world, write(world, "In short: press a button."))
        await look(world)
        world.clock.move_on(timedelta(seconds=1))
        content.edit("domain/account.yml", "<b>How this works</b>", "<b>How it goes</b>")
        await world.says("ann", "/help")
        assert "In short" in world.heard("ann")[-1]
        with world.core.database.transaction() as session:
            found = rewordings.counting(session)[0]
            rewordings.end(session, "utter_help", "en", expected=found.id, now=world.clock.now())
        await look(world)
        await world.says("ann", "/help")
        assert "How it goes" in world.heard("ann")[-1]
