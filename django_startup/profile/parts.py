"""
The parts that a boot's cost is attributed to, and what can be done about them, as a profile holds them. Plain values.

Durations are integer nanoseconds (…_ns), memory bytes (…_bytes); what self and cumulative mean, see profile.py. A
saving is None where the boot gave no evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.measure.spans import ImportSite
from django_startup.profile.owners import Owner
from django_startup.profile.reasons import Reason


@dataclass(frozen=True, slots=True)
class App:
    """
    An installed app.

    Attributes:
        label: The app's label.
        name: Its Python name.
        project: Whether it is the project's own.
        apps_ns: AppConfig.create(), with all that it imported.
        models_ns: AppConfig.import_models(), with all that it imported.
        ready_ns: AppConfig.ready(), with all that it imported.
        ready_own_ns: AppConfig.ready() without what it imported.
        waiting_ns: The waiting in these three.
        self_ns: The self time of the app's own modules.
        modules: How many these are.
        saving_ns: What the boot would lose if the project neither installed it nor imported it.
        entry: Its entry in INSTALLED_APPS; empty in a profile of an earlier version.
    """

    label: str
    name: str
    project: bool
    apps_ns: int
    models_ns: int
    ready_ns: int
    ready_own_ns: int
    waiting_ns: int
    self_ns: int
    modules: int
    saving_ns: int | None = None
    entry: str = ""

    @property
    def time_ns(self) -> int:
        """Its part of the boot: create(), import_models() and ready()."""
        return self.apps_ns + self.models_ns + self.ready_ns


@dataclass(frozen=True, slots=True)
class Door:
    """
    A line through which a package comes in: an import statement outside of it, or its entry in INSTALLED_APPS.

    Attributes:
        module: The module that the line is in.
        file: Its file; empty where the line of INSTALLED_APPS was not found.
        line: The line.
        statement: The import as it is written; empty where there is none.
        deferrable: Whether it can move into the functions that use it.
        reason: Why, or why not, as a sentence without a full stop.
        kind: The same as a value; UNKNOWN in profiles of earlier versions.
        readers: Where code that the boot did not run reads a name that it binds. Those lines have to change with it.
    """

    module: str
    file: str
    line: int
    statement: str
    deferrable: bool
    reason: str
    kind: Reason = Reason.UNKNOWN
    readers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Package:
    """
    A distribution from PyPI, Django among them.

    Attributes:
        name: The distribution's name.
        version: Its version.
        self_ns: The self time of its modules.
        cumulative_ns: The same with what they imported first.
        modules: How many modules these are.
        saving_ns: What the boot would lose if the project neither imported it nor named it in its settings.
        rss_bytes: The memory that its modules added.
        doors: The project's lines through which it comes in.
        needed_by: The packages that import it all the same.
    """

    name: str
    version: str
    self_ns: int
    cumulative_ns: int
    modules: int
    saving_ns: int | None = None
    rss_bytes: int | None = None
    doors: tuple[Door, ...] = ()
    needed_by: tuple[str, ...] = ()

    @property
    def is_movable(self) -> bool:
        """Whether the project has doors to it and all of them can move."""
        return bool(self.doors) and all(door.deferrable for door in self.doors)


@dataclass(frozen=True, slots=True)
class Module:
    """
    An imported module.

    Attributes:
        name: The module's name.
        file: Its file, relative to the project where it is in it; empty where there is none.
        owner: What it belongs to.
        phase: The phase in which it was imported.
        app: The app during whose part of the phase it was imported, if any.
        self_ns: Its self time.
        cumulative_ns: The same with what it imported.
        importer: The line that imported it. Of a lazy import (Python 3.15) the line that first used it.
        thread: The name of the thread that imported it; None for the main one.
        loaded: False where the import failed or the module is gone again.
        saving_ns: What the boot would lose if nothing imported it, nor anything in it where it is a package.
        declared: Where the lazy import of it stands.
        rss_bytes: The memory that the import added, without what it imported.
        waited_ns: How long the main thread waited while another thread imported it. No module's self time has that.
    """

    name: str
    file: str
    owner: Owner
    phase: str
    app: str | None
    self_ns: int
    cumulative_ns: int
    importer: ImportSite | None
    thread: str | None
    loaded: bool
    saving_ns: int | None = None
    declared: ImportSite | None = None
    rss_bytes: int | None = None
    waited_ns: int = 0


@dataclass(frozen=True, slots=True)
class NamedInSettings:
    """
    A loaded module that a setting names.

    Attributes:
        setting: The setting.
        value: The string in it: the module, or something in it.
        module: The module.
    """

    setting: str
    value: str
    module: str


@dataclass(frozen=True, slots=True)
class FailedImports:
    """
    A line on which imports failed.

    Attributes:
        module: The module that the line is in.
        file: Its file, relative to the project where it is in it.
        line: The line.
        imports: How many of its imports failed.
        names: Some of the modules that it tried to import.
        time_ns: How long they took together.
    """

    module: str
    file: str
    line: int
    imports: int
    names: tuple[str, ...]
    time_ns: int


MOVES = "defer"  # the kind of fix that moves imports


@dataclass(frozen=True, slots=True)
class Fix:
    """
    Something to change.

    Attributes:
        kind: defer (move imports into the functions that use them), effect (defer a side effect), slow (a module's own
            code), failed (imports of what is not there), gc (garbage collection); nearly and upstream in an Advice.
        subject: What it is about: a package, a module, a side effect's detail.
        text: What to do, as a sentence without a full stop.
        doors: The lines to edit.
        alone_ns: What it saves by itself.
        saving_ns: What it adds to the fixes before it.
        collections_ns: The garbage collections that go with the modules, about. They are in no saving but that of gc.
        tried: Whether the project was booted with it made, and was the same but for its time.
        proof: How far it came then: see Trial.rungs.
    """

    kind: str
    subject: str
    text: str
    doors: tuple[Door, ...]
    alone_ns: int
    saving_ns: int
    collections_ns: int = 0
    tried: bool = False
    proof: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Advice:
    """
    What there is to say beside the fixes.

    Attributes:
        smaller: What can be changed, too, and saves less.
        nearly: Imports that could move if it were not for one line, each with what that would add to all fixes.
        upstream: Imports in the code of packages that cost most, and which their text does not need at once.
        rest: Why other imports that cost much have to stay, as sentences.
    """

    smaller: tuple[Fix, ...] = ()
    nearly: tuple[Fix, ...] = ()
    upstream: tuple[Fix, ...] = ()
    rest: tuple[str, ...] = ()
