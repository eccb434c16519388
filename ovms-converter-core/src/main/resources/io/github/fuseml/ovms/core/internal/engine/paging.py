"""How the pages of large weights come into this process, which is most of the time of writing them.

The Java side sends this file with the first request that converts. Only Linux knows these ways; elsewhere,
and with a kernel before 5.14, everything stays as it is. See madvise(2) and mallopt(3).
"""

import contextlib
import ctypes
import re

LARGE = 16 << 20

POPULATE_READ = 22
TRIM_THRESHOLD, MMAP_MAX = -1, -4
TRIM_THRESHOLD_AT_FIRST, MMAP_MAX_AT_FIRST = 128 << 10, 65536


def map_ahead(limit):
    """Maps the pages of large mapped files at once, before they are read one by one.

    Writing from a page that is not mapped yet ends the write short of it, each time; mapping gigabytes
    ahead takes a twentieth of what that costs. What would not stay in the memory is left as it is.

    ``limit``: the bytes that this process may hold with its files' pages, 0 for what the machine has.
    """
    try:
        files = _large_files()
        if not files:
            return
        available = _available()
        if sum(size for _, size in files) > min(limit or available, available) // 2:
            return
        library = ctypes.CDLL(None)
        library.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        for start, size in files:
            library.madvise(start, size, POPULATE_READ)
    except (OSError, AttributeError, ValueError):
        pass  # Another system, or no /proc: it only takes longer.


def _large_files():
    """Where large files are mapped: address and size; libraries are not meant."""
    found = []
    with open("/proc/self/maps", encoding="utf-8", errors="replace") as maps:
        for line in maps:
            place = re.match(r"(\w+)-(\w+) r.-. \w+ \S+ [1-9]\d* +(/.*)", line)
            if place and ".so" not in place.group(3):
                start, end = int(place.group(1), 16), int(place.group(2), 16)
                if end - start >= LARGE:
                    found.append((start, end - start))
    return found


def _available():
    with open("/proc/meminfo", encoding="ascii") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))


@contextlib.contextmanager
def kept_memory():
    """Has the memory of one tensor's halves used again for those of the next.

    It would otherwise go back to the system and come anew from it, each page emptied first.
    """
    library = None
    try:
        library = ctypes.CDLL(None)
        library.mallopt(MMAP_MAX, 0)
        library.mallopt(TRIM_THRESHOLD, -1)
    except (OSError, AttributeError):
        library = None  # Another library for C.
    try:
        yield
    finally:
        if library is not None:
            library.mallopt(MMAP_MAX, MMAP_MAX_AT_FIRST)
            library.mallopt(TRIM_THRESHOLD, TRIM_THRESHOLD_AT_FIRST)
            library.malloc_trim(0)
