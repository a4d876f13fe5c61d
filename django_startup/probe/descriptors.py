"""File descriptors of the probe's, which the project may close without knowing them."""

import os

HIGHEST = 4096  # a table of descriptors beyond that takes memory
TRIES = 64


def put_away(descriptor: int) -> int:
    """
    Another descriptor for the same file, with a high number, in place of this one.

    Projects close all descriptors that they do not know. A low number would then be that of one of their own files, to
    which whoever writes by the number would write.
    """
    limit = min(open_files_limit(), HIGHEST)
    for number in range(limit - 1, max(limit - TRIES, descriptor), -1):
        if not is_open(number):
            os.dup2(descriptor, number, inheritable=False)
            os.close(descriptor)
            return number
    return descriptor


def open_files_limit() -> int:
    try:
        limit: int = os.sysconf("SC_OPEN_MAX")  # type: ignore[attr-defined,unused-ignore]
    except (AttributeError, OSError, ValueError):  # the system does not say
        return 0
    return limit


def is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
