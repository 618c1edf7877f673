"""Content read once for all tests of a process: it never changes, and reading it takes longer than
most of them."""

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
    return open_book(folder)
