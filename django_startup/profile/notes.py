"""What a reader must know before trusting the figures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Secrets
from django_startup.profile.not_ready import start_alone
from django_startup.profile.owners import site_directory
from django_startup.profile.places import OF_AN_APP, STAGES
from django_startup.profile.profile import Note
from django_startup.text import format_duration, relative_file, short_file
from django_startup.thresholds import BUSY_SHARE, WORTH_NS, WORTH_SHARE


def notes_on_target(target: BootTarget) -> Iterator[Note]:
    """The notes on what was asked for."""
    if target.secrets is Secrets.SHOWN:
        yield Note(
            "secrets",
            "Command lines, SQL and messages are shown as they are (--show-arguments): this profile may contain "
            "passwords. Do not share it.",
        )


def note_on_serving(target: BootTarget, recording: Recording) -> Iterator[Note]:
    """What a server or a worker does from the end of the boot on."""
    if recording.serves and target.command:
        yield Note(
            "serving",
            f"{target.entry.label} {recording.serves} from here on, so the boot ends here. For the start of the "
            f"project without that: {start_alone(target)}.",
        )


def notes_on(recording: Recording) -> Iterator[Note]:
    """The notes on the fastest boot."""
    if recording.compiled and recording.outcome == Outcome.REACHED:
        yield Note("bytecode", bytecode(recording))
    if not recording.run_queue_known:
        yield Note(
            "run-queue",
            "This system does not report run-queue wait (/proc/self/schedstat), so on a busy machine it is shown as "
            "waiting.",
        )
    yield from processes_that_queued(recording)
    if recording.environment.resident_bytes is None and recording.modules:  # else it came to no end where it would say
        yield Note("memory", "This system does not report the memory of a process (/proc/self/statm).")
    for restart in recording.restarts:
        after = format_duration(restart.wall_ns - recording.spawned_ns)
        file = relative_file(short_file(restart.file), Path(recording.environment.working_directory))
        yield Note(
            "restart",
            f"The process started Python anew, in place of itself, {after} after its start "
            f"({file}:{restart.line}, os.exec). The boot was followed; the time until then is in "
            "interpreter.",
        )
    early = imported_by_site(recording)
    if early:
        yield Note("site", f"Imported before the project, by site and .pth files (in interpreter): {', '.join(early)}.")
    triggered = urlconf_trigger(recording)
    if triggered:
        yield Note("urlconf", f"The URLconf was imported {triggered}; its time counts as urls.")
    for name, modules, wall_ns in in_threads(recording):
        yield Note(
            "thread",
            f"The thread {name} imported {modules:,} module{'s' if modules > 1 else ''} "
            f"({format_duration(wall_ns)} of wall time, not part of the total).",
        )
    for waiting in waits(recording):
        yield Note("lock", waiting)
    if recording.environment.check_messages:
        count = recording.environment.check_messages
        messages = f"{count:,} message{'s' if count > 1 else ''}"
        yield Note("checks", f"The system checks reported {messages}: see manage.py check.")
    for text in recording.environment.notes:
        yield Note("unusual", f"{text}; that part of the boot is not recorded separately.")


def processes_that_queued(recording: Recording) -> Iterator[Note]:
    """How much of the waiting is that of the boot's own processes for a processor, where the machine was busy."""
    queued_ns = min(recording.children_queue_ns, recording.waiting_ns)
    is_busy = recording.run_queue_wait_ns > recording.wall_ns * BUSY_SHARE
    if is_busy and queued_ns >= max(WORTH_NS, round(recording.time_ns * WORTH_SHARE)):
        yield Note(
            "queued-processes",
            f"The machine was busy: of the waiting about {format_duration(queued_ns)} are likely to be processes that "
            "the boot started and that waited for a processor. SIDE EFFECTS has that in their times, too.",
        )


