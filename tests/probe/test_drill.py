"""The probe's sampler, in this process: what pyinstrument calls is seen by no coverage tool."""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_startup.probe import drill as drill_module
from django_startup.probe.drill import Drill
from django_startup.probe.importlib_bootstrap import drilling
from django_startup.probe.run_queue import RunQueue

PROBE = str(Path(drill_module.__file__).parent)


def make_drill(place: str = "module:here", finish: Any = lambda: None) -> Drill:
    return Drill(place, gc, RunQueue(), PROBE, finish)


def names(drill: Drill) -> list[list[str]]:
    return [[frame.split("\0")[0] for frame in stack] for stack in drill.samples]


def test_a_sample_of_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_module, "REST", 0)
    drill = make_drill()
    drill.can_start()
    drill.lap()

    def place() -> None:
        here = sys._getframe()
        drill.start = here.f_back
        drill.sample(here, "call", None)
        drill.sample(here, "return", None)
        drill.sample(here, "c_return", time.sleep)
        drill.sample(here, "c_exception", [].append)
        drill.sample(here, "c_return", SimpleNamespace(__name__="made"))

    place()
    assert names(drill) == [[], ["place"], ["place", "sleep"], ["place", "list.append"], ["place", "made"]]
    assert all(min(sums) >= 0 and sums[3] == 1 for sums in drill.samples.values())


def test_after_a_sample_the_place_runs_undisturbed_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    drill = make_drill()
    drill.can_start()
    monkeypatch.setattr(drill_module, "REST", 10**9)
    drill.sample(sys._getframe(), "return", None)
    monkeypatch.setattr(drill_module, "LULL", 10**9)
    drill.sample(sys._getframe(), "return", None)
    assert [sums[3] for sums in drill.samples.values()] == [1]
    monkeypatch.setattr(drill_module, "LULL", 0)  # as if nothing had been called for long
    drill.sample(sys._getframe(), "return", None)
    assert sum(sums[3] for sums in drill.samples.values()) == 2


def test_deep_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_module, "DEEPEST", 4)
    drill = make_drill()
    drill.start = sys._getframe()

    def recursive(n: int) -> list[str]:
        return recursive(n - 1) if n else [frame.f_code.co_name for frame in drill.walk(sys._getframe())]

    def even(n: int) -> list[str]:
        return odd(n - 1) if n else recursive(50)

    def odd(n: int) -> list[str]:
        return even(n - 1)

    assert recursive(50) == ["recursive"]
    assert even(50) == ["recursive", "even", "odd", "even"]


def test_no_more_stacks_are_kept_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drill_module, "MOST_FRAMES", 5)
    monkeypatch.setattr(drill_module, "SHORT", 1)
    drill = make_drill()
    for stack in ("abc", "abx", "aby", "abc"):
        drill.keep(list(stack), 1, 0, 0)
    assert {"".join(stack): sums[3] for stack, sums in drill.samples.items()} == {"abc": 2, "a": 2}
    monkeypatch.setattr(drill_module, "MOST_STACKS", 2)
    drill.keep(["b", "c"], 1, 0, 0)
    assert list(map("".join, drill.samples)) == ["abc", "a", "b"]


def test_collections_are_off_in_the_place_only() -> None:
    finished: list[bool] = []
    drill = make_drill(finish=lambda: finished.append(gc.isenabled()))
    gc.enable()
    assert drill.call(gc.isenabled) is False
    assert (finished, drill.runs, drill.failures, drill.is_on()) == ([True], 1, [], False)
    gc.disable()
    try:
        drill.call(gc.isenabled)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_place_that_fails() -> None:
    drill = make_drill(finish=lambda: pytest.fail("it has not been left"))
    with pytest.raises(ZeroDivisionError):
        drill.call(lambda: 1 // 0)
    assert (drill.runs, drill.failures) == (1, ["ZeroDivisionError"])


def test_a_place_within_itself() -> None:
    drill = make_drill()
    assert drill.call(lambda: drill.call(lambda: 5)) == 5
    assert drill.runs == 1


def test_imports_from_within_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    drill = make_drill()
    on: list[tuple[str, bool]] = []

    def find_and_load(name: str) -> str:
        on.append((name, drill.is_on()))
        if name == "here":
            assert hooked("inner") == "inner"
            with pytest.raises(ImportError):
                hooked("missing")
        if name == "missing":
            raise ImportError
        return name

    hooked = drilling(find_and_load, drill)
    for name in ("sys", "before", "here", "after"):
        assert hooked(name) == name
    assert on == [
        ("sys", False),
        ("before", False),
        ("here", True),
        ("inner", False),
        ("missing", False),
        ("after", False),
    ]


def test_the_modules_of_a_package_are_one_place() -> None:
    drill = make_drill("package:here,there", finish=lambda: pytest.fail("more of it may come"))
    on: list[tuple[str, bool]] = []
    inner = {"here": ["here.api", "other"], "other": ["there.late", "hereabouts"]}

    def find_and_load(name: str) -> str:
        on.append((name, drill.is_on()))
        for module in inner.get(name, ()):
            hooked(module)
        return name

    hooked = drilling(find_and_load, drill)
    for name in ("before", "here", "there"):
        assert hooked(name) == name
    assert on == [
        ("before", False),
        ("here", True),
        ("here.api", True),
        ("other", False),
        ("there.late", True),
        ("hereabouts", False),
        ("there", True),
    ]
    assert (drill.runs, drill.is_on()) == (2, False)


def test_of_a_package_the_innermost_body() -> None:
    drill = make_drill("package:here")
    drill.can_start()
    frames: list[Any] = []
    inner = compile("import sys\ndef f():\n    frames.append(sys._getframe())\nf()\n", "here/api.py", "exec")
    exec(compile("exec(inner)\n", "here/__init__.py", "exec"), {"inner": inner, "frames": frames})
    assert [text.split("\0")[0] for text in drill.stack(frames[0])] == ["<module>", "f"]


def test_ready_of_one_app() -> None:
    drill = make_drill("ready:billing")
    seen: list[str] = []
    phases = SimpleNamespace(instrument=lambda config, entry: seen.append(entry))
    drill.watch(phases)
    for label in ("billing", "shop"):
        config = SimpleNamespace(label=label, ready=lambda: drill.is_on())
        phases.instrument(config, label)
        assert config.ready() is (label == "billing")
    assert (seen, drill.runs) == (["billing", "shop"], 1)


def test_what_is_written() -> None:
    drill = make_drill()
    drill.keep(["a", "f\0x\0y.py\0001\x01l2"], 1, 2, 0)
    drill.keep(["a"], 3, 4, 2)
    drill.keep(["a"], 1, 1, 9)
    written: list[Any] = []
    drill.write(SimpleNamespace(write=written.append, write_all=written.extend))
    assert written == [
        {"record": "drill", "runs": 0, "failures": [], "problem": ""},
        ["F", "a"],
        ["F", "f\0x\\x00y.py\0001\x01l2"],
        ["P", 1, 2, 0, 1, [0, 1]],
        ["P", 4, 5, 3, 2, [0]],
    ]


def test_no_pyinstrument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyinstrument.low_level", None)
    drill = make_drill()
    assert drill.call(lambda: 5) == 5
    assert drill.problem.startswith("ModuleNotFoundError: ")
    assert (drill.runs, drill.thread) == (0, 0)
