"""Serve a world by hand: `python -m tests.botapi [--port N]`, then type as a resident.

Start the bot with the printed settings. A line is a message; `> label` presses a button,
`< words` replies to the bot's latest message, `share` shares the number, `block` and `start`
do what they say. What the bot says appears as it comes; an empty line or Ctrl-D ends it all.
"""

import argparse
import asyncio
import sys

from tests.botapi import BotApi, Group, Person


async def main() -> None:
    arguments = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    arguments.add_argument("--port", type=int, default=8081)
    async with BotApi(port=arguments.parse_args().port) as api:
        ann = api.person("Ann", last_name="Example")
        staff = api.person("Sam", last_name="Staff")
        desk = api.group("Staff desk", members=[staff])
        _say(f"TELEGRAM_API_URL={api.url}\nTELEGRAM_TOKEN={api.token}\nSTAFF_CHAT_ID={desk.id}")
        _say("You are Ann Example; `start` begins. A line that begins with @desk is Sam's.")
        showing = asyncio.create_task(_show(api, ann, desk))
        while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
            try:
                await _act(line, ann, staff, desk)
            except AssertionError as impossible:
                _say(f"! {impossible}")
        showing.cancel()


async def _act(line: str, ann: Person, staff: Person, desk: Group) -> None:
    if line.startswith("@desk"):
        await _act_at_desk(line.removeprefix("@desk").strip(), staff, desk)
        return
    match line[0], line[1:].strip():
        case ">", label:
            await ann.press(label)
        case "<", text:
            await ann.reply(ann.latest, text)
        case _ if line == "start" or line.startswith("start "):
            await ann.start(line[6:].strip() or None)
        case _ if line == "share":
            await ann.share_contact()
        case _ if line == "block":
            await ann.block()
        case _:
            await ann.send(line)


async def _act_at_desk(line: str, staff: Person, desk: Group) -> None:
    match line[:1], line[1:].strip():
        case ">", label:
            await desk.press(label, by=staff)
        case "<", text:
            await desk.reply(desk.latest, text, by=staff)
        case _:
            await desk.send(line, by=staff)


async def _show(api: BotApi, ann: Person, desk: Group) -> None:
    """Print what the bot says, in Ann's chat and at the desk, and what it does wrong."""
    shown = [0, 0, 0]
    while True:
        lists = [
            [str(heard.message) for heard in ann.chat.heard],
            [f"@desk {heard.message}" for heard in desk.chat.heard],
            [f"! {violation}" for violation in api.violations],
        ]
        for lines, start in zip(lists, shown, strict=True):
            for line in lines[start:]:
                _say(line)
        shown = [len(lines) for lines in lists]
        await api.world.signal.wait(3600)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main())