def bytecode(recording: Recording) -> str:
    """How many modules were compiled from source, what that cost, and why it happens in every boot."""
    cost = format_duration(sum(module.cpu_ns for module in recording.compiled))
    count = len(recording.compiled)
    modules = f"{count:,} modules were" if count > 1 else "1 module was"
    what = f"{modules} compiled from source in the measured boots: {cost} of CPU time"
    if recording.environment.dont_write_bytecode:
        return (
            f"{what}, again in every boot, because PYTHONDONTWRITEBYTECODE is set (or python -B). "
            "Unset it, or run python -m compileall, to see what a start with bytecode costs."
        )
    directories = dict.fromkeys(os.path.dirname(module.path) for module in recording.compiled)
    prefix = recording.environment.pycache_prefix
    unwritable = [prefix or directory for directory in directories if not is_writable(directory, prefix)]
    if unwritable:
        others = len(unwritable) - 1
        more = f" and {others:,} other director{'ies' if others > 1 else 'y'}" if others and not prefix else ""
        return (
            f"{what}, again in every boot, because their bytecode cannot be written to {unwritable[0]}{more}. "
            "Compile them once where that is possible: python -m compileall."
        )
    return f"{what}; their bytecode was not saved; the first is in {next(iter(directories))}."


def is_writable(directory: str, pycache_prefix: str) -> bool:
    """Whether the interpreter can keep bytecode for the modules of a directory."""
    cache = pycache_prefix or os.path.join(directory, "__pycache__")
    return os.access(cache if os.path.isdir(cache) else os.path.dirname(cache), os.W_OK)


def imported_by_site(recording: Recording) -> list[str]:
    """Modules from outside the standard library that were there before the probe: .pth files and sitecustomize."""
    files = {module.name: module.file for module in recording.modules}
    names = {
        name.partition(".")[0]
        for name in recording.preloaded
        if name != "__main__"
        and name.partition(".")[0] not in sys.stdlib_module_names
        and (site_directory(files.get(name, "")) or name in ("sitecustomize", "usercustomize"))
    }
    return sorted(names)


def in_threads(recording: Recording) -> Iterator[tuple[str, int, int]]:
    """Name, modules and wall time of each other thread that imported something."""
    for thread, name in recording.threads.items():
        imports = [span for span in recording.spans if span.thread == thread and span.kind == "import"]
        if imports:
            outer = [span for span in imports if span.parent is None]
            yield name, len(imports), sum(span.end_ns - span.start_ns for span in outer)


def waits(recording: Recording) -> Iterator[str]:
    """Where the main thread waited for another one that imported a module. No module's time has these waits."""
    for span in recording.spans:
        if span.kind == "lock" and span.on_main and span.self_waiting_ns >= WORTH_NS:
            where = f"{span.importer.module}, line {span.importer.line}," if span.importer else "The boot"
            duration = format_duration(span.self_waiting_ns)
            yield f"{where} waited {duration} until another thread had imported {span.name}."
        if span.kind == "contention" and span.self_waiting_ns >= WORTH_NS:
            outer = recording.spans_by_number[span.parent or 0]
            what = (STAGES | {"import": "{}"}).get(outer.kind, f"{outer.kind} {{}}").format(outer.name)
            duration = format_duration(span.self_waiting_ns)
            yield (
                f"{what} waited {duration} while another thread imported {span.name}: Python runs one thread at a time."
            )


def urlconf_trigger(recording: Recording) -> str:
    """What imported the URLconf before its turn, and on which line: an app, a package; "" for nothing."""
    first = next((span for span in recording.spans if span.kind == "phase" and span.name == "urls"), None)
    if first is None or not any(span.parent == first.number for span in recording.spans):
        return ""  # it was there already, by an import statement
    around = (span for span in recording.ancestors(first) if span is not first)
    outer = next((span for span in around if span.kind != "import"), None)
    stage = f"in {STAGES[outer.kind].format(outer.name)}" if outer is not None and outer.kind in OF_AN_APP else ""
    asking = f"by {first.importer.module}, line {first.importer.line}" if first.importer else ""
    return ", ".join(filter(None, (stage, asking)))
