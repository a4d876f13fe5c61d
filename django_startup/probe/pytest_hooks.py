"""The probe's own plugin in a pytest session: what pytest's hooks say of collection, fixtures and the first test."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from typing import Any

    from django_startup.probe.pytest_session import PytestSession

    Wrapper = Generator[None, Any, None]


def make(hookimpl: "Callable[..., Any]", session: "PytestSession") -> "Hooks":
    """The plugin, whose hooks are marked with the hookimpl of the pytest that is there."""
    hooks = Hooks(session)
    for name, options in OPTIONS.items():
        # On the class, as pytest reads the marks of the function.
        hookimpl(**options)(getattr(Hooks, name))
    return hooks


class Hooks:
    """Each hook is around those of all other plugins."""

    def __init__(self, session: "PytestSession") -> None:
        self.session = session
        self.recorder = session.recorder
        self.running: int | None = None  # the span of the phase test, while that is open
        self.broken: int | None = None  # the span of the first fixture in it that has failed

    def pytest_cmdline_main(self, config: "Any") -> "Wrapper":
        self.session.prepare(config)
        yield

    def pytest_collection(self, session: "Any") -> "Wrapper":
        span = self.recorder.begin("phase", "collection")
        yield
        self.session.tests = len(getattr(session, "items", ()))
        self.recorder.end(span)

    def pytest_make_collect_report(self, collector: "Any") -> "Wrapper":
        is_file = isinstance(collector, sys.modules["_pytest.nodes"].File)
        name = self.session.relative(getattr(collector, "path", collector.nodeid)) if is_file else ""
        span = self.recorder.begin("collect", name) if is_file else 0
        outcome = yield
        if is_file:
            report = outcome.get_result()
            call = getattr(report, "call", None)
            if report.failed and call is not None and call.excinfo is not None:
                self.session.failed(call.excinfo.value, span)
            self.recorder.end(span, int(report.failed))

    def pytest_runtest_protocol(self, item: "Any") -> "Wrapper":
        if not self.session.first_test:
            self.running = self.recorder.begin("phase", "test")
            self.broken = None
        yield
        self.end_test()

    def pytest_fixture_setup(self, fixturedef: "Any") -> "Wrapper":
        span = self.recorder.begin("fixture", str(fixturedef.argname), *place_of(fixturedef.func))
        outcome = yield
        if outcome.excinfo is not None and self.broken is None:
            self.broken = span
        self.recorder.end(span, int(outcome.excinfo is not None))

    def pytest_runtest_makereport(self, item: "Any", call: "Any") -> "Wrapper":
        outcome = yield
        if self.running is not None and call.when == "setup" and outcome.get_result().failed:
            self.session.failed(call.excinfo.value, self.running if self.broken is None else self.broken)
            item.session.shouldfail = "the first test cannot be set up"

    def pytest_runtest_call(self, item: "Any") -> "Wrapper":
        outcome = yield
        if self.running is None:
            return
        error = raised(item, outcome)
        if error is not None and isinstance(error, skips()):
            return
        self.end_test()
        self.session.first_test = str(item.nodeid)
        self.session.problem = "" if error is None else type(error).__name__
        self.session.tear_down = lambda: item.ihook.pytest_runtest_teardown(item=item, nextitem=None)
        self.session.reached()

    def end_test(self) -> None:
        if self.running is not None:
            self.recorder.end(self.running)
            self.running = None


OUTERMOST = {"hookwrapper": True, "tryfirst": True}
OPTIONS: "dict[str, dict[str, bool]]" = {name: OUTERMOST for name in vars(Hooks) if name.startswith("pytest_")}


def place_of(function: "Any") -> "tuple[str, int, str]":
    """File, line and module of a fixture's function; nothing where it is another kind of callable."""
    code = getattr(function, "__code__", None)
    if code is None:
        return "", 0, ""
    return str(code.co_filename), int(code.co_firstlineno), str(getattr(function, "__module__", ""))


def raised(item: "Any", outcome: "Any") -> BaseException | None:
    """What the call of a test raised. unittest's test cases keep it to themselves."""
    if outcome.excinfo is not None:
        error: BaseException = outcome.excinfo[1]
        return error
    kept = getattr(item, "_excinfo", None)
    return kept[0].value if kept else None


def skips() -> "tuple[type[BaseException], ...]":
    """What tests are skipped by."""
    outcomes: Any = sys.modules["_pytest.outcomes"]
    unittest: Any = sys.modules.get("unittest.case")
    return (outcomes.Skipped,) if unittest is None else (outcomes.Skipped, unittest.SkipTest)
