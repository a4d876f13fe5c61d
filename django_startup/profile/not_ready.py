"""What is said of boots that come to no ready Django, or to no end, and what to measure in place of them."""

from __future__ import annotations

import shlex
import shutil

from django_startup.measure.recording import Recording
from django_startup.measure.redaction import make_redaction
from django_startup.measure.target import BootTarget, Until
from django_startup.text import format_duration

BEFORE_FORKING = (
    "Let it load the project before it forks (gunicorn: --preload), or boot manage.py to the application: --until wsgi "
    "or --until asgi."
)

WITHOUT_DJANGO = "What it has loaded has not called django.setup(): is DJANGO_SETTINGS_MODULE set?"
FORKS = "forks"  # how what gunicorn does begins, see probe/serving.py


def short_of(target: BootTarget) -> str:
    """What an entry script has not done that came to its end."""
    if target.until is Until.COMMAND:
        return f"without running Django's command {make_redaction(target.secrets).command(target.command[:1])!r}"
    if target.until is Until.SETTINGS:
        return "without loading Django's settings"
    return "without a ready Django (django.setup() has not run to its end)"


def unready(target: BootTarget, recording: Recording, instead: str) -> str:
    """
    A boot whose target looks reached: what was to make Django ready has returned. instead is the place of what the
    project has put in place of django.setup(), "" for nothing.
    """
    entry = target.entry.label
    if recording.serves:
        hint = BEFORE_FORKING if recording.serves.startswith(FORKS) else WITHOUT_DJANGO
        return f"{entry} {recording.serves}, but Django is not ready in it: apps.ready is False. {hint}"
    if target.until in (Until.WSGI, Until.ASGI):
        done = f"the {target.until.upper()} application is loaded"
    else:
        done = f"{entry} asks for the command {make_redaction(target.secrets).command(target.seen_as)!r}"
    standing_in = f" In place of django.setup() it calls a function at {instead}." if instead else ""
    return f"Django is not ready, though {done}: apps.ready is False.{standing_in}"


def stuck(target: BootTarget, recording: Recording, problem: str) -> str:
    """A boot before a broker that is not there."""
    error = f"{recording.failure.type}: {problem}".removesuffix(": ").rstrip(".")
    after = format_duration(recording.wall_ns)
    return (
        f"{target.entry.label} is stuck, after {after}, before the broker {recording.serves}, which cannot be reached: "
        f"{error}. Start the broker, or measure without it: {start_alone(target)}."
    )


def elsewhere(target: BootTarget, recording: Recording) -> str:
    """What a boot says that has run its own entry script in another process; "" for other boots."""
    for effect in recording.side_effects:
        if effect.kind == "subprocess" and target.entry.shown in effect.detail.split():
            return f" It had run {effect.detail}, which is a process of its own and not recorded."
    return ""


def another_program(target: BootTarget) -> str:
    """A hint for what was taken for a management command; "" where there is no program of that name."""
    name, *arguments = target.command
    if shutil.which(name) is None:
        return ""
    rest = make_redaction(target.secrets).command(arguments)
    return f" To measure the program {name}, use --entry {name} -- {rest}".rstrip(" -") + "."


def more_time(target: BootTarget) -> str:
    """What to do about a time limit: a command that serves never ends."""
    if not target.command:
        return "Allow more time with --timeout SECONDS."
    return (
        f"If the command never ends by itself, measure how it starts: {start_alone(target)}. Else allow more time with "
        "--timeout SECONDS."
    )


def start_alone(target: BootTarget) -> str:
    """The options with which a command's start is measured, up to a ready Django and the system checks."""
    entry = "" if target.entry.label == "manage.py" else f"--entry {shlex.quote(target.entry.label)} "
    return f"--until checks {entry}--as {make_redaction(target.secrets).command(target.command)!r}"
