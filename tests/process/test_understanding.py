"""The model of intents in a real process: ready in the background, in little memory."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from dialogues.loader import load
from dialogues.understanding.classifier import learning
from tests.process.assistant import ROOT, Assistant, lighter

KEPT = ROOT / "build" / learning.FOLDER
READY = re.compile(r"the model of intents is ready, after ([\d.]+) s")
WITHIN = 1500.0  # seconds, where it is trained first and the machine is busy
MOST = 400  # megabytes


@pytest.fixture
async def assistant(tmp_path: Path) -> AsyncIterator[Assistant]:
    process = Assistant({"ENCODER_PATH": ""}, folder=tmp_path)
    yield process
    await process.kill()


async def _is_ready(assistant: Assistant) -> float:
    async with asyncio.timeout(WITHIN):
        while not (found := READY.search(assistant.log)):  # noqa: ASYNC110 - it only writes
            await asyncio.sleep(0.2)
    return float(found[1])


def _megabytes(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) // 1024


@pytest.mark.timeout(1700)
async def test_it_is_trained_at_the_first_start_and_kept(assistant: Assistant) -> None:
    """While it is trained, pages and buttons are there."""
    assistant.set("DIALOGUES", str(lighter(assistant.folder)))
    await assistant.start()
    async with aiohttp.ClientSession() as web, web.get(assistant.url + "?as=ann") as page:
        assert page.status == 200
    assert not READY.search(assistant.log)
    await _is_ready(assistant)
    kept = list((assistant.folder / learning.FOLDER).glob("model-*.npz"))
    assert len(kept) == 1
    assert await assistant.stop() == 0


@pytest.mark.timeout(1700)
async def test_with_all_examples_it_takes_little_memory(assistant: Assistant) -> None:
    learning.learn(load(ROOT / "dialogues").language, KEPT, None)  # if it is not kept already
    shutil.copytree(KEPT, assistant.folder / learning.FOLDER)
    await assistant.start()
    await _is_ready(assistant)
    assert _megabytes(assistant.pid) <= MOST
    assert await assistant.stop() == 0


@pytest.mark.timeout(120)
async def test_it_stops_while_it_trains(assistant: Assistant) -> None:
    await assistant.start()
    await asyncio.sleep(1)
    assert await assistant.stop() == 0
    assert "trained" not in assistant.log
    assert not READY.search(assistant.log)
