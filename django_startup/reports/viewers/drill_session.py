"""What a drill saw as a pyinstrument session."""

from __future__ import annotations

import time

from pyinstrument.session import Session

from django_startup.drill.drill import Drilled, title
from django_startup.drill.typical import LOADING, MACHINERY, Piece, read_frame, top_level
from django_startup.reports.viewers.boot_session import INTERVAL
from django_startup.reports.viewers.callstack import frame
from django_startup.text import INSTALLED, format_duration


def drill_session(drilled: Drilled) -> Session:
    """
    The session. Its outermost frame is the place; a module's has what finding and reading it took beside its body's.

    It begins now, and is as long as the place takes without the profiler.
    """
    files = {read_frame(text).file for piece in drilled.pieces for text in piece.stack}
    own = top_level(str(drilled.directory / drilled.place.file))
    libraries = sorted({directory for file in files if (directory := top_level(file)) and directory != own})
    installed = {match[0].rstrip("/\\") for file in files if (match := INSTALLED.match(file))}
    root = root_frame(drilled)
    return Session(
        frame_records=[(frames_of(piece, drilled, root), piece.time_ns / 1e9) for piece in drilled.pieces],
        start_time=time.time(),
        duration=drilled.place.own_ns / 1e9,
        min_interval=INTERVAL,
        max_interval=INTERVAL,
        sample_count=drilled.samples,
        start_call_stack=[root],
        target_description=(
            f"{drilled.entry}: {title(drilled.place)}, {format_duration(drilled.place.own_ns)} of its own"
        ),
        cpu_time=drilled.place.cpu_ns / 1e9,
        sys_path=[str(drilled.directory), *sorted(installed)],
        sys_prefixes=libraries,
    )


def root_frame(drilled: Drilled) -> str:
    name = f"{drilled.place.name}: AppConfig.ready()" if drilled.place.kind == "ready" else drilled.place.name
    return frame(name, str(drilled.directory / drilled.place.file) if drilled.place.file else "", 1)


def frames_of(piece: Piece, drilled: Drilled, root: str) -> list[str]:
    if drilled.place.kind == "ready":
        return [root, *piece.stack]
    bodies = [number for number, text in enumerate(piece.stack) if text.startswith("<module>\0")]
    several = drilled.place.kind == "package"
    if not bodies or (several and any(MACHINERY in text for text in piece.stack)):
        return [root, frame(LOADING)]
    return [root, *piece.stack[bodies[0] + (not several) :]]
