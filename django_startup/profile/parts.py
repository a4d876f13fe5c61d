"""
The parts that a boot's cost is attributed to, and what can be done about them, as a profile holds them. Plain values.

Durations are integer nanoseconds (…_ns), memory bytes (…_bytes); what self and cumulative mean, see profile.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from django_startup.measure.spans import ImportSite
from django_startup.profile.owners import Owner


@dataclass(frozen=True, slots=True)
class App:
    """
    An installed app. apps, models and ready are the times of AppConfig.create(), import_models() and ready() with all
    that they imported, ready_own is ready() without it, waiting the waiting in the three, self the self time of the
    app's own modules, saving what the boot would lose without the app and all modules in it.
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

    @property
    def time_ns(self) -> int:
        """Its part of the boot: create(), import_models() and ready()."""
        return self.apps_ns + self.models_ns + self.ready_ns


@dataclass(frozen=True, slots=True)
class Door:
    """
    A line through which a package comes in: an import statement outside of it, or its entry in INSTALLED_APPS.

    statement is the import as it is written, "" where there is none. deferrable: whether it can move into the functions
    that use it; reason says why, or why not.
    """

    module: str
    file: str
    line: int
    statement: str
    deferrable: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Package:
    """
    A distribution from PyPI, Django among them.

    saving is what the boot would lose if the project neither imported it nor named it in its settings; needed_by are
    the packages that import it all the same. doors are those in the project. rss is the memory that its modules added.
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


@dataclass(frozen=True, slots=True)
class Module:
    """
    An imported module. phase and app say in which phase, and during which app's part of it, it was imported; thread
    names another thread than the main one; loaded is false where the import failed or the module is gone again. saving
    is what the boot would lose if nothing imported the module, nor anything in it where it is a package. declared is
    where a lazy import of it stands (Python 3.15); importer is then where it was first used. rss is the memory that the
    import added, without what it imported.
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


@dataclass(frozen=True, slots=True)
class SideEffect:
    """
    Something that the boot did beside importing: sql, connect, dns, subprocess, fork or thread.

    file and line are the innermost of the project on the stack, else of a package. module is the one that was being
    imported, if any. The time is of the evidence boot, but no more than the measured boots needed at that place.
    """

    kind: str
    detail: str
    alias: str
    phase: str
    app: str | None
    module: str | None
    file: str
    line: int
    function: str
    time_ns: int


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """What a module registered: its name, what it is registered with (a signal, a model), and who defined it."""

    name: str
    of: str
    module: str


@dataclass(frozen=True, slots=True)
class Registries:
    """What the boot registered."""

    models: tuple[RegistryEntry, ...] = ()
    receivers: tuple[RegistryEntry, ...] = ()
    checks: tuple[RegistryEntry, ...] = ()
    admin: tuple[RegistryEntry, ...] = ()
    url_names: tuple[RegistryEntry, ...] = ()
    template_tags: tuple[RegistryEntry, ...] = ()
    celery_tasks: tuple[RegistryEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """
    Something to change. kind: defer (move the imports at doors into the functions that use them), effect (a side effect
    to put off), slow (a module's own code), gc (garbage collection). alone is what it saves by itself, saving what it
    adds to those before it.
    """

    kind: str
    subject: str
    text: str
    doors: tuple[Door, ...]
    alone_ns: int
    saving_ns: int
