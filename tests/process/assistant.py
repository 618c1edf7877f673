"""The assistant as a real process, started the way an operator starts it."""

import asyncio
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_WITHIN = 30.0
MOST_EXAMPLES = 40  # in each list, where a test has content of its own


def lighter(folder: Path) -> Path:
    """The shipped content with a few examples of each intent, so that it is soon trained with."""
    made = shutil.copytree(ROOT / "dialogues", folder / "dialogues")
    for path in (*(made / "nlu").glob("danger_*.yml"), made / "nlu" / "harmless.yml"):
        path.unlink()  # more of what other files have
    for path in (made / "nlu").glob("*.yml"):
        kept, seen = [], 0
        for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
            seen = seen + 1 if line.startswith("      - ") else 0
            if seen <= MOST_EXAMPLES:
                kept.append(line)
        path.write_text("".join(kept), encoding="utf-8")
    return made


class Assistant:
    """One `python -m bot run`. It can be killed and started again on the same data.

    `module` stands in for `bot`, for a process with something wrong in it.
    """

    def __init__(self, settings: Mapping[str, str], *, folder: Path, module: str = "bot") -> None:
        self._settings = {
            "DATA_DIR": str(folder),
            "PORT": "0",
            "LOG_LEVEL": "INFO",
            "ENCODER_PATH": "off",  # it takes time to train, and would be ready at any moment
            **settings,
        }
        self.module = module
        self.folder = folder
        self._log = folder / "assistant.log"
        self._process: asyncio.subprocess.Process | None = None
        self.url = ""
        self.started_in = 0.0  # seconds, the last time it was ready: how slow this machine is now

    @property
    def log(self) -> str:
        """Everything it has written to stderr, over all its lives."""
        return self._log.read_text() if self._log.exists() else ""

    @property
    def pid(self) -> int:
        """The number of the running process."""
        assert self._process is not None, "it does not run"
        return self._process.pid

    def set(self, name: str, value: str) -> None:
        """Change a setting; it counts from the next start."""
        self._settings[name] = value

    async def start(self, *options: str) -> None:
        """Start it and wait until it says that it is ready."""
        began = time.monotonic()
        with self._log.open("a") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                self.module,
                "run",
                *options,
                cwd=ROOT,
                env=self._environment(),
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_WITHIN):
            line = (await self._process.stdout.readline()).decode()
        ready = re.fullmatch(r"ready (http://\S+/)\n", line)
        assert ready, f"said {line!r}\n{self.log}"
        self.url = ready[1]
        self.started_in = time.monotonic() - began

    async def next_line(self) -> str:
        """What it says next on stdout, after that it is ready."""
        assert self._process is not None, "it does not run"
        assert self._process.stdout is not None
        async with asyncio.timeout(START_WITHIN):
            return (await self._process.stdout.readline()).decode().rstrip("\n")

    def send(self, how: signal.Signals) -> None:
        """Send it a signal, and do not wait."""
        assert self._process is not None, "it does not run"
        self._process.send_signal(how)

    async def ended(self) -> int:
        """Wait until it ends by itself; its exit code, or minus the signal's number."""
        assert self._process is not None, "it does not run"
        return await self._process.wait()

    async def kill(self) -> None:
        """End it at once, wherever it is."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        return await self._end(signal.SIGTERM)

    async def command(
        self, *words: str, stdin: str = "", within: float = 60
    ) -> tuple[int, str, str]:
        """Run another command beside it: exit code, stdout, stderr."""
        process = await self.begin(*words)
        async with asyncio.timeout(within):
            out, err = await process.communicate(stdin.encode())
        return process.returncode or 0, out.decode(), err.decode()

    async def begin(self, *words: str) -> asyncio.subprocess.Process:
        """Start another command beside it; whoever began it ends it."""
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *words,
            cwd=ROOT,
            env=self._environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(how)
        async with asyncio.timeout(20):
            return await process.wait()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, **self._settings}
