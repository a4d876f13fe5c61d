"""
Where the parts of a pytest session begin and end, up to its first test.

As soon as pytest's configuration has been imported, its plugin manager is wrapped where it loads plugins and conftest
files, and gets a plugin of the probe's own, whose hooks say the rest (pytest_hooks.py). Only this process is changed.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from django_startup.probe.recorder import Recorder, Silent

# Options of plugins that shuffle tests, and what keeps the order the same in every boot.
SEEDS = {"randomly_seed": 1, "random_order_seed": "1"}
OF_PYTEST = ("_pytest", "pytest")  # modules of exceptions that pytest wraps others in
# The exit codes of sessions that an error has ended: tests failed, interrupted, internal error, wrong usage.
CODE: "Any" = vars(SystemExit)["code"]
BY_ERROR = (1, 2, 3, 4)


class PytestSession:
    """
    What is known of a pytest session in this process. reached is called when its first test has been run, hooks is the
    module pytest_hooks, raised says where an exception was raised, as failed_span() asks for it.

    Attributes:
        first_test: Its node id; "" before it has been run.
        problem: The exception that it failed with; "" where it passed.
        tests: How many tests were collected.
        workers: How many processes pytest-xdist would have started; 0 for none.
        error: What ended the session before that, and the span in which it was raised.
    """

    def __init__(
        self,
        recorder: "Recorder | Silent",
        reached: "Callable[[], None]",
        hooks: "Any",
        raised: "Callable[[BaseException], object]",
    ) -> None:
        self.recorder = recorder
        self.reached = reached
        self.hooks = hooks
        self.raised = raised
        self.first_test = ""
        self.problem = ""
        self.tests = 0
        self.workers = 0
        self.error: tuple[BaseException, int] | None = None
        self.conftests: set[str] = set()
        self.tear_down: Callable[[], object] = nothing

    def let_go(self) -> None:
        """Let go of what the first test was given: databases, containers. What fails there is no part of the start."""
        try:
            self.tear_down()
        except BaseException:
            return

    def relative(self, path: object) -> str:
        """The path of a file as it is written from the working directory, where it is in there."""
        return str(path).removeprefix(os.path.join(os.getcwd(), ""))

    def facts(self) -> "dict[str, Any]":
        """What the record of the environment says of it."""
        return {
            "first_test": self.first_test,
            "first_test_problem": self.problem,
            "tests": self.tests,
            "workers": self.workers,
        }

    def wrap_config(self, module: "Any") -> None:
        """pytest's plugin manager: what it loads."""
        manager = module.PytestPluginManager
        builtin = frozenset(module.builtin_plugins)
        import_plugin, import_conftest = manager.import_plugin, manager._importconftest
        load_entry_points, start = manager.load_setuptools_entrypoints, manager.__init__
        entry_point = sys.modules["importlib.metadata"].EntryPoint
        entry_point.load = self.loading(entry_point.load)

        def recorded_import_plugin(manager: "Any", name: str, *args: object, **kwargs: object) -> "Any":
            if name in builtin:
                return import_plugin(manager, name, *args, **kwargs)
            return self.within("plugins", "plugin", name, import_plugin, manager, name, *args, **kwargs)

        def recorded_load_entry_points(*args: object, **kwargs: object) -> "Any":
            return self.within("plugins", "", "", load_entry_points, *args, **kwargs)

        def recorded_import_conftest(manager: "Any", path: object, *args: object, **kwargs: object) -> "Any":
            if str(path) in self.conftests:  # it is loaded, and asked for by each directory below its own
                return import_conftest(manager, path, *args, **kwargs)
            self.conftests.add(str(path))
            return self.within(
                "conftest", "conftest", self.relative(path), import_conftest, manager, path, *args, **kwargs
            )

        def recorded_start(manager: "Any", *args: object, **kwargs: object) -> None:
            start(manager, *args, **kwargs)
            manager.register(self.hooks.make(module.hookimpl, self), "django-startup-probe")

        manager.import_plugin = recorded_import_plugin
        manager.load_setuptools_entrypoints = recorded_load_entry_points
        manager._importconftest = recorded_import_conftest
        manager.__init__ = recorded_start

    def loading(self, load: "Callable[[Any], Any]") -> "Callable[[Any], Any]":
        """EntryPoint.load, for those of pytest's plugins."""

        def recorded_load(entry_point: "Any") -> "Any":
            if entry_point.group != "pytest11":
                return load(entry_point)
            return self.within("plugins", "plugin", distribution(entry_point), load, entry_point)

        return recorded_load

    def wrap_databases(self, module: "Any") -> None:
        """django.test.utils, whoever creates the databases."""
        setup_databases = module.setup_databases

        def recorded_setup_databases(*args: object, **kwargs: object) -> "Any":
            return self.within("database", "", "", setup_databases, *args, **kwargs)

        module.setup_databases = recorded_setup_databases

    def within(
        self, phase: str, kind: str, name: str, function: "Callable[..., Any]", /, *args: object, **kwargs: object
    ) -> "Any":
        """What function returns, with a span of a phase around it, and inside that one of a kind, if there is one."""
        outer = self.recorder.begin("phase", phase)
        span = self.recorder.begin(kind, name) if kind else outer
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            self.failed(error, span)
            if kind:
                self.recorder.end(span, 1)
            self.recorder.end(outer, 1)
            raise
        if kind:
            self.recorder.end(span)
        self.recorder.end(outer)
        return result

    def failed(self, error: BaseException, span: int) -> None:
        """The session will end by error, or by what pytest has wrapped in it; the first one counts."""
        if self.error is None:
            while type(error).__module__.startswith(OF_PYTEST) and error.__cause__ is not None:
                error = error.__cause__
            failed = self.recorder.failed_span(error, self.raised(error))  # before another import fails
            self.error = error, max(span, failed)

    def cause_of(self, end: BaseException) -> "tuple[BaseException, int] | None":
        """What the session has ended by, where it was an error that pytest has turned into sys.exit()."""
        # isinstance() would ask the error, which may be of a class of the project's that lets nothing be asked.
        is_exit = issubclass(type(end), SystemExit)
        return self.error if is_exit and CODE.__get__(end) in BY_ERROR else None

    def prepare(self, config: "Any") -> None:
        """
        Run the tests in this process, as each worker of pytest-xdist does in its own, and in the same order each time.
        """
        option = config.option
        wanted = getattr(option, "numprocesses", None)
        if wanted in ("auto", "logical"):
            wanted = config.hook.pytest_xdist_auto_num_workers(config=config)
        if wanted and not getattr(option, "usepdb", False):
            most = getattr(option, "maxprocesses", None)
            self.workers = min(wanted, most) if most else wanted
            option.numprocesses = 0
        for name, seed in SEEDS.items():
            if hasattr(option, name):
                setattr(option, name, seed)


def distribution(entry_point: "Any") -> str:
    """The name of the distribution that a plugin comes from; its own where that is not known."""
    metadata = getattr(getattr(entry_point, "dist", None), "metadata", None)
    name = metadata["Name"] if metadata is not None else None
    return str(name or entry_point.name)


def nothing() -> None:
    """There is nothing to tear down before a test has been run."""
