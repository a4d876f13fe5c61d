"""What the probe makes of a session of pytest, with stand-ins for pytest's own objects."""

from __future__ import annotations

import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import pytest_hooks
from django_startup.probe.pytest_hooks import Hooks, place_of, raised, skips
from django_startup.probe.pytest_session import PytestSession, distribution


class Recorder:
    """Keeps the spans as lists of kind, name and how they ended: None while they are open, 1 by an exception."""

    def __init__(self) -> None:
        self.spans: list[list[Any]] = []

    def begin(self, kind: str, name: str, *place: Any) -> int:
        self.spans.append([kind, name, None])
        return len(self.spans) - 1

    def end(self, span: int, failed: int = 0) -> None:
        self.spans[span][2] = failed

    def failed_span(self, error: BaseException, raised: object) -> int:
        return 0


def make_session(reached: Any = lambda: None) -> Any:
    recorder: Any = Recorder()
    return PytestSession(recorder, reached, pytest_hooks, id)


def run_hook(hook: Any, outcome: Any = None) -> None:
    """Go through a hook that is around others, which came to outcome."""
    next(hook)
    with pytest.raises(StopIteration):
        hook.send(outcome)


def came_to(error: BaseException | None = None, **result: Any) -> Any:
    """The outcome of the hooks inside."""
    excinfo = None if error is None else (type(error), error, None)
    return SimpleNamespace(excinfo=excinfo, get_result=lambda: SimpleNamespace(**result))


def make_item(**attributes: Any) -> Any:
    return SimpleNamespace(nodeid="test_it.py::test_it", session=SimpleNamespace(shouldfail=False), **attributes)


@pytest.mark.parametrize(
    ("option", "workers"),
    [
        ({}, 0),
        ({"numprocesses": None}, 0),
        ({"numprocesses": 3}, 3),
        ({"numprocesses": 3, "maxprocesses": 2}, 2),
        ({"numprocesses": "auto"}, 5),
        ({"numprocesses": "logical", "usepdb": True}, 0),
    ],
)
def test_tests_are_run_in_this_process(option: dict[str, Any], workers: int) -> None:
    session = make_session()
    hook = SimpleNamespace(pytest_xdist_auto_num_workers=lambda config: 5)
    options = SimpleNamespace(randomly_seed=1234, **option)
    run_hook(Hooks(session).pytest_cmdline_main(SimpleNamespace(option=options, hook=hook)))
    assert session.workers == workers
    assert options.randomly_seed == 1
    if workers:
        assert options.numprocesses == 0


@pytest.mark.parametrize(
    ("entry_point", "name"),
    [
        (SimpleNamespace(name="acme", dist=SimpleNamespace(metadata={"Name": "acme-plugin"})), "acme-plugin"),
        (SimpleNamespace(name="acme", dist=SimpleNamespace(metadata={"Name": None})), "acme"),
        (SimpleNamespace(name="acme", dist=None), "acme"),
    ],
)
def test_the_distribution_of_a_plugin(entry_point: Any, name: str) -> None:
    assert distribution(entry_point) == name


def test_only_plugins_of_pytest_are_spans() -> None:
    session = make_session()
    load = session.loading(lambda entry_point: entry_point.name)
    assert load(SimpleNamespace(group="console_scripts", name="tool")) == "tool"
    assert session.recorder.spans == []
    assert load(SimpleNamespace(group="pytest11", name="acme")) == "acme"
    assert session.recorder.spans == [["phase", "plugins", 0], ["plugin", "acme", 0]]


def test_the_first_error_counts_without_what_pytest_wraps_it_in() -> None:
    session = make_session()
    cause = ImportError("no module")
    wrapped = pytest.UsageError("cannot be imported")
    wrapped.__cause__ = cause

    def fail() -> None:
        raise wrapped

    with pytest.raises(pytest.UsageError):
        session.within("conftest", "conftest", "conftest.py", fail)
    with pytest.raises(pytest.UsageError):
        session.within("plugins", "", "", fail)
    assert session.recorder.spans == [["phase", "conftest", 1], ["conftest", "conftest.py", 1], ["phase", "plugins", 1]]
    assert session.error == (cause, 1)
    assert session.cause_of(SystemExit(4)) == (cause, 1)
    assert session.cause_of(SystemExit(5)) is None
    assert session.cause_of(ValueError()) is None


def test_paths_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    session = make_session()
    assert session.relative(tmp_path / "tests/test_it.py") == "tests/test_it.py"
    assert session.relative("/elsewhere/test_it.py") == "/elsewhere/test_it.py"


