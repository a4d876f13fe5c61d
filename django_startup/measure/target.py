"""What is booted, and how far."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from django_startup.exceptions import UsageError

# Entries that take no management command, and do what people wait for when they are given no arguments.
WITHOUT_COMMAND = ("pytest", "py.test")


class Until(StrEnum):
    """How far a boot goes."""

    SETTINGS = "settings"
    SETUP = "setup"
    URLS = "urls"
    CHECKS = "checks"
    WSGI = "wsgi"
    ASGI = "asgi"
    FIRST_TEST = "first-test"
    COMMAND = "command"


class Secrets(StrEnum):
    """What becomes of passwords and the like in command lines, SQL and messages."""

    REDACTED = "redacted"
    SHOWN = "shown"


class How(StrEnum):
    """
    How an entry is run: `python PATH`, `python -m NAME`, or only DJANGO_SETTINGS_MODULE. SITE is no entry: what the
    interpreter itself imports before any, with .pth files and sitecustomize.
    """

    SCRIPT = "script"
    MODULE = "module"
    SETTINGS = "settings"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry script."""

    how: How
    # As the user wrote it, and sys.argv[0] of the project.
    shown: str
    # The file or module behind it.
    target: str

    @property
    def label(self) -> str:
        """What people call it: a console script by its name alone, ./manage.py as manage.py."""
        if self.how is not How.SCRIPT:
            return self.shown
        return Path(self.shown).name if Path(self.shown).is_absolute() else str(Path(self.shown))


@dataclass(frozen=True, slots=True)
class BootTarget:
    """What every boot of one measurement runs."""

    entry: Entry
    until: Until = Until.URLS
    # A management command and its arguments, run to its end, for Until.COMMAND only.
    command: tuple[str, ...] = ()
    # The command that the project finds in sys.argv otherwise, with what stands around it.
    seen_as: tuple[str, ...] = ("check",)
    # Whether the command is one that a shell asks Django to complete: it stands in variables, and not in sys.argv.
    completes: bool = False
    # What stands before the command's own arguments (--settings=…, --pythonpath=…).
    options: tuple[str, ...] = ()
    # The working directory.
    directory: Path = Path()
    # Of the children; None for that of this process.
    environment: dict[str, str] | None = field(default=None, repr=False, compare=False)
    secrets: Secrets = Secrets.REDACTED
    # A directory, and another one from which is taken what lies in it, both without links: see probe/relocation.py.
    relocation: tuple[Path, Path] | None = None

    @property
    def may_run_twice(self) -> bool:
        """Whether two boots may run at the same time: sessions of pytest create databases of the same names."""
        return self.until is not Until.FIRST_TEST

    @property
    def arguments(self) -> tuple[str, ...]:
        """sys.argv[1:] of the project."""
        if self.completes:
            return ()
        if self.command:
            return (self.command[0], *self.options, *self.command[1:])
        return (*self.seen_as, *self.options)


def find_entry(name: str | None, directory: Path, *, running: Entry | None = None) -> Entry:
    """
    The entry to boot: the one that is named, else the one that is running, else the one in reach of directory.

    name is a path, also of a zip archive or a directory with a __main__.py, a console script on PATH or beside the
    interpreter, or "-m MODULE". In reach are a manage.py in directory or in a directory above it, and
    DJANGO_SETTINGS_MODULE. Raises UsageError where there is none.
    """
    if name is not None:
        return named_entry(name, directory)
    if running is not None:
        return running
    if (directory / "manage.py").is_file():
        return Entry(How.SCRIPT, "manage.py", str(directory / "manage.py"))
    settings = os.environ.get("DJANGO_SETTINGS_MODULE")
    if settings:
        return Entry(How.SETTINGS, settings, settings)
    for above in directory.parents:
        if (above / "manage.py").is_file():
            shown = os.path.relpath(above / "manage.py", directory)
            return Entry(How.SCRIPT, shown, str(directory / shown))
    below = sorted(path.relative_to(directory) for path in directory.glob("*/manage.py"))
    hint = f"there is {below[0]}: add --entry {below[0]}" if below else "name it with --entry PATH"
    raise UsageError(f"No manage.py in {directory} or above it, and DJANGO_SETTINGS_MODULE is not set; {hint}.")


def named_entry(name: str, directory: Path) -> Entry:
    flag, _, module = name.partition(" ")
    if flag == "-m" and module.strip():
        return Entry(How.MODULE, name, module.strip())
    path = directory / name
    if path.is_file() or (path / "__main__.py").is_file():
        return Entry(How.SCRIPT, name, str(path))
    if path.is_dir():
        raise UsageError(f"--entry {name} is a directory; name the script in it, such as {Path(name) / 'manage.py'}.")
    script = shutil.which(name, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if script is None or os.sep in name:
        raise UsageError(f"--entry {name}: there is no such file in {directory}, and no such console script.")
    return Entry(How.SCRIPT, script, script)


def usual_arguments(entry: Entry) -> tuple[str, ...]:
    """What stands in sys.argv behind an entry, where nothing else is asked for: manage.py needs a command."""
    return () if entry.label.removeprefix("-m ") in WITHOUT_COMMAND else ("check",)


def pytest_entry() -> Entry:
    """The pytest of this interpreter. Raises UsageError where there is none."""
    if importlib.util.find_spec("pytest") is None:
        raise UsageError(
            f"pytest is not installed for {sys.executable}. Install it there, with pytest-django, or run this command "
            "with the Python that runs your tests."
        )
    script = Path(sys.executable).parent / "pytest"
    return Entry(How.SCRIPT, str(script), str(script)) if script.is_file() else Entry(How.MODULE, "-m pytest", "pytest")


def running_entry() -> Entry | None:
    """The entry script of this very process: manage.py, a console script, or `python -m django`; not our own."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if spec is not None and spec.name == "django_startup.__main__":
        return None
    if spec is not None:
        return Entry(How.MODULE, f"-m {spec.name.removesuffix('.__main__')}", spec.name)
    path = Path.cwd() / sys.argv[0]
    return Entry(How.SCRIPT, sys.argv[0], str(path)) if path.is_file() else None


def initial_environment() -> dict[str, str] | None:
    """
    The environment that this process was started with, as far as the system tells (Linux).

    An entry script that runs this very command has booted the project before, which may have changed the environment: a
    .env file has been read, DJANGO_SETTINGS_MODULE has been set. A boot is to begin as the user's own does.

    None where the system does not tell it, and where the process has overwritten it, as setproctitle does: the title
    takes the place of the arguments and of the variables behind them.
    """
    try:
        raw = Path("/proc/self/environ").read_bytes()
        arguments = Path("/proc/self/cmdline").read_bytes()
    except OSError:
        return None
    if arguments != b"".join(os.fsencode(argument) + b"\0" for argument in sys.orig_argv):
        return None
    pairs = (os.fsdecode(entry).partition("=") for entry in raw.split(b"\0") if b"=" in entry)
    return {name: value for name, _, value in pairs}
