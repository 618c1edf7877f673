"""Makes the trained model ready in the background: until then, messages are read by likeness.

A model that was trained before is read from its file. Else a process of its own trains it, so that
turns go on meanwhile and the memory that it takes is given back.
"""

import asyncio
import logging
import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from bot import memory
from bot.core import Core
from dialogues.model import Content
from dialogues.understanding.language import Language
from dialogues.understanding.lessons import as_json
from storage import training_examples

log = logging.getLogger(__name__)

LOOKS_EVERY = 2.0  # seconds, at content that may change
NICENESS = 10  # of the training: turns come first
TRAINS_WITHIN = 1500.0  # seconds; a tenth of that does on an idle machine


class Warming:
    """Run in processes that take turns."""

    def __init__(self, core: Core, *, data_dir: Path | None = None) -> None:
        """`data_dir` is where the model is kept, if that is not where all else is."""
        self._core = core
        self._data_dir = data_dir or core.settings.data_dir

    @property
    def _encoder(self) -> Path | None:
        named = self._core.settings.encoder_path
        return named if isinstance(named, Path) else None

    async def run(self) -> None:
        """Put the model into its place; again whenever examples have changed, if they may."""
        if self._core.settings.encoder_path == "off":
            return
        warm: Language | None = None
        signals = self._core.signals
        while not signals.stopping.is_set():
            content = self._content
            if content.language is not warm:
                await self._warm(content, may_train=True)
                warm = content.language
            if self._core.live is None:
                return
            await signals.pause(LOOKS_EVERY)

    async def take_up(self) -> bool:
        """Put the model into its place, if it was trained before. Whether there is one now."""
        if self._core.settings.encoder_path != "off":
            await self._warm(self._content, may_train=False)
        return self._content.language.intents.learner.model is not None

    @property
    def _content(self) -> Content:
        return self._core.live.current() if self._core.live else self._core.content

    async def _warm(self, content: Content, *, may_train: bool) -> None:
        """What goes wrong is logged: the assistant understands less, but it understands."""
        begun = time.monotonic()
        try:
            if await asyncio.to_thread(self._is_at_hand, content):
                await asyncio.to_thread(self._take_up, content)  # which deletes it if it is damaged
            is_missing = not await asyncio.to_thread(self._is_at_hand, content)
            if is_missing and may_train and await self._train(content):
                await asyncio.to_thread(self._take_up, content)
            await self._forget()
        except Exception as error:  # noqa: BLE001 - an encoder may fail in any way
            log.warning("there is no model of intents: %s: %s", type(error).__name__, error)
        else:
            is_ready = content.language.intents.learner.model is not None
            state = "is ready" if is_ready else "is not there; messages are read by likeness"
            log.info("the model of intents %s, after %.1f s", state, time.monotonic() - begun)
        memory.give_back()

    def _is_at_hand(self, content: Content) -> bool:
        """Its imports take longer than a turn may."""
        from dialogues.understanding.classifier import learning  # noqa: PLC0415

        folder = self._data_dir / learning.FOLDER
        return learning.is_at_hand(content.language, folder, self._encoder)

    def _take_up(self, content: Content) -> None:
        from dialogues.understanding.classifier import learning  # noqa: PLC0415

        folder = self._data_dir / learning.FOLDER
        model = learning.at_hand(content.language, folder, self._encoder)
        if model is not None:
            model.judge("warm up")  # what is done the first time takes longer
            content.language.intents.learn(model)

    async def _forget(self) -> None:
        """No model stays that has learnt words that are deleted by now."""
        from dialogues.understanding.classifier import learning  # noqa: PLC0415

        kept = await self._core.database.read(
            lambda session: [(it.intent, it.text) for it in training_examples.everything(session)]
        )
        folder = self._core.settings.data_dir / learning.FOLDER
        if count := await asyncio.to_thread(learning.forget, folder, kept):
            log.info("models that had learnt deleted words: %s, deleted", count)

    async def _train(self, content: Content) -> bool:
        """In a process of its own. Whether it has trained."""
        log.info("training the model of intents, beside the turns: this takes some minutes")
        settings = self._core.settings
        named = {"DATA_DIR": str(self._data_dir.absolute())}
        if self._encoder is not None:
            named["ENCODER_PATH"] = str(self._encoder.absolute())
        folder = str(settings.dialogues.absolute())
        command = (sys.executable, "-m", "dialogues", "train", folder, "--more", "-")
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=Path(__file__).parents[1],
            env={**os.environ, "ENCODER_PATH": "", **named},
            stdin=asyncio.subprocess.PIPE,  # residents' words are written to no file
            stdout=asyncio.subprocess.DEVNULL,
        )
        with suppress(OSError):  # it may have ended
            os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
        try:
            async with asyncio.timeout(TRAINS_WITHIN):
                lessons = as_json(content.language.intents.lessons).encode()
                await self._core.signals.unless_stopped(process.communicate(lessons))
                return process.returncode == 0
        except TimeoutError:
            log.warning("training took more than %.0f s, and was given up", TRAINS_WITHIN)
            return False
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
