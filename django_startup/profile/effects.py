"""
What a boot did beside taking time, as a profile holds it: side effects, registrations, functions that ran.

Plain values. Durations are integer nanoseconds (…_ns).
"""

from __future__ import annotations

from dataclasses import dataclass

WAIT = "wait"
PROCESSES = ("subprocess", "fork")
BODY = "<module>"  # what Python calls the code of a module's body


@dataclass(frozen=True, slots=True)
class SideEffect:
    """
    Something that the boot did beside importing.

    Attributes:
        kind: sql, connect, dns, subprocess, exec (another program in place of this one), fork, thread or wait.
        detail: The statement without its parameters, the address, the command line, the name, what was waited for.
        alias: The database's, for sql and connect.
        phase: The phase in which it happened.
        app: The app during whose part of the phase it happened, if any.
        module: The module that was being imported, if any.
        file: The file with the line of the project, else of a package, that decided on it: see imports/effects.py.
        line: That line.
        function: The function that it is in; <module> for none.
        time_ns: From the evidence boot, but no more than the measured boots needed at that place.
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

    @property
    def is_repeated(self) -> bool:
        """Whether every boot of the same code has it. Waiting is noted where it is long, which depends on the day."""
        return self.kind != WAIT

    @property
    def is_process(self) -> bool:
        """Whether it starts a process, for which the boot waits the longer, the busier the machine is."""
        return self.kind in PROCESSES

    @property
    def span(self) -> tuple[str, str] | None:
        """Kind and name of the span whose own time it is part of: a module's body, a ready(); None for neither."""
        if self.module is not None:
            return "import", self.module
        return ("ready", self.app) if self.phase == "ready" and self.app is not None else None

    @property
    def call(self) -> str:
        """load(); empty at module level, and where the function is not known."""
        return f"{self.function}()" if self.function not in ("", BODY) else ""

    @property
    def phase_or_app(self) -> str:
        """ready: billing, or settings."""
        return f"{self.phase}: {self.app}" if self.app else self.phase

    @property
    def code(self) -> str:
        """ready() of billing; load(), in ready() of billing; at module level, in settings; in settings."""
        where = "at module level" if self.function == BODY else self.call
        part = f"ready() of {self.app}" if self.phase == "ready" and self.app is not None else self.phase
        if part == f"{where} of {self.app}":
            return part
        return f"{where}, in {part}" if where else f"in {part}"


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """
    What a module registered.

    Attributes:
        name: The name of what is registered.
        of: What it is registered with: a signal, a model, a route.
        module: The module that defined it.
        by: The module that was being imported when it was registered: empty if none was. None in a profile of an
            earlier version, which did not say.
    """

    name: str
    of: str
    module: str
    by: str | None = None

    @property
    def registrar(self) -> str:
        """The module whose import registers it."""
        return self.module if self.by is None else self.by


@dataclass(frozen=True, slots=True)
class UnreadableRegistry:
    """
    A registry that could not be read: nobody knows what is in it.

    Attributes:
        registry: Its name: receivers, models and so on.
        reason: The exception that reading it ended with.
    """

    registry: str
    reason: str

    @property
    def sentence(self) -> str:
        if self.registry == "changes":
            return f"what imports change in other modules could not be watched ({self.reason})"
        return f"the registry {self.registry.replace('_', ' ')} could not be read ({self.reason})"


@dataclass(frozen=True, slots=True)
class Registries:
    """
    What the boot registered.

    Attributes:
        models: Models, of an app.
        receivers: Receivers, of a signal and its sender.
        checks: System checks, of their tags.
        admin: Classes of ModelAdmin, of a site and a model.
        url_names: Named routes, of a path.
        template_tags: Template tags and filters, of a library.
        celery_tasks: Tasks, of a Celery application.
    """

    models: tuple[RegistryEntry, ...] = ()
    receivers: tuple[RegistryEntry, ...] = ()
    checks: tuple[RegistryEntry, ...] = ()
    admin: tuple[RegistryEntry, ...] = ()
    url_names: tuple[RegistryEntry, ...] = ()
    template_tags: tuple[RegistryEntry, ...] = ()
    celery_tasks: tuple[RegistryEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """
    What the evidence boot came to behind its target.

    Attributes:
        name: checks, wsgi or asgi.
        problem: Why it was not reached, as a sentence without a full stop; empty where it was.
        messages: Those of the system checks.
    """

    name: str
    problem: str = ""
    messages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """
    Something that the import of a module changed in another one.

    Attributes:
        by: The module that was imported.
        of: The module that has what was changed.
        name: What it is: json.JSONEncoder.default, django.urls.converters.REGISTERED_CONVERTERS.
    """

    by: str
    of: str
    name: str


@dataclass(frozen=True, slots=True)
class EvaluatedAnnotation:
    """
    A name that was looked up because an annotation was evaluated, by the name of the file that has it.

    Attributes:
        file: The file that has the annotation, relative to the project's directory.
        name: The name.
        caller: FILE:LINE of the project that had it evaluated; empty where a package did.
    """

    file: str
    name: str
    caller: str = ""


@dataclass(frozen=True, slots=True)
class RanFunction:
    """
    A function of the project that ran before the target.

    Attributes:
        file: Where it is defined, relative to the project's directory.
        name: Its qualified name, such as Site.get_urls.
        first_line: The line on which it begins, that of its first decorator.
        lines: Those that ran; empty where they are not known, as before Python 3.12.
        caller: FILE:LINE of what called it first; empty where that is not known.
    """

    file: str
    name: str
    first_line: int
    lines: tuple[int, ...] = ()
    caller: str = ""

    def reaches(self, line: int) -> bool:
        """Whether one of its lines ran, as far as that is known."""
        return not self.lines or line in self.lines


@dataclass(frozen=True, slots=True)
class Ran:
    """
    Which of the project's functions ran before the target.

    Attributes:
        problem: Why that is not known, as a sentence without a full stop; empty where it is.
        functions: Those that ran.
    """

    problem: str = "the profile does not say which functions ran: write it again"
    functions: tuple[RanFunction, ...] = ()
