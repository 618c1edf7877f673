"""Links into the chat through the whole assistant, to the card that staff see."""

import re
from datetime import timedelta
from pathlib import Path

import vobject

from storage import calls, chats
from storage.late_links import make_late_link
from tests.pipeline.test_first_buttons import answer
from tests.world import World, open_world

CODE = "ageing_well"


async def to_the_receipt(world: World, who: str) -> None:
    """Yes to each yes or no, a name, else the first button."""
    for _turn in range(25):
        if any("LCR-" in text for text in world.heard(who)):
            return
        await answer(world, who)
    raise AssertionError("\n\n".join(world.heard(who)))


async def close(world: World) -> None:
    """Some days after the deadline."""
    await world.core.database.write(world.core.load_samples)
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code=CODE)
        assert call is not None
        closes_at = call.closes_at
    world.clock.move_to(closes_at + timedelta(days=2))


def late_token(world: World, *, days: int = 3) -> str:
    """What `calls late` hands out."""
    now = world.clock.now()
    with world.core.database.transaction() as session:
        call = calls.find_call(session, code=CODE)
        assert call is not None
        return make_late_link(
            session, call, expires_at=now + timedelta(days=days), by="Alex", now=now
        )


async def test_the_source_of_the_link_is_on_the_card(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        await world.says("sam", f"/start call-{CODE}-library")
        await to_the_receipt(world, "sam")
        assert "Came by a link on:</b> library" in world.last("staff").text
        await world.says("sam", "/mydata")
        assert any("stood on: library" in text for text in world.heard("sam"))
        with world.core.database.reading() as session:
            chat_id = chats.find_chat_id(session, channel="preview", external_id="sam") or 0
            assert chats.get_chat(session, chat_id).source == "library"


async def test_the_calendar_file_is_written_when_it_goes_out(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        await world.says("sam", f"/start call-{CODE}-web")
        await world.presses("sam", "Add to my calendar")
        sent = world.last("sam")
        assert sent.document is None
        assert sent.file is not None
        assert sent.file.name == f"{CODE}.ics"
        event = vobject.readOne(sent.file.content.decode()).vevent
        assert event.uid.value == f"{CODE}@lcr.calls"
        assert "Growing old round here" in event.summary.value
        assert [key.button.label for key in sent.keys][-1] == "Menu"


async def test_somebody_with_a_late_link_applies_after_the_deadline(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path) as world:
        await close(world)
        token = late_token(world)
        await world.says("sam", f"/start late-{token}")
        opened = "\n".join(world.heard("sam"))
        assert re.search(
            r"Growing old round here.*you can still apply, until .*5pm on", opened, re.DOTALL
        )
        await to_the_receipt(world, "sam")
        assert "That's just for you" in "\n".join(world.heard("sam"))
        card = world.last("staff").text
        assert "Growing old round here" in card
        assert "<b>Late:</b>" in card


async def test_a_late_link_works_once_and_not_for_ever(database_url: str, tmp_path: Path) -> None:
    with open_world(database_url, tmp_path) as world:
        await close(world)
        token = late_token(world)
        await world.says("sam", f"/start late-{token}")
        await world.says("kim", f"/start late-{token}")
        assert "opened by somebody already" in world.last("kim").text
        assert world.last("kim").keys[0].button.label == "Talk to a person"
        await world.says("kim", "/eligibility")
        assert "Growing old" not in "\n".join(world.heard("kim"))
        world.clock.move_on(timedelta(days=4))
        await world.says("sam", f"/start late-{token}")
        assert any("extra time" in text for text in world.heard("sam")[-2:])
