"""A boot that went wrong, in one sentence that says where and why."""

from __future__ import annotations

import os

from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.redaction import make_redaction
from django_startup.measure.spans import Span
from django_startup.measure.target import BootTarget, Until
from django_startup.profile.not_ready import (
    BEFORE_FORKING,
    another_program,
    elsewhere,
    more_time,
    short_of,
    stuck,
    unready,
)
from django_startup.profile.places import STAGES
from django_startup.profile.pytest_session import ended_without_test
from django_startup.text import format_duration, relative_file, short_file, short_paths

LONGEST = 300  # characters of an exception's text


def failure_sentence(target: BootTarget, recording: Recording, timeout: float) -> str:
    """What happened, where the boot stood, and which module, file and line. recording.ending must be set."""
    ending = recording.ending
    assert ending is not None
    entry = target.entry.label
    failure = recording.failure
    if ending.outcome is Outcome.UNSTARTED:
        return f"Python ended before it ran {entry}, with exit code {ending.exit_code}."
    if ending.outcome is Outcome.UNSUPPORTED:
        return "This interpreter does not import through importlib, so its imports cannot be recorded. Use CPython."
    if target.until is Until.FIRST_TEST and ending.outcome in (Outcome.UNREACHED, Outcome.EXIT):
        return ended_without_test(target, recording, failure.text)
    if ending.outcome is Outcome.UNREACHED:
        return f"{entry} ended {short_of(target)}. If it is not the right entry script, name another with --entry."
    if ending.outcome is Outcome.UNREADY:
        return unready(target, recording, position(target, failure.file, failure.line).strip(" ()"))
    if ending.outcome is Outcome.FORKED:
        return f"{entry} set Django up in a process that it had forked, which is not recorded. {BEFORE_FORKING}"
    if ending.outcome is Outcome.STUCK:
        return stuck(target, recording, first_line(failure.text))
    place = where(target, recording)
    died = f"{entry} died after {format_duration(recording.wall_ns)} {place}" if place else f"{entry} died"
    at = position(target, failure.file, failure.line)
    match ending.outcome:
        case Outcome.EXCEPTION:
            text = short_paths(first_line(failure.text), target.directory)
            return f"{died}: {failure.type}{': ' if text else ''}{text.rstrip('.')}{at}."
        case Outcome.EXIT:
            if failure.text in ("", "0") and last_phase(recording) == "entry":
                ended = f"{entry} ended by itself after {format_duration(recording.wall_ns)} {where(target, recording)}"
                told = f"{ended}, {short_of(target)}: it called sys.exit({failure.text}){at}."
                return told + elsewhere(target, recording)
            if target.until is Until.COMMAND and failure.text == "1":
                return f"{died}: it called sys.exit(1){at}.{another_program(target)}"
            is_code = not failure.text or failure.text.removeprefix("-").isdecimal()
            code = failure.text if is_code else repr(first_line(failure.text))
            return f"{died}: it called sys.exit({code}){at}.{usage(target, failure.text)}"
        case Outcome.OS_EXIT:
            return f"{died}: it called os._exit({failure.text}){at}."
        case Outcome.SIGNAL:
            return f"{died}: it was killed by {ending.signal_name}{why_killed(ending)}{standing(target, ending)}."
        case Outcome.TIMEOUT:
            stood = f"{place}{standing(target, ending)}".removeprefix(", ")
            stood = f"; it was {stood}" if stood else ""
            return f"{entry} did not reach {target.until} in {timeout:g} s and was killed{stood}. {more_time(target)}"
        case _:
            return replaced(target, recording) or f"{died}: it ended with exit code {ending.exit_code} and no output."


def replaced(target: BootTarget, recording: Recording) -> str:
    """What a boot says whose last act was to put another program in place of itself; "" for other boots."""
    effect = next(reversed(recording.side_effects), None)
    if effect is None or effect.kind != "exec":
        return ""
    program, space, arguments = effect.detail.partition(" ")
    own = [frame for frame in effect.stack if relative_file(frame.file, target.directory) != frame.file]
    at = "".join(f", {shown(target, frame.file)}:{frame.line}" for frame in own[:1])
    what = f"{os.path.basename(program)}{space}{arguments}"
    return (
        f"{target.entry.label} replaced itself by {what} (os.exec{at}). What ran then is not recorded; the management "
        "command startupprofile starts from there."
    )


def why_killed(ending: Ending) -> str:
    """Which limit of the shell or the system a boot has come to."""
    if ending.signal_name == "SIGXCPU":
        return ", because its CPU time was used up (ulimit -t)"
    if ending.is_out_of_cpu:
        return ", perhaps because its CPU time was used up (ulimit -t)"
    return ", perhaps because memory ran out" if ending.signal_name == "SIGKILL" else ""


def last_span(recording: Recording) -> Span:
    """The innermost span in which a boot ended."""
    open_spans = [span for span in recording.spans if span.is_open and span.on_main]
    innermost = open_spans[-1] if open_spans else recording.spans[0]
    return recording.spans_by_number.get(recording.failure.span or innermost.number, innermost)


def last_phase(recording: Recording) -> str:
    return recording.phase_of(last_span(recording)) or "interpreter"


def where(target: BootTarget, recording: Recording) -> str:
    """
    The phase, and as far as they are known the app and the module with its importing line.

    "" for a boot that had no time to say where it was: most write their recording at their end.
    """
    if not recording.outcome and len(recording.spans) == 1:
        return ""
    innermost = last_span(recording)
    stage, module = "", ""
    for span in recording.ancestors(innermost):
        if span.kind == "phase":
            break
        if span.kind == "import" and not module:
            module = f", importing {span.name}"
            if span.importer is not None:
                module += f" from {shown(target, span.importer.file)}:{span.importer.line}"
        elif span.kind in STAGES and not stage:
            stage = ", " + STAGES[span.kind].format(span.name)
    return f"in {last_phase(recording)}{stage}{module}"


def usage(target: BootTarget, code: str) -> str:
    """A hint for entry scripts that do not know the command: 2 is how they leave."""
    if target.command[:1] == ("pytest",):
        return " To boot pytest itself, use --pytest."
    if code != "2" or target.command:
        return ""
    called = make_redaction(target.secrets).command(target.seen_as)
    return f" It was called with {called!r}. Name another command with --as."


def first_line(text: str) -> str:
    line = next(iter(text.strip().splitlines()), "")
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def position(target: BootTarget, file: str, line: int) -> str:
    return f" ({shown(target, file)}:{line})" if file else ""


def standing(target: BootTarget, ending: Ending) -> str:
    """The innermost line of the stack that is the project's; where there is none, that is not the interpreter's own."""
    frames = [frame for frame in ending.stack if not frame.file.startswith("<") and not is_probe(frame.file)]
    inside = [frame for frame in frames if relative_file(frame.file, target.directory) != frame.file]
    for frame in (*inside, *frames):
        return f", at {shown(target, frame.file)}:{frame.line} in {frame.function}"
    return ""


def is_probe(file: str) -> bool:
    return os.path.basename(os.path.dirname(file)) == "probe"


def shown(target: BootTarget, file: str) -> str:
    return short_file(relative_file(file, target.directory))
