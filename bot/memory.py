"""What the process asks the C library for, so that it holds little memory. Elsewhere than with
glibc nothing is asked."""

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # as in <malloc.h>
_LARGE = 1 << 20  # bytes: what is larger goes back as soon as it is not needed


def hold_little() -> None:
    """Call it before threads begin: each would get a heap of its own, with gaps of its own."""
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL("libc.so.6")
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)


def give_back() -> None:
    """What reading a model takes for a moment would be kept for good: a hundred megabytes."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
