"""
Where Django's phases begin and end.

As soon as one of Django's own modules has been imported, the few functions that a boot passes through are wrapped:
Settings.__init__, AppConfig.create, and on each AppConfig that it returns import_models and ready (attributes of an
instance win over whatever its class overrides), Apps.populate, the system checks, and the way to a management command.
Only this process is changed. What cannot be wrapped, because a project put something else in its place, is left alone
and noted.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from django_startup.probe.pytest_session import PytestSession
    from django_startup.probe.recorder import Recorder, Silent
    from django_startup.probe.target import Target

# What runs them does not ask for the URLconf itself.
STARTING = ("django.apps.registry", "django.core.management", "django.core.checks", "django_startup.probe.target")
POPULATE = ("apps", "models", "ready")


class Phases:
    """Wraps Django as it arrives. arrivals says what to call when which module has been imported."""

    def __init__(self, recorder: "Recorder | Silent", target: "Target") -> None:
        self.recorder = recorder
        self.target = target
        self.apps: list[tuple[str, str, str, str]] = []
        self.notes: list[str] = []
        self.without_apps: tuple[str, ...] = ()
        self.settings_module = ""
        self.populating = 0
        self.phase = ""
        self.checking = False
        self.arrivals: dict[str, Callable[[Any], None]] = {
            name: self.guarded(name, wrap)
            for name, wrap in {
                "django": self.wrap_django,
                "django.conf": self.wrap_settings,
                "django.utils.log": self.wrap_logging,
                "django.apps.config": self.wrap_app_config,
                "django.apps.registry": self.wrap_registry,
                "django.core.checks.registry": self.wrap_checks,
                "django.urls.resolvers": self.wrap_resolvers,
                "django.core.management": self.wrap_management,
                "django.core.management.base": self.wrap_commands,
            }.items()
        }

    def add_arrival(self, name: str, wrap: "Callable[[Any], None]") -> None:
        """Call wrap, too, when a module of pytest's has been imported."""
        before, after = self.arrivals.get(name, ignore), self.guarded(name, wrap, "pytest")

        def wrap_both(module: "Any") -> None:
            before(module)
            after(module)

        self.arrivals[name] = wrap_both

    def watch_tests(self, session: "PytestSession") -> None:
        """Wrap what a session of pytest passes through, too."""
        self.add_arrival("_pytest.config", session.wrap_config)
        self.arrivals["django.test.utils"] = self.guarded("django.test.utils", session.wrap_databases)

    def start(self) -> None:
        """Wrap at once what was imported before the recorder (a .pth file may import Django)."""
        for name in [name for name in self.arrivals if name in sys.modules]:
            self.arrivals.pop(name)(sys.modules[name])

    def guarded(self, name: str, wrap: "Callable[[Any], None]", whose: str = "Django") -> "Callable[[Any], None]":
        def guarded_wrap(module: "Any") -> None:
            try:
                wrap(module)
            except (AttributeError, KeyError, TypeError) as error:
                self.notes.append(f"{name} is not what {whose} ships: {error}")

        return guarded_wrap

    def span(self, kind: str, name: str, function: "Callable[..., Any]", *place: "Any") -> "Callable[..., Any]":
        """function, with a span around each call; place is the file, line and module that asks for it, if known."""
        recorder = self.recorder

        def spanned(*args: object, **kwargs: object) -> "Any":
            span = recorder.begin(kind, name, *place)
            try:
                result = function(*args, **kwargs)
            except BaseException:
                recorder.end(span, 1)
                raise
            recorder.end(span)
            return result

        return spanned

    def wrap_django(self, django: "Any") -> None:
        django.setup = self.target.on_setup(django.setup)

    def wrap_settings(self, conf: "Any") -> None:
        load = self.span("phase", "settings", conf.Settings.__init__)

        def __init__(settings: object, settings_module: str, *args: object, **kwargs: object) -> None:
            self.settings_module = str(settings_module)
            load(settings, settings_module, *args, **kwargs)
            self.leave_out(settings)
            self.target.on_settings()

        conf.Settings.__init__ = __init__

    def leave_out(self, settings: "Any") -> None:
        """Take the apps out of INSTALLED_APPS that this boot is to do without."""
        if self.without_apps:
            kept = [entry for entry in settings.INSTALLED_APPS if entry not in self.without_apps]
            settings.INSTALLED_APPS = type(settings.INSTALLED_APPS)(kept)

    def wrap_logging(self, log: "Any") -> None:
        log.configure_logging = self.span("phase", "settings", log.configure_logging)

    def wrap_app_config(self, module: "Any") -> None:
        create = module.AppConfig.__dict__["create"].__func__

        def recorded_create(cls: object, entry: str) -> "Any":
            config = self.span("app", str(entry), create)(cls, entry)
            self.instrument(config, str(entry))
            return config

        module.AppConfig.create = classmethod(recorded_create)

    def instrument(self, config: "Any", entry: str) -> None:
        """Record import_models() and ready() of this one app."""
        label = str(config.label)
        self.apps.append((entry, label, str(config.name), str(config.path)))
        config.import_models = self.stage("models", label, config.import_models)
        config.ready = self.stage("ready", label, config.ready)

    def stage(self, phase: str, label: str, function: "Callable[..., Any]") -> "Callable[..., Any]":
        run = self.span(phase, label, function)

        def staged(*args: object, **kwargs: object) -> "Any":
            if self.populating and POPULATE.index(phase) > POPULATE.index(self.phase):
                self.enter(phase)
            return run(*args, **kwargs)

        return staged

    def wrap_registry(self, module: "Any") -> None:
        populate = module.Apps.populate

        def recorded_populate(registry: "Any", *args: object, **kwargs: object) -> None:
            if registry is not module.apps or registry.ready or self.populating:
                populate(registry, *args, **kwargs)
                return
            self.enter("apps")
            try:
                populate(registry, *args, **kwargs)
            except BaseException:
                span = self.populating
                self.recorder.end(span, 1)
                raise
            self.recorder.end(self.populating)
            self.populating = 0

        ready = self.target.on_ready(recorded_populate)

        def populate_and_look(registry: "Any", *args: object, **kwargs: object) -> None:
            (ready if registry is module.apps else recorded_populate)(registry, *args, **kwargs)

        module.Apps.populate = populate_and_look

    def enter(self, phase: str) -> None:
        if self.populating:
            self.recorder.end(self.populating)
        self.phase = phase
        self.populating = self.recorder.begin("phase", phase)

    def wrap_checks(self, module: "Any") -> None:
        run_checks = self.span("phase", "checks", module.CheckRegistry.run_checks)
        get_checks = module.CheckRegistry.get_checks

        def recorded_run_checks(*args: object, **kwargs: object) -> "Any":
            self.checking = True
            try:
                return run_checks(*args, **kwargs)
            finally:
                self.checking = False

        def recorded_get_checks(*args: object, **kwargs: object) -> "Any":
            checks = get_checks(*args, **kwargs)
            return [Check(self, check) for check in checks] if self.checking else checks

        module.CheckRegistry.run_checks = recorded_run_checks
        module.CheckRegistry.get_checks = recorded_get_checks
        module.run_checks = module.registry.run_checks

    def wrap_resolvers(self, module: "Any") -> None:
        """Whoever first asks for the URLconf, an app's ready() or a system check: importing it belongs to urls."""
        urlconf_module = module.URLResolver.__dict__["urlconf_module"]
        load = urlconf_module.func

        def recorded_load(resolver: "Any") -> "Any":
            if not isinstance(resolver.urlconf_name, str):
                return load(resolver)
            return self.span("phase", "urls", load, *asking_place(sys._getframe(1)))(resolver)

        urlconf_module.func = recorded_load

    def wrap_management(self, module: "Any") -> None:
        utility = module.ManagementUtility

        def asking(function: "Callable[..., Any]") -> "Callable[..., Any]":
            def recorded(utility: "Any", *args: object, **kwargs: object) -> "Any":
                self.target.on_command(getattr(utility, "settings_exception", None))
                return function(utility, *args, **kwargs)

            return recorded

        utility.fetch_command = asking(utility.fetch_command)
        utility.main_help_text = asking(utility.main_help_text)  # of `help`, which is no command that is fetched
        utility.autocomplete = self.completing(utility.autocomplete)
        utility.execute = self.executing(utility.execute)

    def completing(self, autocomplete: "Callable[..., Any]") -> "Callable[..., Any]":
        """What a shell asks for when somebody presses TAB: it ends by sys.exit(1)."""

        def recorded_autocomplete(utility: "Any") -> None:
            if "DJANGO_AUTO_COMPLETE" not in os.environ:
                return
            self.target.on_command(getattr(utility, "settings_exception", None))
            try:
                autocomplete(utility)
            except SystemExit:
                self.target.on_answered()
                raise

        return recorded_autocomplete

    def executing(self, execute: "Callable[..., Any]") -> "Callable[..., Any]":
        def recorded_execute(utility: "Any") -> None:
            execute(utility)
            self.target.on_executed()

        return recorded_execute

    def wrap_commands(self, module: "Any") -> None:
        """For entry scripts with a ManagementUtility of their own, which may find commands in another way."""
        run_from_argv = module.BaseCommand.run_from_argv

        def recorded_run_from_argv(command: "Any", argv: list[str]) -> None:
            self.target.on_command(None)
            run_from_argv(command, argv)

        module.BaseCommand.run_from_argv = recorded_run_from_argv


def ignore(module: "Any") -> None:
    """For a module that nothing is to be called with."""


def asking_place(frame: "FrameType | None") -> "tuple[Any, ...]":
    """
    File, line and module of the code that makes Django load the URLconf, by reverse() or otherwise. Nothing where what
    comes first is code that only starts Django, or this boot's target.
    """
    while frame is not None:
        name = str(frame.f_globals.get("__name__"))
        top = name.partition(".")[0]
        if name.startswith(STARTING):
            return ()
        if top != "django" and not name.startswith("django_startup.probe.") and top not in sys.stdlib_module_names:
            return frame.f_code.co_filename, frame.f_lineno or 0, name
        frame = frame.f_back
    return ()


class Check:
    """A system check with a span around its call; in all else the check itself."""

    def __init__(self, phases: Phases, check: "Any") -> None:
        name = f"{getattr(check, '__module__', '?')}.{getattr(check, '__qualname__', repr(check))}"
        self.check = check
        self.run = phases.span("check", name, check)

    def __getattr__(self, name: str) -> "Any":
        return getattr(self.check, name)

    def __call__(self, *args: object, **kwargs: object) -> "Any":
        return self.run(*args, **kwargs)
