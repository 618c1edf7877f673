"""Links into the chat through the whole assistant, to the card that staff see."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import vobject

from actions.calls.call_changes import act_on_call
from actions.times.planning import replan_call
from storage import calls, chats
from storage.late_links import make_late_link
from tests.pipeline.test_first_buttons import answer
from tests.pipeline.test_reminders import LONDON
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


async def test_the_call_is_open_to_who_has_leave_until_their_own_end(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path) as world:
        await close(world)
        await world.says("sam", f"/start late-{late_token(world)}")
        for question in ("/calls", "what is open"):
            for who in ("sam", "kim"):
                await world.says(who, question)
            listed = listing(world, "sam")
            assert "Growing old round here" in listed[0]
            assert "you can still apply, until" in listed[0]
            assert "Growing old round here" not in "".join(listed[1:])
            assert "Growing old round here" in listing(world, "kim")[-1]
        world.clock.move_on(timedelta(days=3))
        await world.says("sam", "/calls")
        assert "Growing old round here" in listing(world, "sam")[-1]


async def test_the_calendar_file_carries_the_end_of_who_has_leave(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path) as world:
        await close(world)
        end = world.clock.now() + timedelta(days=3)
        await world.says("sam", f"/start late-{late_token(world)}")
        await world.presses("sam", "Add to my calendar")
        sent = world.last("sam")
        assert sent.file is not None
        event = vobject.readOne(sent.file.content.decode()).vevent
        assert event.uid.value == f"{CODE}@lcr.calls"
        assert event.dtstart.value == end
        assert event.summary.value.startswith("Last moment to apply")
        assert int(event.sequence.value) == sequence(world) + 1
        assert event.valarm_list
        assert f"{end.astimezone(LONDON):%A}" in sent.text
        await world.says("kim", "/start")
        await world.says("kim", "add to my calendar")  # what is left for others is one call
        file = world.last("kim").file
        assert file is not None
        assert file.name == "community_assets_next.ics"


def sequence(world: World) -> int:
    with world.core.database.reading() as session:
        call = calls.find_call(session, code=CODE)
        assert call is not None
        return call.sequence


def listing(world: World, who: str) -> list[str]:
    """What stands under each heading of the newest list of calls: open, coming, closed."""
    newest = [text for text in world.heard(who) if "<b>Closed</b>" in text][-1]
    return re.split(r"<b>Open now</b>|<b>Opening next</b>|<b>Closed</b>", newest)[1:]


@pytest.mark.parametrize("follows", ["before", "after"])
async def test_who_follows_the_call_is_reminded_of_their_own_end(
    database_url: str, tmp_path: Path, follows: str
) -> None:
    with open_world(database_url, tmp_path) as world:
        await world.core.database.write(world.core.load_samples)
        if follows == "before":
            for who in ("sam", "kim"):
                await world.says(who, "/remind")
                await world.presses(who, "Growing old round here (illustrative)")
        await close(world)
        await world.live_until(world.clock.now())
        begun = world.clock.now()
        await world.says("sam", f"/start late-{late_token(world)}")
        if follows == "after":
            await world.presses("sam", "Remind me before it closes")
        await world.says("sam", "my reminders")
        assert any("Growing old round here" in text for text in world.heard("sam")[-3:])
        end = begun + timedelta(days=3)
        await world.live_until(end + timedelta(days=2))
        reminded = {who: reminders(world, who, since=begun) for who in ("sam", "kim")}
        assert reminded["kim"] == []
        moments = [at for at, _text in reminded["sam"]]
        assert moments
        assert all(begun < at < end for at in moments)
        assert all("Growing old round here" in text for _at, text in reminded["sam"])
        assert f"{end.astimezone(LONDON):%A}" in reminded["sam"][0][1]


def reminders(world: World, who: str, *, since: datetime) -> list[tuple[datetime, str]]:
    return [
        (at, parcel.text)
        for at, parcel in world.sender.sent
        if parcel.external_chat_id == who and "⏰" in parcel.text and at >= since
    ]


async def test_reminders_of_extra_time_stand_when_the_plan_changes_and_end_with_a_withdrawal(
    database_url: str, tmp_path: Path
) -> None:
    with open_world(database_url, tmp_path) as world:
        await close(world)
        begun = world.clock.now()
        for who in ("sam", "kim"):
            await world.says(who, f"/start late-{late_token(world, days=6)}")
            await world.presses(who, "Remind me before it closes")
        with world.core.database.transaction() as session:
            call = calls.find_call(session, code=CODE)
            assert call is not None
            saved = call.reminders = ["3d", "2h"]
            planned = replan_call(
                session, call, programme=world.core.programme, now=world.clock.now()
            )
        assert (saved, planned) == (["3d", "2h"], 2)
        await world.live_until(begun + timedelta(days=4))
        assert len(reminders(world, "sam", since=begun)) == 1
        with world.core.database.transaction() as session:
            act_on_call(
                session,
                "withdraw",
                CODE,
                by="Ann",
                programme=world.core.programme,
                now=world.clock.now(),
            )
        await world.live_until(begun + timedelta(days=7))
        assert len(reminders(world, "sam", since=begun)) == 1


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