def test_a_test_that_is_skipped_is_not_the_first() -> None:
    reached: list[str] = []
    session = make_session(lambda: reached.append("test"))
    hooks = Hooks(session)
    for error in (pytest.skip.Exception("not today"), unittest.SkipTest("")):
        protocol = hooks.pytest_runtest_protocol(make_item())
        next(protocol)
        run_hook(hooks.pytest_runtest_call(make_item()), came_to(error))
        with pytest.raises(StopIteration):
            protocol.send(None)
    assert reached == []
    assert session.recorder.spans == [["phase", "test", 0], ["phase", "test", 0]]


def test_the_first_test_and_those_after_it() -> None:
    torn_down: list[Any] = []
    reached: list[str] = []
    session: Any = make_session(lambda: reached.append(session.first_test))
    hooks = Hooks(session)
    item = make_item(ihook=SimpleNamespace(pytest_runtest_teardown=lambda item, nextitem: torn_down.append(nextitem)))
    assert session.tear_down() is None
    for _ in range(2):
        protocol = hooks.pytest_runtest_protocol(item)
        next(protocol)
        run_hook(hooks.pytest_runtest_call(item), came_to(ValueError()))
        with pytest.raises(StopIteration):
            protocol.send(None)
    assert (reached, session.problem) == (["test_it.py::test_it"], "ValueError")
    assert session.recorder.spans == [["phase", "test", 0]]
    session.let_go()
    assert torn_down == [None]


def test_what_cannot_be_torn_down_is_no_part_of_the_start() -> None:
    def fail() -> None:
        raise SystemExit

    session: Any = make_session()
    session.tear_down = fail
    session.let_go()


def test_a_first_test_that_cannot_be_set_up_ends_the_session() -> None:
    session: Any = make_session()
    hooks = Hooks(session)
    item = make_item()
    error = ZeroDivisionError()
    call = SimpleNamespace(when="setup", excinfo=SimpleNamespace(value=error))
    run_hook(hooks.pytest_runtest_makereport(item, call), came_to(failed=True))
    assert session.cause_of(SystemExit(1)) is None  # it is another test's
    next(hooks.pytest_runtest_protocol(item))
    run_hook(hooks.pytest_runtest_makereport(item, call), came_to(failed=False))
    assert not item.session.shouldfail
    for name in ("broken", "outer"):
        fixture = SimpleNamespace(argname=name, func=test_paths_of_files)
        run_hook(hooks.pytest_fixture_setup(fixture), came_to(error))
    run_hook(hooks.pytest_runtest_makereport(item, call), came_to(failed=True))
    assert (session.error, item.session.shouldfail) == ((error, 1), "the first test cannot be set up")
    assert session.recorder.spans[1] == ["fixture", "broken", 1]


def test_a_first_test_that_fails_before_its_fixtures() -> None:
    session = make_session()
    hooks = Hooks(session)
    next(hooks.pytest_runtest_protocol(make_item()))
    call = SimpleNamespace(when="setup", excinfo=SimpleNamespace(value=LookupError()))
    run_hook(hooks.pytest_runtest_makereport(make_item(), call), came_to(failed=True))
    assert session.error is not None
    assert session.error[1] == 0


class FileWithTests(pytest.File):
    """A file with tests, or one that could have some."""

    nodeid = "tests/test_it.py"

    def collect(self) -> list[Any]:
        return []


def test_files_that_cannot_be_collected() -> None:
    session = make_session()
    hooks = Hooks(session)
    directory: Any = SimpleNamespace(nodeid="tests")
    run_hook(hooks.pytest_make_collect_report(directory), came_to(failed=True))
    assert session.recorder.spans == []
    file: Any = object.__new__(FileWithTests)
    file.path = Path("tests/test_it.py")
    for call in (None, SimpleNamespace(excinfo=None)):
        run_hook(hooks.pytest_make_collect_report(file), came_to(failed=True, call=call))
    assert session.cause_of(SystemExit(2)) is None
    error = ImportError()
    run_hook(
        hooks.pytest_make_collect_report(file),
        came_to(failed=True, call=SimpleNamespace(excinfo=SimpleNamespace(value=error))),
    )
    assert session.error == (error, 2)
    assert session.recorder.spans[2] == ["collect", "tests/test_it.py", 1]


def test_where_a_fixture_is_defined() -> None:
    code = test_where_a_fixture_is_defined.__code__
    expected = code.co_filename, code.co_firstlineno, __name__
    assert place_of(test_where_a_fixture_is_defined) == expected
    assert place_of(print) == ("", 0, "")


def test_what_a_test_has_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    error = ValueError()
    assert raised(make_item(), came_to(error)) is error
    assert raised(make_item(), came_to()) is None
    assert raised(make_item(_excinfo=[SimpleNamespace(value=error)]), came_to()) is error
    monkeypatch.delitem(__import__("sys").modules, "unittest.case")
    assert skips() == (pytest.skip.Exception,)
