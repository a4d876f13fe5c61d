"""
The course of a boot as Chrome trace events, for Perfetto and whatever else reads these.

A complete event ("X") for each phase, app, models, ready(), import, check and garbage collection, in a track a thread;
ts and dur are microseconds from the spawn of the process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import Headline
from django_startup.reports.viewers.waterfall import Step, steps
from django_startup.text import printable, short_file

PROCESS = 1


def render_trace(profile: StartupProfile) -> str:
    """The JSON object format, with a line an event."""
    tracks = Tracks()
    events = [event(step, tracks.of(step)) for step in steps(profile)]
    lines = ",\n".join(json.dumps(item, separators=(",", ":")) for item in (*metadata(profile, tracks), *events))
    return f'{{"displayTimeUnit": "ms", "otherData": {json.dumps(facts(profile))}, "traceEvents": [\n{lines}\n]}}\n'


class Tracks:
    """
    Which track each span lies in, by numbers from 1 on.

    The events of a track must nest, so threads of one name that ran side by side have a track each.
    """

    def __init__(self) -> None:
        self.names: dict[int, str] = {}
        self.ends: dict[int, int] = {}
        self.chosen: list[int] = []

    def of(self, step: Step) -> int:
        """The track of a span; they are asked for in their order."""
        span = step.span
        track = self.chosen[span.parent] if span.parent >= 0 else self.free(span.thread, span.start_ns)
        self.ends[track] = max(self.ends[track], span.end_ns)
        self.chosen.append(track)
        return track

    def free(self, thread: str, start_ns: int) -> int:
        """The first track of a thread's name where nothing runs any more, or a new one."""
        for track, name in self.names.items():
            if name == thread and self.ends[track] <= start_ns:
                return track
        track = len(self.names) + 1
        self.names[track], self.ends[track] = thread, 0
        return track


def event(step: Step, track: int) -> dict[str, Any]:
    span = step.span
    return {
        "name": printable(step.title),
        "cat": span.kind,
        "ph": "X",
        "ts": span.start_ns // 1000,
        "dur": max(0, span.end_ns - span.start_ns) // 1000,
        "pid": PROCESS,
        "tid": track,
        "args": dict(arguments(step)),
    }


def arguments(step: Step) -> Iterator[tuple[str, Any]]:
    """What is shown of an event that is clicked on."""
    span, module, app = step.span, step.module, step.app
    yield "self_ms", span.self_ns / 1e6
    if span.waiting_ns:
        yield "waiting_ms", span.waiting_ns / 1e6
    if module is not None:
        if module.saving_ns is not None:
            yield "saving_ms", module.saving_ns / 1e6
        yield "package", printable(step.owner)
        yield "file", printable(short_file(module.file))
        if step.importer:
            yield "imported by", printable(short_file(step.importer))
        if not module.loaded:
            yield "loaded", False
    if app is not None:
        yield "app", printable(app.name)


def metadata(profile: StartupProfile, tracks: Tracks) -> Iterator[dict[str, Any]]:
    """The names of the process and of the tracks, in the order of the threads' beginnings."""
    yield of_metadata("process_name", 0, {"name": Headline.from_profile(profile).title})
    for track, thread in tracks.names.items():
        yield of_metadata("thread_name", track, {"name": printable(thread)})
        yield of_metadata("thread_sort_index", track, {"sort_index": track})


def of_metadata(name: str, track: int, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "cat": "__metadata", "ph": "M", "ts": 0, "pid": PROCESS, "tid": track, "args": arguments}


def facts(profile: StartupProfile) -> dict[str, str]:
    """What was booted where."""
    target, environment = profile.target, profile.environment
    values = {
        "entry": target.entry,
        "until": target.until,
        "command": target.command,
        "settings": target.settings,
        "python": environment.python,
        "django": environment.django,
        "platform": environment.platform,
    }
    return {name: printable(value) for name, value in values.items() if value}
