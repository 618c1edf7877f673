"""CPU time of other processes, from /proc."""

import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def cpu_of_tree(pid: int) -> float:
    """CPU seconds of a process and everything it has started, living or reaped."""
    return sum(_seconds(each) for each in _tree(pid))


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process and its children."""
    pages = sum(int(_read(each, "statm").split()[1]) for each in _tree(pid))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _tree(pid: int) -> Iterator[int]:
    yield pid
    children = Path(f"/proc/{pid}/task/{pid}/children")
    if children.exists():
        for child in children.read_text().split():
            yield from _tree(int(child))


def _seconds(pid: int) -> float:
    """User and system time, with that of children who have ended."""
    fields = _read(pid, "stat").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


def _read(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text()
    except FileNotFoundError:  # it ended between two looks
        return ") " + "0 " * 40
