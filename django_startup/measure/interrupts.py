"""Signals that end a command, kept until nothing is half done: what is open gets closed, whenever they arrive."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType

ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

arrived: list[int] = []


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """
    A block that no signal interrupts: SIGINT, SIGTERM and SIGHUP take effect at the next check() or at its end.

    An exception raised by a signal handler may come between making a directory and noting that it has to be removed, or
    in the middle of removing it. Signals that are ignored stay so, as under nohup. Blocks may be nested; in other
    threads than the main one, which no signal interrupts, there is nothing to do.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDING_SIGNALS}
    kept = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
    try:
        for number in kept:
            signal.signal(number, keep)
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        check()


def has_arrived() -> bool:
    """Whether a signal waits to take effect."""
    return bool(arrived)


def keep(number: int, frame: FrameType | None) -> None:
    arrived.append(number)


def check() -> None:
    """Let a signal that has arrived take effect: a KeyboardInterrupt, or a SystemExit with the shell's code for it."""
    if not arrived:
        return
    number = arrived[0]
    arrived.clear()
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    sys.exit(128 + number)
