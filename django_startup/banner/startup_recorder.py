"""
The recorder in the process that runserver serves from: on from this app's own entry in INSTALLED_APPS until the banner
is printed, then stopped and freed.

It records imports, garbage collections, and of each app that comes after this one its creation, import_models() and
ready(), in every thread.
"""

from __future__ import annotations

import gc
import itertools
import os
import sys
from _thread import get_ident
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from django.apps import AppConfig
from django.core.signals import request_started

from django_startup.banner.process_clocks import process_age, thread_clocks
from django_startup.measure.clocks import Clocks, own_time
from django_startup.probe import importlib_bootstrap, importlib_bootstrap_frames, importlib_bootstrap_serving, recursion
from django_startup.probe.recorder import Recorder
from django_startup.probe.run_queue import RunQueue
from django_startup.settings import banner_enabled

STAGES = {"import_models": "models", "ready": "ready"}


class RecordedStart(NamedTuple):
    """What is known of a start once it serves. Durations are in nanoseconds."""

    # The recorder's events, and the thread in which they began.
    events: list[int | str | None]
    main: int
    # The main thread's clocks when Django reached this app, and the CPU time of the process until then.
    reached: Clocks
    process_cpu: int
    # The main thread's clocks when runserver took over.
    handover: Clocks
    # The clocks of the thread that serves when the port was open, and whether that is the main thread.
    serving: Clocks
    is_main: bool
    # The run-queue wait of the main thread until then.
    main_run_queue_wait: int
    # The age of the process then; None where the system does not tell it.
    age: int | None
    # sys.modules as it was then.
    modules: dict[str, Any]


class SparingRecorder(Recorder):
    """A recorder that leaves the many short collections of the youngest objects to the modules that they fall upon."""

    def on_gc(self, phase: str, info: dict[str, int]) -> None:
        if info["generation"]:
            super().on_gc(phase, info)


