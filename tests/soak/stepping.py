"""`python -m tests.soak.stepping run`: the assistant, on a machine whose clock is not right.

How many seconds it is off stands in a file of the process's folder; without one it is none.
"""

import os
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.__main__ import app
from bot.clock import SystemClock

CLOCK = "clock"
_now = SystemClock.now


def set_clock(folder: Path, seconds: float) -> None:
    """From now on the process of this folder is so far off."""
    made = folder / "clock.new"
    made.write_text(str(seconds))
    made.rename(folder / CLOCK)


def now(self: SystemClock) -> datetime:
    """What the clock shows."""
    off = 0.0
    with suppress(FileNotFoundError):
        off = float(Path(os.environ["DATA_DIR"], CLOCK).read_text())
    return _now(self) + timedelta(seconds=off)


if __name__ == "__main__":
    SystemClock.now = now  # type: ignore[method-assign]
    app()
