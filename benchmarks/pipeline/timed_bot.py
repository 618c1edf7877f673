"""`python -m benchmarks.pipeline.timed_bot run`: the assistant, which notes how long claims take.

Milliseconds are appended to the file that CLAIM_TIMES names, one a line.
"""

import importlib
import os
import time
from pathlib import Path
from typing import Any

from bot.__main__ import app

PLACES = ("bot.pipeline.cycles", "storage.outbox")  # where delivery finds `claim`


def note_claims(file: Path) -> None:
    """Put a stop-watch around the claim of what is due."""
    for place in PLACES:
        try:
            module: Any = importlib.import_module(place)
        except ModuleNotFoundError:
            continue
        if hasattr(module, "claim"):
            module.claim = _timed(module.claim, file)
            return
    raise LookupError("nowhere is anything claimed")


def _timed(claim: Any, file: Path) -> Any:
    def timed(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        claimed = claim(*given, **named)
        took = time.perf_counter() - began
        with file.open("a") as times:
            times.write(f"{1000 * took:.3f}\n")
        return claimed

    return timed


if __name__ == "__main__":
    note_claims(Path(os.environ["CLAIM_TIMES"]))
    app()
