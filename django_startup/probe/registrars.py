"""
Which module was being imported when something was registered. For the evidence boot only.

A registration is the doing of the module whose import makes it, wherever the registered thing comes from: of a
report.py with admin.site.register(Item), not of the models.py that defines Item.
"""

import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from typing import Any


class Registrars:
    """
    Notes who registers what.

    Attributes:
        by: The module that was being imported, "" for none, by the id of a registry and the key of an entry in it.
        arrivals: What to wrap when which module has been imported.
    """

    def __init__(self, recorder: "Any") -> None:
        self.by: dict[tuple[int, Any], str] = {}
        self.under_way: dict[int, list[tuple[int, str]]] = {}
        self.arrivals: dict[str, Callable[[Any], None]] = {
            "django.apps.registry": self.wrap_apps,
            "django.dispatch.dispatcher": self.wrap_signals,
            "django.db.models.signals": self.wrap_model_signals,
            "django.core.checks.registry": self.wrap_checks,
            "django.contrib.admin.sites": self.wrap_admin,
            "celery._state": self.wrap_celery_state,
            "celery.app.base": self.wrap_celery,
        }
        self.waiting: dict[int, str] = {}
        self.instead: str | None = None  # what registers now has been handed over by this module, earlier
        self.emit = recorder.emit
        self.begin, self.end = recorder.begin, recorder.end
        recorder.begin, recorder.end = self.on_begin, self.on_end

    def on_begin(self, kind: str, name: str, *place: "Any") -> int:
        """In place of the recorder's begin()."""
        span: int = self.begin(kind, name, *place)
        if kind in ("import", "ready"):
            self.under_way.setdefault(get_ident(), []).append((span, name if kind == "import" else ""))
        return span

    def on_end(self, span: int, failed: int = 0) -> None:
        """In place of the recorder's end()."""
        self.end(span, failed)
        stack = self.under_way.get(get_ident())
        if stack and stack[-1][0] == span:
            stack.pop()

    def current(self) -> str:
        """The module that this thread is importing: the innermost. "" for none, and in an app's ready()."""
        if self.instead is not None:
            return self.instead
        stack = self.under_way.get(get_ident())
        return stack[-1][1] if stack else ""

    def noting(
        self, register: "Callable[..., Any]", entries: "Callable[[Any], Collection[Any]]"
    ) -> "Callable[..., Any]":
        """A method register of a registry, with a note of who made which of its entries."""

        def known(registry: "Any") -> "set[Any]":
            try:
                return set(entries(registry))
            except Exception:  # the project has put something else in its place
                return set()

        def noted(registry: "Any", *args: object, **kwargs: object) -> "Any":
            before = known(registry)
            result = register(registry, *args, **kwargs)
            by = self.waiting.pop(id(args[0]), None) if args else None
            for entry in known(registry) - before:
                self.by[id(registry), entry] = self.current() if by is None else by
            return result

        return noted

    def wrap_apps(self, module: "Any") -> None:
        """A model is registered while its class is made."""
        module.Apps.register_model = self.noting(
            module.Apps.register_model,
            lambda apps: [model for app in apps.all_models.values() for model in app.values()],
        )

    def wrap_signals(self, module: "Any") -> None:
        """Each signal also remembers the module that made it, under whose name for it the registries list it."""
        init = module.Signal.__init__

        def __init__(signal: "Any", *args: object, **kwargs: object) -> None:
            signal._startup_module = sys._getframe(1).f_globals.get("__name__")
            init(signal, *args, **kwargs)

        module.Signal.__init__ = __init__
        module.Signal.connect = self.noting(
            module.Signal.connect, lambda signal: [receiver[0] for receiver in signal.receivers]
        )

    def wrap_model_signals(self, module: "Any") -> None:
        """One whose sender is a name is connected later, when there is a model of that name."""
        connect = module.ModelSignal.connect

        def noted_connect(signal: "Any", receiver: "Any", *args: object, **kwargs: object) -> "Any":
            self.waiting[id(receiver)] = self.current()
            return connect(signal, receiver, *args, **kwargs)

        module.ModelSignal.connect = noted_connect

    def wrap_checks(self, module: "Any") -> None:
        """register(check) registers at once, register(tag) makes a decorator that does."""

        def entries(registry: "Any") -> "Collection[Any]":
            return {*registry.registered_checks, *registry.deployment_checks}

        register = self.noting(module.CheckRegistry.register, entries)

        def noted_register(registry: "Any", check: "Any" = None, *args: object, **kwargs: object) -> "Any":
            result = register(registry, check, *args, **kwargs)
            if result is check:
                return result
            decorate = self.noting(lambda registry, check: result(check), entries)
            return lambda check: decorate(registry, check)

        module.CheckRegistry.register = noted_register
        module.register = module.registry.register

    def wrap_admin(self, module: "Any") -> None:
        """A model is registered with a site, or taken out of it."""
        unregister = module.AdminSite.unregister

        def noted_unregister(site: "Any", *args: object, **kwargs: object) -> "Any":
            result = unregister(site, *args, **kwargs)
            if self.current():
                self.emit(("H", self.current(), module.__name__, "what is registered with the admin"))
            return result

        module.AdminSite.unregister = noted_unregister
        module.AdminSite.register = self.noting(module.AdminSite.register, lambda site: site._registry)

    def wrap_celery_state(self, module: "Any") -> None:
        """A shared task is made anew for each app, when that is first used."""
        connect = module.connect_on_app_finalize

        def noted_connect(callback: "Callable[..., Any]") -> "Any":
            connect(self.later(callback))
            return callback

        module.connect_on_app_finalize = noted_connect

    def wrap_celery(self, module: "Any") -> None:
        """A task of an app is made when the app is first used, by a method of the app's that is asked for at once."""
        made = self.noting(module.Celery._task_from_fun, lambda app: app._tasks)
        module.Celery._task_from_fun = Later(self, made)
        # It uses the app: what that makes of others is no doing of who registers a task.
        module.Celery.register_task = self.noting(module.Celery.register_task, lambda app: app.tasks)

    def later(self, function: "Callable[..., Any]") -> "Callable[..., Any]":
        """function; what it registers, whenever it is called, is the doing of the module that is being imported now."""
        by = self.current()

        def called_later(*args: object, **kwargs: object) -> "Any":
            around, self.instead = self.instead, by
            try:
                return function(*args, **kwargs)
            finally:
                self.instead = around

        return called_later


class Later:
    """A method that is the doing of the module that was being imported when an object was asked for it."""

    def __init__(self, registrars: Registrars, method: "Callable[..., Any]") -> None:
        self.registrars = registrars
        self.method = method

    def __get__(self, thing: "Any", kind: "Any" = None) -> "Callable[..., Any]":
        method = self.method
        if thing is None:
            return method
        return self.registrars.later(lambda *args, **kwargs: method(thing, *args, **kwargs))
