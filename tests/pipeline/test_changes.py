"""Staff ask for changes to what was sent; the resident is asked just those."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from storage import calls, leads, submissions
from storage.models import Lead
from tests.world import STAFF, World, open_world

CODE = "ageing_well"


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with open_world(database_url, tmp_path, quiet_hours="off") as opened:
        with opened.core.database.transaction() as session:
            opened.core.load_samples(session)
        yield opened


async def send_in(world: World, who: str = "sam") -> str:
    """An idea in three answers; its reference."""
    for words in (f"/start call-{CODE}", "Tell us your idea", "Rust", "skip", "Kids"):
        await world.says(who, words)
    while "Send it to the team" not in labels(world, who):
        await world.says(who, "skip")
    for words in ("Send it to the team", "no", "yes", "Sam", "here on telegram", "yes"):
        await world.says(who, words)
    return reference_in(world.heard(who))


def labels(world: World, who: str) -> list[str]:
    return [key.button.label for key in world.last(who).keys]


def reference_in(heard: list[str]) -> str:
    found = [it[0] for text in heard if (it := re.search(r"LCR-\w{5}", text))]
    return found[-1]


async def staff_say(world: World, words: str) -> str:
    await world.says("alex", words, chat=STAFF)
    return world.last(STAFF).text


def lead_of(world: World, reference: str) -> tuple[Lead, list[dict[str, str]], list[str]]:
    with world.core.database.reading() as session:
        lead = leads.find_by_reference(session, reference=reference)
        assert lead is not None
        found = submissions.submissions_of(session, lead_id=lead.id)
        return lead, [it.idea["answers"] for it in found], [it.standing for it in found]


def closing(world: World) -> datetime:
    with world.core.database.reading() as session:
        call = calls.find_call(session, code=CODE)
        assert call is not None
        return calls.ends_at(call)


async def test_asked_answered_and_in_the_history(world: World) -> None:
    reference = await send_in(world)
    shown = await staff_say(world, f"/changes {reference}")
    assert "1. What's wrong:</b> Rust" in shown
    assert "no answer yet" in shown
    told = await staff_say(world, f"/changes {reference.lower()} 1 2 roughly how many?")
    assert "What's wrong, Who it's for" in told
    assert any("Alex from" in text and "roughly how many?" in text for text in world.heard("sam"))
    assert "You wrote: <i>Rust</i>" in world.heard("sam")[-2]
    await world.says("sam", "Rust, in twenty sheds")
    assert "You wrote: <i>Kids</i>" in world.heard("sam")[-2]
    await world.presses("sam", "Keep it as it is")
    assert "before: Rust" in world.heard("sam")[-2]
    assert "Kids" not in world.heard("sam")[-2]
    await world.presses("sam", "Yes, send it")
    lead, versions, standings = lead_of(world, reference)
    assert [it["idea_problem"] for it in versions] == ["Rust", "Rust, in twenty sheds"]
    assert standings == ["in_time", "in_time"]
    assert lead.status == "resubmitted"
    posts = world.heard(STAFF)
    assert any("sent again" in text.lower() and "Changes answered" in text for text in posts)
    assert any("in version 2" in text and "twenty sheds" in text for text in posts)
    await world.says("sam", "show me what i sent")
    history = world.last("sam").text
    for part in ("sent version 1", "roughly how many?", "sent version 2", "before: Rust"):
        assert part in history


async def test_it_waits_beside_what_they_were_doing_and_through_a_restart(world: World) -> None:
    reference = await send_in(world)
    await world.says("sam", "/eligibility")
    question = world.last("sam").text
    await staff_say(world, f"/changes {reference} what's wrong: say more")
    assert "How would you put it now?" in world.last("sam").text
    await world.presses("sam", "Not now")
    assert world.last("sam").text == question
    await world.says("sam", "/status")
    await world.presses("sam", "Answer what they asked")
    await world.says("sam", "Rust everywhere")
    await world.says("sam", "/start")
    await world.says("sam", "answer what they asked")
    assert "Shall I tell the team?" in world.last("sam").text
    await world.says("sam", "yes")
    assert lead_of(world, reference)[1][-1]["idea_problem"] == "Rust everywhere"


async def test_kindly_reminded_once_and_never_after_it_is_answered(world: World) -> None:
    reference = await send_in(world)
    await staff_say(world, f"/changes {reference} 1 say more")
    await world.live_until(world.clock.now() + timedelta(days=5))
    reminders = [text for text in world.heard("sam") if "slip by" in text]
    assert len(reminders) == 1
    await world.presses("sam", "Answer what they asked")
    assert "You wrote: <i>Rust</i>" in world.heard("sam")[-2]
    await world.presses("sam", "Keep it as it is")
    await world.presses("sam", "Yes, send it")
    assert any("keeps it as it was" in text for text in world.heard(STAFF))
    await staff_say(world, f"/changes {reference} 2 say more")
    await world.presses("sam", "Keep it as it is")
    await world.presses("sam", "Yes, send it")
    await world.live_until(world.clock.now() + timedelta(days=5))
    assert len([text for text in world.heard("sam") if "slip by" in text]) == 1


async def test_it_may_be_answered_after_the_deadline_until_its_own(world: World) -> None:
    reference = await send_in(world)
    world.clock.move_to(closing(world) - timedelta(hours=1))
    await staff_say(world, f"/changes {reference} 1 say more")
    world.clock.move_on(timedelta(days=2))
    await world.says("sam", "Rust and rot")
    await world.presses("sam", "Yes, send it")
    assert lead_of(world, reference)[2] == ["in_time", "on_request"]
    await staff_say(world, f"/changes {reference} 1 and more")
    world.clock.move_on(timedelta(days=9))
    await world.says("sam", "Rust and rot and rats")
    assert "no need to answer" in world.last("sam").text
    assert len(lead_of(world, reference)[1]) == 2


async def test_it_ends_when_the_lead_does(world: World) -> None:
    reference = await send_in(world)
    await staff_say(world, f"/changes {reference} 1 2 say more")
    await world.says("sam", "Rust and rot")
    await staff_say(world, f"/done {reference} All settled.")
    await world.says("sam", "Kids and more")
    assert any("no need to answer" in text for text in world.heard("sam"))
    assert len(lead_of(world, reference)[1]) == 1
    assert "is over" in await staff_say(world, f"/changes {reference} 1 more")


async def test_what_staff_write_wrongly_is_explained(world: World) -> None:
    reference = await send_in(world)
    assert "LCR-XXXXX" in await staff_say(world, "/changes")
    assert "can't find" in await staff_say(world, "/changes LCR-ZZZZZ 1 more")
    told = await staff_say(world, f"/changes {reference} 42 more")
    assert "<b>42</b>" in told
    assert "1. What's wrong" in told
    assert not any("would like to know" in text for text in world.heard("sam"))


async def test_staff_may_ask_anew_at_any_moment(world: World) -> None:
    reference = await send_in(world)
    await staff_say(world, f"/changes {reference} 1 2 say more")
    await staff_say(world, f"/changes {reference} 2 only that, sorry")
    assert "only that, sorry" in "".join(world.heard("sam")[-3:])
    assert "1 of 1 · Who it's for" in world.heard("sam")[-2]
    await world.says("sam", "Kids and mums")
    assert "Shall I tell the team?" in world.last("sam").text
    await staff_say(world, f"/changes {reference} 1 and this")
    assert "You wrote: <i>Rust</i>" in world.heard("sam")[-2]
    await world.says("sam", "Rust and rot")
    assert "now: Kids and mums" in world.heard("sam")[-2]
    await world.presses("sam", "Yes, send it")
    newest = lead_of(world, reference)[1][-1]
    assert (newest["idea_problem"], newest["idea_people"]) == ("Rust and rot", "Kids and mums")
