"""
What each request imports: a tree, in which an import stands in the one that brought it.

The request is found by a context variable, so threads and tasks that work for it are charged to it as well, as far as
they run in a copy of its context (sync_to_async, asyncio.to_thread, asyncio.create_task), and requests that are served
at the same time are kept apart.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Iterable
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

import django

from django_startup.measure.clocks import own_time
from django_startup.probe.importlib_bootstrap_frames import importing_frame
from django_startup.probe.importlib_bootstrap_serving import charging
from django_startup.text import SITE_DIRECTORIES

HANDLER = "django.core.handlers.exception"  # whose frames are around each middleware and each view
MISSING: Any = object()
SELF_TEST = "django_startup_late_imports_self_test"


class ProjectFiles:
    """Tells the project's own files from those of packages, Django and the standard library."""

    def __init__(self, settings_module: str) -> None:
        """settings_module is the dotted name of the settings; "" where they are not a module."""
        package = sys.modules.get(settings_module.partition(".")[0])
        file = getattr(package, "__file__", None)
        directories = [Path(directory).absolute() for directory in getattr(package, "__path__", ())]
        own = directories or ([Path(file).absolute()] if file else [])
        self.directory = own[0].parent if own else Path.cwd()
        self.own = tuple(f"{directory}{os.sep}" for directory in directories) or tuple(map(str, own))
        foreign = [Path(str(module.__file__)).absolute().parent for module in (os, django, sys.modules[__name__])]
        self.foreign = tuple(f"{directory}{os.sep}" for directory in foreign)
        self.known: dict[str, bool] = {}

    def has(self, file: str) -> bool:
        known = self.known.get(file)
        if known is None:
            known = self.known[file] = self.decide(file)
        return known

    def decide(self, file: str) -> bool:
        if file.startswith("<"):
            return False
        if file.startswith(self.own):  # also where the project is itself installed
            return True
        return not file.startswith(self.foreign) and not any(
            f"{os.sep}{directory}{os.sep}" in file for directory in SITE_DIRECTORIES
        )

    def line_behind(self, frame: FrameType | None) -> FrameType | None:
        """The innermost frame of the project's between an import and the middleware around it, else the import's."""
        importer = frame = importing_frame(frame)
        while frame is not None and frame.f_globals.get("__name__") != HANDLER:
            if self.has(frame.f_code.co_filename):
                return frame
            frame = frame.f_back
        return importer


class Import:
    """A module that was loaded, or could not be, with what it imported first. Times are own_time.perf_counter_ns()."""

    __slots__ = ("begun_ns", "ended_ns", "failed", "file", "imports", "line", "name", "outer")

    def __init__(self, outer: Import | RequestImports, name: str, frame: FrameType | None) -> None:
        self.outer = outer
        self.name = name
        self.file = frame.f_code.co_filename if frame else ""
        self.line = (frame.f_lineno or 0) if frame else 0
        self.imports: list[Import] = []
        self.failed = False
        self.begun_ns = self.ended_ns = own_time.perf_counter_ns()

    def begin(self, name: str, frame: FrameType) -> Import | None:
        return None if name in sys.modules else Import(self, name, importing_frame(frame))

    def end(self, failed: bool) -> None:
        self.ended_ns = own_time.perf_counter_ns()
        self.failed = failed
        self.outer.imports.append(self)

    @property
    def time_ns(self) -> int:
        return self.ended_ns - self.begun_ns


class RequestImports:
    """What one request imports, until it is closed."""

    __slots__ = ("closed", "files", "imports")

    def __init__(self, files: ProjectFiles) -> None:
        self.files = files
        self.imports: list[Import] = []
        self.closed = False

    def begin(self, name: str, frame: FrameType) -> Import | None:
        if self.closed or is_loaded(name):
            return None
        return Import(self, name, self.files.line_behind(frame))

    @property
    def time_ns(self) -> int:
        """The time in which any of its threads was importing."""
        return covered((each.begun_ns, each.ended_ns) for each in self.imports)


class SelfTest:
    """Stands in for a request to see whether the interpreter asks the hook."""

    def __init__(self) -> None:
        self.asked = False

    def begin(self, name: str, frame: FrameType) -> None:
        self.asked = True
        raise ImportError(f"{name} is a name that nothing has.")


CURRENT: ContextVar[Any] = ContextVar("django_startup_import", default=None)


@functools.cache
def install() -> None:
    """Put the hook into the import system, once a process."""
    bootstrap: Any = sys.modules["_frozen_importlib"]
    bootstrap._find_and_load = charging(bootstrap._find_and_load, CURRENT)
    bootstrap._lock_unlock_module = charging(bootstrap._lock_unlock_module, CURRENT)


def is_hook_called() -> bool:
    """Whether this interpreter asks the hook."""
    test = SelfTest()
    token = CURRENT.set(test)
    with contextlib.suppress(ImportError):
        __import__(SELF_TEST)
    CURRENT.reset(token)
    return test.asked


def is_loaded(name: str) -> bool:
    """Whether it can be had at once: not while a thread is still importing it, for which all others wait."""
    module = sys.modules.get(name, MISSING)
    return module is not MISSING and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def covered(intervals: Iterable[tuple[int, int]]) -> int:
    """The length of what intervals cover together, overlaps counted once."""
    length = until = 0
    for begin, end in sorted(intervals):
        length += max(0, end - max(begin, until))
        until = max(until, end)
    return length
