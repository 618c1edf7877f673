"""The same conversation in a terminal: real turns, real outbox, on a scratch database."""

import asyncio
import html
import itertools
import re
import sys
import tempfile
from pathlib import Path

from bot.clock import SystemClock
from bot.core import Core, open_core
from bot.loops import Channels, build_delivery, build_turns, build_works
from bot.pipeline.arrival import Arrival, Happened, Sender
from bot.pipeline.parcel import Key, Parcel
from bot.pipeline.presses import Presses
from bot.settings import Settings
from bot.tracing import Tracer
from bot.warming import Warming
from storage import accepting, staff
from storage.accepting import Accepted
from storage.chats import ChatKey

CHANNEL = "terminal"
RESIDENT = ChatKey(CHANNEL, "you", "private", "You")
STAFF = ChatKey(CHANNEL, "staff", "group", "Staff chat")
YOU = Sender("you", "You")
_TAG = re.compile(r"<[^>]+>")


class TerminalSender:
    """Prints parcels; the choices of the last one can be pressed by number."""

    def __init__(self) -> None:
        self.keys: tuple[Key, ...] = ()
        self._numbers = itertools.count(1)

    async def send(self, parcel: Parcel) -> int | None:
        """Print it; see `parcel.Sender`."""
        words = html.unescape(_TAG.sub("", parcel.text))
        if parcel.external_chat_id != RESIDENT.external_id:
            _print(_indented(f"[staff chat] {words}", "    | "))
        else:
            _print("\n" + words)
            for file in filter(None, (parcel.picture, parcel.file)):
                _print(f"  ({file.name}, {len(file.content) // 1024} KB)")
            self._show(tuple(key for key in parcel.keys if key.button.payload))
        return parcel.edits or next(self._numbers)

    async def answer_press(self, callback_id: str, text: str | None) -> None:
        """See `parcel.Sender`."""
        if text:
            _print(text)

    async def show_typing(self, external_chat_id: str) -> None:
        """A terminal shows what is typed by itself."""

    def _show(self, keys: tuple[Key, ...]) -> None:
        if keys:
            self.keys = keys
        for number, key in enumerate(keys, 1):
            _print(f"  [{number}] {key.button.label}")


def talk(settings: Settings, *, trace: bool = False) -> None:
    """Talk until end of input; `trace` shows what each turn understood and did. Nothing is kept."""
    tracer = Tracer(colour=sys.stdout.isatty()) if trace else None
    with tempfile.TemporaryDirectory() as folder:
        scratch = settings.on_scratch(Path(folder))
        with open_core(scratch, clock=SystemClock()) as core:
            asyncio.run(_understanding(core, tracer, settings.data_dir))


async def _understanding(core: Core, tracer: Tracer | None, data_dir: Path) -> None:
    """Converse with the model that residents have; where there is none yet, one is trained
    meanwhile."""
    warming = Warming(core, data_dir=data_dir)
    is_ready = await warming.take_up()
    training = None if is_ready else asyncio.create_task(warming.run())
    try:
        await _converse(core, tracer)
    finally:
        if training is not None:
            training.cancel()
            await asyncio.gather(training, return_exceptions=True)


async def _converse(core: Core, tracer: Tracer | None) -> None:
    sender = TerminalSender()
    channels = Channels(
        decoders={CHANNEL: Arrival.from_json},
        senders={CHANNEL: sender},
        answerers={CHANNEL: sender},
    )
    turns = build_turns(core, channels, Presses(channels.answerers).answer, watch=tracer)
    delivery, works = build_delivery(core, channels), build_works(core, channels)
    await core.database.write(core.load_samples)
    await core.database.write(
        lambda session: staff.seed_staff_chat(session, STAFF, now=core.clock.now())
    )
    _print("Type to talk, a number to press a button, Ctrl-D to end. Nothing is kept.")
    line: str | None = "/start"
    number = 0
    while line is not None:
        number += 1
        await _take(core, _arrival(line, number, sender.keys), number)
        while sum([await loop.run_waiting() for loop in (turns, works, delivery)]):
            pass
        for trace_line in tracer.tell() if tracer else ():
            _print(trace_line)
        line = await asyncio.get_running_loop().run_in_executor(None, _read_line)


async def _take(core: Core, arrival: Arrival, number: int) -> None:
    accepted = Accepted(dedupe_key=f"{CHANNEL}:{number}", chat=RESIDENT, payload=arrival.to_json())
    await core.database.write(
        lambda session: accepting.accept(session, accepted, now=core.clock.now())
    )


def _arrival(line: str, number: int, keys: tuple[Key, ...]) -> Arrival:
    chosen = re.fullmatch(r"\[?(\d{1,2})\]?", line.strip())
    if chosen and 1 <= int(chosen[1]) <= len(keys):
        return Arrival(Happened.PRESSED, sender=YOU, token=keys[int(chosen[1]) - 1].token)
    return Arrival(Happened.SAID, sender=YOU, text=line, message_id=-number)


def _read_line() -> str | None:
    """A line that says something; None at the end of input."""
    while True:
        sys.stdout.write("\n> ")
        sys.stdout.flush()
        line = sys.stdin.readline()
        if not line:
            return None
        if line.strip():
            return line.strip()


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line for line in text.splitlines())


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
