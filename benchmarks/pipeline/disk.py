"""How long the disk takes to sync, at the same time as something is measured that waits for it."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVERY = 0.05  # seconds
PAGE = b"\0" * 8192


@contextmanager
def watching_syncs(folder: Path) -> Iterator[list[float]]:
    """Write and sync a page in this folder again and again; the seconds that each took."""
    took: list[float] = []
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(folder / "synced", took, done))
    watcher.start()
    try:
        yield took
    finally:
        done.set()
        watcher.join()


def _watch(path: Path, took: list[float], done: threading.Event) -> None:
    file = os.open(path, os.O_CREAT | os.O_WRONLY)
    while not done.wait(EVERY):
        began = time.monotonic()
        os.pwrite(file, PAGE, 0)
        os.fdatasync(file)
        took.append(time.monotonic() - began)
    os.close(file)
