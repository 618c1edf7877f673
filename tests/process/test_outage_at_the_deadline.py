"""The process is not there when a call closes. What was pressed meanwhile counts, if it comes in
soon after; and it is marked. The machine's clock is moved, nobody waits for a deadline."""

import re
import time
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import SystemClock
from tests.botapi import BotApi, Group, Person
from tests.process.assistant import Assistant
from tests.soak.stepping import set_clock

MINUTE = timedelta(minutes=1)
CALL = """
calls:
  - code: garden_soon
    title: Gardens together
    theme: community_assets
    summary: For people who want to open up a green space.
    opens_at: 2026-01-01 09:00
    closes_at: {closes_at}
    criteria: []
"""
TO_SEND = {
    "somebody else": "no",
    "OK with you": "yes",
    "your name": "Ann Example",
    "get in touch": "here on telegram",
}


class Setting:
    """A call, the people, and where the clock stands."""

    def __init__(self, assistant: Assistant, api: BotApi) -> None:
        self.assistant = assistant
        self.ann: Person = api.person("Ann", last_name="Example")
        self.desk: Group = api.group("Staff desk", members=[api.person("Alex")])
        local = SystemClock().now().astimezone(ZoneInfo("Europe/London"))
        self.deadline = (local + timedelta(hours=1)).replace(second=0, microsecond=0)
        assistant.module = "tests.soak.stepping"
        assistant.set("STAFF_CHAT_ID", str(self.desk.id))

    async def start(self, since: timedelta) -> None:
        """Start when the deadline is so long ago, or so far ahead if it is less than nothing."""
        await self.assistant.kill()
        self.move_to(since)
        await self.assistant.start()

    def move_to(self, since: timedelta) -> None:
        moment = self.deadline + since
        set_clock(self.assistant.folder, moment.timestamp() - time.time())

    async def ready_to_send(self, folder: Path) -> None:
        """All is said, and nothing is left but to press."""
        path = folder / "calls.yml"
        path.write_text(CALL.format(closes_at=self.deadline.strftime("%Y-%m-%d %H:%M")))
        code, _out, err = await self.assistant.command("calls", "import", str(path))
        assert code == 0, err
        await self.ann.start("call-garden_soon")
        await self.ann.receives(button="Tell us your idea")
        await self.ann.send("send my idea")
        for question, words in TO_SEND.items():
            await self.ann.receives(question)
            await self.ann.send(words)
        await self.ann.receives("Gardens together", "Ann Example")
        await self.ann.receives(button="Yes, send it")


@pytest.fixture
def setting(assistant: Assistant, api: BotApi) -> Setting:
    return Setting(assistant, api)


async def test_pressed_while_we_were_down_it_counts_and_is_marked(
    setting: Setting, tmp_path: Path
) -> None:
    ann, desk = setting.ann, setting.desk
    await setting.start(since=-10 * MINUTE)
    await setting.ready_to_send(tmp_path)
    await setting.assistant.kill()
    await ann.press("Yes, send it")
    await setting.start(since=10 * MINUTE)
    receipt = await ann.receives("LCR-", "our fault")
    assert re.search(r"couldn't take anything in from .* to ", receipt.text)
    card = await desk.receives("Ann Example", "Counted:", "intake was down from")
    assert "Gardens together" in card.text


async def test_pressed_long_after_we_were_back_it_does_not(
    setting: Setting, tmp_path: Path
) -> None:
    ann = setting.ann
    await setting.start(since=-10 * MINUTE)
    await setting.ready_to_send(tmp_path)
    await setting.start(since=10 * MINUTE)
    await ann.send("/calls")  # we are back, and take things in
    await ann.receives("closed at")
    setting.move_to(55 * MINUTE)
    await ann.press("Yes, send it")
    await ann.receives("I'm sorry", "closed at", button="Tell me when the next opens")
    assert "LCR-" not in str(ann.transcript)
