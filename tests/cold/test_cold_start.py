"""Cold starts without a boot: which boots are made, with what, and what is made of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.cold import bytecode, cold_start
from django_startup.cold.bytecode import compile_all
from django_startup.cold.cold_start import measure_cold_start
from django_startup.cold.disk_cache import Emptied
from django_startup.exceptions import BootError, UsageError
from django_startup.measure.boot import command_line
from django_startup.measure.clocks import Clocks
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.observations import Compiled, Environment, KernelCounts, LoadedApp, LoadedModule
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.cold import ColdKind, KeptFile

ZERO = Clocks(0, 0, 0)
MS = 1_000_000
SITE = "/venv/lib/python3.13/site-packages/stripe/api.py"
MODULES = (
    LoadedModule("json", "", json.__file__),
    LoadedModule("stripe.api", "", SITE),
    LoadedModule("shop.urls", "", "/shop/urls.py"),
    LoadedModule("billing.models", "", "/shop/billing/models.py"),
    LoadedModule("fast", "", "/venv/fast.so"),
)
SOURCES = [module.file for module in MODULES if module.file.endswith(".py")]
TARGET = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=Path("/shop"), environment={"A": "1"})


class Machine:
    """Boots that take 100 ms, each module that has no bytecode 10 ms more, and nothing in memory 50 ms more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bytecode: dict[str, set[str]] = {"": set(SOURCES)}
        self.boots: list[tuple[str, str | None]] = []
        self.emptied: list[set[str]] = []
        self.is_empty = self.ignores_prefix = False
        monkeypatch.setattr(cold_start, "boot", self.boot)
        monkeypatch.setattr(cold_start, "empty_disk_cache", self.empty)
        monkeypatch.setattr(cold_start, "bytes_in_memory", lambda files: 2**20 * len(files))
        monkeypatch.setattr(bytecode, "compile_all", self.compile_all)

    def empty(self, files: list[str]) -> Emptied:
        self.emptied.append(set(files))
        self.is_empty = True
        return Emptied(tuple(KeptFile(f"/lib{number}", 2**20) for number in range(12)), 1)

    def compile_all(self, sources: list[str], directory: Path, mode: str) -> None:
        self.bytecode[str(directory)] = set(sources)

    def boot(self, target: BootTarget, *arguments: Any, **options: Any) -> Recording:
        assert options["instructions"].counts
        environment: Mapping[str, str] = target.environment or {}
        assert environment["A"] == "1"
        prefix = environment.get("PYTHONPYCACHEPREFIX", "")
        not_writing = environment.get("PYTHONDONTWRITEBYTECODE")
        self.boots.append((Path(prefix).name, not_writing))
        known = self.bytecode.setdefault(prefix, set())
        missing = [source for source in SOURCES if source not in known]
        if not not_writing:
            known.update(missing)
        took = (100 + 10 * len(missing) + 50 * self.is_empty + len(self.boots) % 2) * MS
        read = 4096 * 1000 if self.is_empty else 0
        self.is_empty = False
        recording = Recording(
            0,
            ZERO,
            ZERO,
            Clocks(took, took, 0),
            modules=MODULES,
            apps=(LoadedApp("billing", "billing", "billing", "/shop/billing"),),
            compiled=tuple(Compiled(source, 10 * MS) for source in missing),
            environment=Environment(pycache_prefix="" if self.ignores_prefix else prefix, settings="shop.settings"),
            kernel=KernelCounts(read, 7, ("/shop/.env", *SOURCES)),
        )
        return recording.with_ending(Ending(Outcome.REACHED))


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_the_boots_of_a_cold_start(machine: Machine) -> None:
    said: list[tuple[int, int]] = []
    cold = measure_cold_start(TARGET, timeout=9, on_boot=lambda *boots: said.append(boots), runs=2)
    assert said == [(number, 18) for number in range(18)]
    assert {
        boot.kind: (boot.time_ns // MS, boot.spread_ns // MS, boot.compiled, boot.boots) for boot in cold.boots
    } == {
        ColdKind.WARM: (100, 1, 0, 2),
        ColdKind.COLD_DISK: (150, 1, 0, 2),
        ColdKind.COLD: (190, 1, 4, 2),
        ColdKind.COMPILED: (150, 1, 0, 2),
        ColdKind.UNCHECKED: (150, 1, 0, 2),
        ColdKind.INSTALLED: (180, 1, 3, 2),
        ColdKind.SECOND: (100, 1, 0, 2),
        ColdKind.UNWRITTEN: (140, 1, 4, 2),
    }
    assert machine.boots == snapshot(
        [
            ("", None),
            ("", None),
            ("", None),
            ("", None),
            ("", None),
            ("1", None),
            ("2", None),
            ("3", "1"),
            ("3", "1"),
            ("4", "1"),
            ("4", "1"),
            ("5", "1"),
            ("5", "1"),
            ("6", ""),
            ("6", ""),
            ("6", ""),
            ("7", "1"),
            ("7", "1"),
        ]
    )
    whole = cold.of(ColdKind.COLD)
    assert whole
    assert (whole.files, whole.faults, whole.read_bytes, whole.kept_bytes) == (5, 7, 4089446, 12 * 2**20)
    assert (whole.needed_bytes, whole.compile_ns) == (5 * 2**20, 40 * MS)
    assert [(row.name, row.modules) for row in cold.packages] == [
        ("app billing", 1),
        ("project", 1),
        ("stdlib", 1),
        ("stripe", 1),
    ]
    assert [row.name for row in cold.missed] == ["app billing", "project", "stdlib"]
    assert (len(cold.kept), cold.kept_files, cold.hidden, cold.problem) == (10, 12, 1, "")


def test_what_is_emptied(machine: Machine) -> None:
    measure_cold_start(TARGET, timeout=9, on_boot=lambda *boots: None, runs=1)
    assert len(machine.emptied) == 5
    for files in machine.emptied:
        assert {"/shop/.env", "/venv/fast.so", "/shop/urls.py"} <= files
        assert any(file.startswith("/shop/__pycache__/urls.") or file.endswith("/shop/urls.pyc") for file in files)


def test_an_interpreter_that_ignores_its_environment(machine: Machine) -> None:
    machine.ignores_prefix = True
    with pytest.raises(UsageError) as raised:
        measure_cold_start(TARGET, timeout=9, on_boot=lambda *boots: None, runs=None)
    assert str(raised.value) == snapshot(
        """\
Python does not look at PYTHONPYCACHEPREFIX here (python -E, -I, or a start that clears its environment), so it cannot \
be started without its bytecode.\
"""
    )


def test_the_environment_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("B", "2")
    target = BootTarget(TARGET.entry)
    environment = bytecode.with_bytecode_in(target, Path("/cache")).environment
    assert environment == {**os.environ, "PYTHONPYCACHEPREFIX": "/cache"}


def test_compileall(tmp_path: Path) -> None:
    source, wrong = tmp_path / "ä.py", tmp_path / "wrong.py"
    source.write_text("x = 1\n")
    wrong.write_text("x =\n")
    compile_all([str(source), str(wrong)], tmp_path / "cache", bytecode.UNCHECKED)
    (written,) = (path for path in (tmp_path / "cache").rglob("*.pyc"))
    assert written.read_bytes()[4:8] == b"\1\0\0\0"
    assert written.name == f"ä.{sys.implementation.cache_tag}.pyc"
    assert str(written) in bytecode.inside(tmp_path / "cache")


def test_compileall_that_cannot_be_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def run(*arguments: Any, **options: Any) -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(BootError, match="cannot be run: Resource temporarily unavailable"):
        compile_all([], tmp_path, bytecode.CHECKED)


def test_what_the_environment_says_of_bytecode_is_no_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """A child may have another environment; an option would be above it."""
    monkeypatch.setattr(subprocess, "_args_from_interpreter_flags", lambda: ["-B", "-X", "dev"])
    for value, options in (("1", ["-X", "dev"]), ("", ["-B", "-X", "dev"])):
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", value)
        assert command_line(TARGET, "bare", Path("/d"), 9)[1 : 1 + len(options)] == options
