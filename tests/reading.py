"""Content read once for all tests of a process: it never changes, and reading it takes longer than
most of them."""

import gc
from functools import lru_cache
from pathlib import Path

from dialogues.book import Book
from dialogues.loader import files, open_book

Stamp = tuple[tuple[Path, int, int], ...]


def read_once(folder: Path) -> Book:
    """The content of the folder as its files are now. Raises ContentError."""
    stats = ((path, path.stat()) for path in files(folder))
    return _read(folder, tuple((path, it.st_mtime_ns, it.st_size) for path, it in stats))


@lru_cache(maxsize=8)  # whole folders of a test's own come and go
def _read(folder: Path, _stamp: Stamp) -> Book:
    book = open_book(folder)
    gc.collect()
    gc.freeze()  # it stays as long as the process: it need not be looked through again and again
    return book
