"""Bots as processes of their own, each with an emulated Bot API to itself."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.botapi import BotApi, Limits
from tests.process.assistant import ROOT, Assistant

NO_LIMITS = Limits(on=False)


def assistant_for(api: BotApi, url: str, folder: Path, **settings: str) -> Assistant:
    """The assistant on this database, not started yet; it logs what goes wrong."""
    folder.mkdir(parents=True, exist_ok=True)
    return Assistant(
        {
            "TELEGRAM_TOKEN": api.token,
            "TELEGRAM_API_URL": api.url,
            "DATABASE_URL": url,
            "QUIET_HOURS": "off",
            "PREVIEW": "off",
            "LOG_LEVEL": "WARNING",
            **settings,
        },
        folder=folder,
    )


@asynccontextmanager
async def serving(api: BotApi, url: str, folder: Path, **settings: str) -> AsyncIterator[Assistant]:
    """The assistant, running with the sample calls."""
    assistant = assistant_for(api, url, folder, **settings)
    await assistant.start("--samples")
    try:
        yield assistant
        await assistant.stop()
    finally:
        await assistant.kill()


@asynccontextmanager
async def echoing(api: BotApi) -> AsyncIterator[int]:
    """The echo bot, polling; yields the number of its process."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.pipeline.echo_bot",
        cwd=ROOT,
        env={**os.environ, "TELEGRAM_API_URL": api.url, "TELEGRAM_TOKEN": api.token},
    )
    try:
        await api.called("getUpdates")
        yield process.pid
    finally:
        process.kill()
        await process.wait()
