"""The parts of a recording: what a boot loaded, did beside importing, registered, changed; plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django_startup.measure.ending import Frame


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """An entry of sys.modules."""

    name: str
    # Of its spec: "built-in", "frozen", a path, or "".
    origin: str
    # "" for none.
    file: str
    # The directories of a package.
    directories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LoadedApp:
    """An installed app."""

    # In INSTALLED_APPS.
    entry: str
    label: str
    # The dotted name of its package, and the directory of that.
    name: str
    path: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """A module that was compiled from its source instead of being read from bytecode."""

    path: str
    cpu_ns: int


class Edge(NamedTuple):
    """An import."""

    # The module that imports, and the place in it.
    importer: str
    file: str
    line: int
    # The module that is imported.
    target: str
    # It is a call of import_module, and not a statement.
    is_dynamic: bool


@dataclass(frozen=True, slots=True)
class ObservedSideEffect:
    """Something that the boot did beside importing."""

    # sql, connect, subprocess and so on: see probe/side_effects.py.
    kind: str
    # The statement, the address, the command.
    detail: str
    # Of a database; "" for none.
    alias: str
    time_ns: int
    # The number of the span in which it was done.
    span: int
    # What did it, innermost frame first.
    stack: tuple[Frame, ...]


class OpenedFile(NamedTuple):
    """
    A file that the boot has opened, whether or not it is there.

    path: its absolute path.
    writes: whether that was for writing.
    """

    path: str
    writes: bool


class NamedModule(NamedTuple):
    """
    A loaded module that a setting names.

    setting: the name of the setting.
    value: the string in it: the module, or something in it.
    module: the module.
    """

    setting: str
    value: str
    module: str


class ObservedRegistration(NamedTuple):
    """Something that a module registered."""

    # Of Registries in profile/effects.py: models, receivers and so on.
    registry: str
    name: str
    # What it is registered with: a signal, an admin site. "" for nothing.
    of: str
    # The module that defined it.
    module: str
    # The module that was being imported when it was registered; "" for none.
    by: str


class ObservedEvaluation(NamedTuple):
    """A name of a module that was looked up because an annotation was evaluated."""

    # The file that has the annotation.
    module_file: str
    name: str
    # The line of the project that had it done; "" and 0 for none.
    file: str
    line: int


class ObservedChange(NamedTuple):
    """Something that the import of a module changed in another one."""

    # The module that was imported.
    by: str
    # The module that has what was changed.
    module: str
    # What it is: json.JSONEncoder.default.
    name: str


class ObservedRung(NamedTuple):
    """
    What became of something that was tried behind the target.

    state: begun (and ended the process, or took too long), reached or failed.
    text: the exception that it failed with.
    file, line: where that was raised.
    """

    state: str
    text: str
    file: str
    line: int


class ObservedLate(NamedTuple):
    """What a deferred import has registered, by the place of the import."""

    file: str
    line: int
    entry: ObservedRegistration


class ObservedFunction(NamedTuple):
    """
    A function of the project that ran before the target.

    file: where it is defined.
    name: its qualified name, such as Site.get_urls.
    first_line: the line on which it begins, that of its first decorator.
    lines: those that ran; None where they are not known.
    caller_file, caller_line, caller_name: what called it first.
    """

    file: str
    name: str
    first_line: int
    lines: tuple[int, ...] | None
    caller_file: str
    caller_line: int
    caller_name: str


@dataclass(frozen=True, slots=True)
class Environment:
    """What the process was like when it reached the target."""

    # How many modules were loaded.
    modules: int = 0
    # sys.path.
    path: tuple[str, ...] = ()
    # The names of modules that were loaded under another name.
    aliases: tuple[str, ...] = ()
    working_directory: str = ""
    # The settings module.
    settings: str = ""
    # The version of Django.
    django: str = ""
    # What the probe could not record, and why.
    notes: tuple[str, ...] = ()
    # How many messages the system checks gave.
    check_messages: int = 0
    # How many Python functions were called, where that was counted.
    calls: int = 0
    # sys.dont_write_bytecode and sys.pycache_prefix.
    dont_write_bytecode: bool = False
    pycache_prefix: str = ""
    # Resident memory; None where the system does not tell it.
    resident_bytes: int | None = None
    # The size of the bytecode of all modules.
    bytecode_bytes: int = 0
    # Of a session of pytest: the node id of the first test that was run and the exception that it failed with ("" for
    # none), how many tests were collected, and how many processes pytest-xdist would have started.
    first_test: str = ""
    first_test_problem: str = ""
    tests: int = 0
    workers: int = 0


@dataclass(frozen=True, slots=True)
class KernelCounts:
    """What the kernel has counted of a process, of a boot that was told to count; None where the system is silent."""

    # What was fetched from a disk.
    read_bytes: int | None = None
    # How often it waited for a page of a mapped file.
    faults: int | None = None
    # The files that it read, opened or mapped.
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """What ended a boot from within: an exception, or a call of os._exit."""

    # The name of the exception's class, and its message.
    type: str = ""
    text: str = ""
    # Where it was raised.
    file: str = ""
    line: int = 0
    # The number of the innermost span that it ended.
    span: int = 0
    # Of a fault of the probe's own: what the system refused, 0 for nothing.
    errno: int = 0


class Restart(NamedTuple):
    """The call by which a boot has put Python anew in place of itself."""

    file: str
    line: int
    # By perf_counter_ns().
    wall_ns: int


class Sample(NamedTuple):
    """The moments in a drilled place at which one stack was seen."""

    # The frames, outermost first, as pyinstrument writes them.
    stack: tuple[str, ...]
    # Since the samples before.
    cpu_ns: int
    waiting_ns: int
    # The part of the CPU time in which nothing was called.
    quiet_ns: int
    # How many there were.
    samples: int


class Counted(NamedTuple):
    """Calls of one kind in a drilled place."""

    kind: str
    calls: int
    # All through this one, innermost frame first.
    stack: tuple[Frame, ...]


@dataclass(frozen=True, slots=True)
class Drilling:
    """What became of the drilled place."""

    # How often it was run.
    runs: int = 0
    # The exceptions that ended it.
    failures: tuple[str, ...] = ()
    # Why there are no samples; "" if there are.
    problem: str = ""