class StartRecording:
    """The recorder while it is on; the clocks alone until it is started."""

    def __init__(self) -> None:
        self.run_queue = RunQueue()
        self.reached = self.handover = self.clocks()
        self.process_cpu = own_time.process_time_ns()
        self.recorder = SparingRecorder(gc, itertools.count(1).__next__, self.run_queue, clocks=own_time)
        self.bootstrap: Any = sys.modules["_frozen_importlib"]
        self.original = self.find_and_load = self.bootstrap._find_and_load
        self.create = AppConfig.__dict__["create"]
        self.wrapped: list[tuple[AppConfig, str, object]] = []
        self.recursion_limit = sys.getrecursionlimit()

    def clocks(self) -> Clocks:
        """The main thread's, in the main thread."""
        return Clocks(own_time.perf_counter_ns(), own_time.thread_time_ns(), self.run_queue.read())

    def start(self) -> None:
        """Record, if this interpreter lets its imports be seen."""
        if not importlib_bootstrap.is_hook_called(self.bootstrap):
            return
        hooks = importlib_bootstrap.ImportHooks(self.recorder, importlib_bootstrap_frames, {})
        wait = hooks.lock_unlock_module(self.bootstrap._lock_unlock_module)
        recording = hooks.find_and_load(self.original, wait)
        self.find_and_load = importlib_bootstrap_serving.sparing(self.original, recording, others_directories())
        self.bootstrap._find_and_load = self.find_and_load
        sys.setrecursionlimit(recursion.raised(self.recursion_limit))
        self.recorder.start()
        create = self.create.__func__

        def recorded_create(cls: type[AppConfig], entry: str) -> AppConfig:
            try:
                config: AppConfig = self.span("app", str(entry), create)(cls, entry)
            except BaseException as error:
                leave_no_frame(error)
                raise
            for method, stage in STAGES.items():
                # An attribute of the instance wins over whatever its class overrides.
                stand_in = self.span(stage, config.label, getattr(config, method))
                setattr(config, method, stand_in)
                self.wrapped.append((config, method, stand_in))
            return config

        AppConfig.create = classmethod(recorded_create)  # type: ignore[assignment]

    def span(self, kind: str, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        recorder = self.recorder

        def spanned(*args: object, **kwargs: object) -> Any:
            span = recorder.begin(kind, name)
            try:
                return function(*args, **kwargs)
            except BaseException as error:
                leave_no_frame(error)
                raise
            finally:
                recorder.end(span)

        return spanned

    def finish(self) -> RecordedStart:
        """Stop, and give away what was recorded."""
        modules = dict(sys.modules)
        serving, age, main_run_queue_wait = thread_clocks(), process_age(), self.run_queue.read()
        self.stop()
        events, self.recorder.events = self.recorder.events, []
        return RecordedStart(
            events=events,
            main=self.recorder.main,
            reached=self.reached,
            process_cpu=self.process_cpu,
            handover=self.handover,
            serving=serving,
            is_main=get_ident() == self.recorder.main,
            main_run_queue_wait=main_run_queue_wait,
            age=age,
            modules=modules,
        )

    def stop(self) -> None:
        """Put everything back, and record nothing more."""
        AppConfig.create = self.create  # type: ignore[method-assign]
        for config, method, stand_in in self.wrapped:
            if vars(config).get(method) is stand_in:
                delattr(config, method)
        self.wrapped.clear()
        self.recorder.stop()
        if sys.getrecursionlimit() == recursion.raised(self.recursion_limit):  # else the project has set another
            sys.setrecursionlimit(self.recursion_limit)
        # Whoever came later has kept ours: then it stays in between, and passes imports on.
        if self.bootstrap._find_and_load is self.find_and_load:
            self.bootstrap._find_and_load = self.original
        self.run_queue.close()


def leave_no_frame(error: BaseException) -> None:
    """
    Take the caller's frame out of the traceback of an exception that it is about to let go on.

    A bare raise adds none. Whatever the exception's class does when an attribute is set, does not happen.
    """
    traceback = importlib_bootstrap_frames.TRACEBACK.__get__(error)
    importlib_bootstrap_frames.TRACEBACK.__set__(error, traceback.tb_next)


def others_directories() -> tuple[str, ...]:
    """Where the code lies that is not the project's: packages, the standard library."""
    packages = {directory for directory in sys.path if Path(directory).name in ("site-packages", "dist-packages")}
    return tuple(directory + os.sep for directory in (*packages, str(Path(os.__file__).parent)))


class Session:
    """
    The recording of this process, which starts once: start(), hand_over(), finish().

    An error in here does not stop the project: finish() raises it, and the banner reports it.
    """

    def __init__(self) -> None:
        self.recording: StartRecording | None = None
        self.failure: Exception | None = None

    def start(self) -> None:
        """Begin to record, if the banner is wanted."""
        if self.recording is not None or not banner_enabled():
            return
        try:
            self.recording = StartRecording()
            self.recording.start()
        except Exception as error:
            self.failure = error
        # A server that never asks for the banner is not to be recorded for good.
        request_started.connect(self.on_request, weak=False)
        if hasattr(os, "register_at_fork"):  # pragma: no branch
            os.register_at_fork(after_in_child=self.forget)

    def hand_over(self) -> None:
        """The project is set up, and runserver takes over. For the main thread."""
        try:
            self.recording = self.recording or StartRecording()
            self.recording.handover = self.recording.clocks()
        except Exception as error:
            self.failure = error

    def finish(self) -> RecordedStart | None:
        """Stop, and return what was recorded; None where nothing was on. For the thread that is about to serve."""
        recording, self.recording = self.recording, None
        request_started.disconnect(self.on_request)
        recorded = None if recording is None else recording.finish()
        if self.failure is not None:
            raise self.failure
        return recorded

    def on_request(self, **kwargs: object) -> None:
        """The server answers requests, and nobody has asked for the banner."""
        request_started.disconnect(self.on_request)
        self.forget()

    def forget(self) -> None:
        """Stop, also in a process that the project forks off while it starts, which serves nobody: no lock is taken."""
        recording, self.recording = self.recording, None
        if recording is not None:
            recording.stop()


session = Session()
