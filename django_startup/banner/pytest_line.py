"""The line at the end of a session of pytest: how long it took to the first test, and where that went."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from django_startup.banner.process_clocks import process_age, thread_clocks
from django_startup.banner.text import seconds

KEY = "django_startup"  # in what a worker of pytest-xdist tells the process that distributes the tests


class Way(NamedTuple):
    """
    The way to the first test of one process, in nanoseconds without the time in the run queue.

    Attributes:
        configured: From its start until plugins, conftest files and Django were ready.
        collected: From there until all tests were collected.
        started: From there until the first test began: its fixtures, databases among them.
        tests: How many tests were collected.
    """

    configured: int
    collected: int
    started: int
    tests: int

    @property
    def total(self) -> int:
        return self.configured + self.collected + self.started


class SessionLine:
    """A plugin of one session."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.way: Way | None = None
        self.workers: list[Way] = []
        age, clocks = process_age(), thread_clocks()
        # Without the age of the process, what came before the plugin is not known.
        self.before = None if age is None else age - clocks.run_queue_wait
        self.configured = self.collected = clocks.running
        self.tests = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = thread_clocks().running
        self.tests = len(session.items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_call(self) -> None:
        if self.way is None and self.before is not None:
            # Of the two clocks one is read later: a wait in between is in only one of them.
            collecting = max(0, self.collected - self.configured)
            starting = max(0, thread_clocks().running - self.collected)
            self.way = Way(self.before, collecting, starting, self.tests)

    def pytest_sessionfinish(self) -> None:
        output: Any = getattr(self.config, "workeroutput", None)
        if output is not None and self.way is not None:
            output[KEY] = list(self.way)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker of pytest-xdist has ended."""
        told = getattr(node, "workeroutput", {}).get(KEY)
        if told is not None:
            self.workers.append(Way(*told))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        line = sentence(self.way, self.workers)
        if line:
            terminalreporter.write_line(line)


def sentence(way: Way | None, workers: list[Way]) -> str:
    """First test after 3.21 s · ready Django 1.52 s · …; "" where no test has run, or the system does not tell."""
    slowest = max(workers, key=lambda worker: worker.total, default=way)
    if slowest is None:
        return ""
    where = f" in the slowest of {len(workers)} processes" if len(workers) > 1 else ""
    parts = (
        f"First test after {seconds(slowest.total)}{where}",
        f"ready Django {seconds(slowest.configured)}",
        f"collection of {slowest.tests:,} test{'' if slowest.tests == 1 else 's'} {seconds(slowest.collected)}",
        f"first fixtures {seconds(slowest.started)}",
    )
    return " · ".join(parts)
