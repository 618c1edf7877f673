"""A resident's whole journey through the real process, from hello to staff's answer."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant

CALL = """
calls:
  - code: garden_2026
    title: Gardens together
    theme: community_assets
    summary: For people who want to open up a green space.
    opens_at: 2026-01-01 09:00
    closes_at: 2036-12-31 17:00
    criteria:
      - fact: borough
        one_of: [knowsley, liverpool]
        unmet: "no"
        met: It happens in Knowsley or Liverpool.
        unmet_text: It has to happen in Knowsley or Liverpool.
        fix: Ask your own council.
        instead: incubator
      - fact: adult
        is: true
        unmet: not_yet
        met: You are 18 or over.
        unmet_text: You need to be 18.
        fix: Ask an adult to apply with you.
"""


@pytest.fixture
def staff(api: BotApi) -> tuple[Person, Group]:
    """A caseworker, and the group where leads arrive."""
    alex = api.person("Alex", last_name="Sample")
    return alex, api.group("Staff desk", members=[alex])


@pytest.fixture
async def running(assistant: Assistant, staff: tuple[Person, Group], tmp_path: Path) -> Assistant:
    """The assistant, connected to the staff's group, with one call open."""
    assistant.set("STAFF_CHAT_ID", str(staff[1].id))
    calls = tmp_path / "calls.yml"
    calls.write_text(CALL)
    await assistant.start()
    code, out, err = await assistant.command("calls", "import", str(calls))
    assert (code, out) == (0, "garden_2026: new\n"), err
    return assistant


async def check_eligibility(ann: Person) -> None:
    await ann.start()
    await ann.receives("free", button="Check if I can apply")
    await ann.press("Check if I can apply")
    await ann.receives("Who would be applying")
    await ann.press("A group of us")
    await ann.receives("Where")
    await ann.send("kirkby")
    await ann.receives("18")
    await ann.send("yeah i am")
    await ann.receives("Gardens together")
    await ann.receives(button="Tell us your idea")


async def shape_idea(ann: Person) -> None:
    await ann.press("Tell us your idea")
    await ann.receives("1 of 9")
    await ann.send("The lot in nans sheltered housing sit in all day, I see it every week")
    await ann.receives("2 of 9")
    await ann.voice()
    await ann.receives("3 of 9")
    await ann.send("Raised beds out the back, and a brew after")
    for number in range(4, 9):
        await ann.receives(f"{number} of 9")
        await ann.press("Skip for now")
    await ann.receives("9 of 9")
    await ann.send("Nan's Garden")
    await ann.receives("Nan's Garden")
    await ann.receives(button="Send it to the team")


async def send_lead(ann: Person) -> str:
    """Send it; the receipt's reference."""
    await ann.press("Send it to the team")
    await ann.receives("for somebody else")
    await ann.send("no")
    await ann.receives("OK with you")
    await ann.press("Yes, that's OK")
    await ann.receives("your name")
    await ann.send("Ann Example")
    await ann.receives("get in touch")
    await ann.press("Ring me")
    await ann.receives("number")
    await ann.share_contact("+447700900123")
    await ann.receives(button="Yes, send it")
    await ann.press("Yes, send it")
    receipt = await ann.receives(re.compile(r"LCR-[A-Z0-9]{5}"))
    found = re.search(r"LCR-[A-Z0-9]{5}", receipt.text)
    assert found is not None
    return found[0]


async def test_from_hello_to_staffs_answer(
    running: Assistant, api: BotApi, staff: tuple[Person, Group]
) -> None:
    alex, desk = staff
    ann = api.person("Ann", last_name="Example")
    await check_eligibility(ann)
    await shape_idea(ann)
    reference = await send_lead(ann)

    card = await desk.receives(reference, button="Claim")
    for words in ("Ann Example", "07700 900123", "Knowsley", "Gardens together", "Raised beds"):
        assert words in card.text
    voice = await desk.receives("Sent with it")
    assert voice.medium == "voice"

    await desk.press("Claim", by=alex)
    await desk.receives(reference, "Alex Sample")
    await desk.reply(card, "Hello Ann, can you come in on Tuesday?", by=alex)
    await ann.receives("can you come in on Tuesday", "Alex")
    await ann.send("Tuesday is grand")
    answer = await desk.receives("Tuesday is grand", "Ann Example")
    assert answer.reply_to is not None
    assert answer.reply_to.id == card.id

    code, out, _ = await running.command("leads", "export", "--format", "json")
    (lead,) = json.loads(out)
    assert code == 0
    assert (lead["reference"], lead["kind"], lead["borough"]) == (
        reference,
        "incubator",
        "knowsley",
    )
    assert lead["applicant"] == {
        "kind": "group",
        "name": "Ann Example",
        "contact": "+447700900123",
    }
    assert (lead["call"], lead["verdict"]) == ("garden_2026", "eligible")
    assert lead["assignee"] == "Alex Sample"

    await desk.send(f"/done {reference} We meet on Tuesday at 10.", by=alex)
    await ann.receives("We meet on Tuesday at 10.")
    assert api.violations == []
    for secret in (api.token, "Ann Example", "7700900123", "Raised beds"):
        assert secret not in running.log


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_reminder_a_minute_ahead_comes_on_time(
    assistant: Assistant, api: BotApi, tmp_path: Path
) -> None:
    """The call closes on a full minute; the reminder comes a minute before."""
    await assistant.start()
    closes_at = (datetime.now(UTC) + timedelta(seconds=140)).replace(second=0, microsecond=0)  # noqa: TID251
    local = closes_at.astimezone(ZoneInfo("Europe/London"))
    calls = tmp_path / "calls.yml"
    calls.write_text(
        CALL.replace("2036-12-31 17:00", f"{local:%Y-%m-%d %H:%M}\n    reminders: [1m]")
    )
    code, _out, err = await assistant.command("calls", "import", str(calls))
    assert code == 0, err
    ann = api.person("Ann")
    await ann.start()
    await ann.receives("free")
    await ann.send("/remind")
    await ann.receives(button="Gardens together")
    await ann.press("Gardens together")
    await ann.receives("Gardens together")
    said = await ann.receives("1 minute left", "Gardens together", timeout=100)
    due = closes_at - timedelta(minutes=1)
    assert 0 <= (datetime.now(UTC) - due).total_seconds() < 3.5  # noqa: TID251
    assert said.text
