"""Python that is put in place of a boot's own is followed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from django_startup.probe.reexec import Reexec, read_lines, split


class Executed(Exception):
    """As the process is gone."""


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["manage.py", "check", "-m"], ([], "script", ["manage.py", "check", "-m"])),
        (["-u", "-W", "error", "-Xdev", "manage.py"], (["-u", "-W", "error", "-Xdev"], "script", ["manage.py"])),
        (["--check-hash-based-pycs", "never", "x.py"], (["--check-hash-based-pycs", "never"], "script", ["x.py"])),
        (["-Wmodule", "x.py"], (["-Wmodule"], "script", ["x.py"])),
        (["-m", "shop", "check"], ([], "module", ["shop", "check"])),
        (["-mshop", "check"], ([], "module", ["shop", "check"])),
        (["-um", "shop"], (["-u"], "module", ["shop"])),
        (["-c", "print(3)"], ([], "script", [])),
        (["-Ic", "print(3)"], (["-Ic"][:0], "script", [])),
        (["-", "x"], ([], "script", [])),
        (["-W"], (["-W"], "script", [])),
        ([], ([], "script", [])),
    ],
)
def test_the_parts_of_a_command_line(words: list[str], parts: tuple[list[str], str, list[str]]) -> None:
    assert split(words) == parts


@pytest.fixture
def reexec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reexec:
    """One that has started; what would be executed is raised."""

    def execute(*arguments: object) -> None:
        raise Executed(*arguments)

    monkeypatch.setattr(os, "execv", execute)
    monkeypatch.setattr(os, "execve", execute)
    (tmp_path / "boot.py").touch()
    probe = [str(tmp_path / "boot.py"), str(tmp_path), "bare", "urls", "60", "redacted"]
    reexec = Reexec(probe)
    reexec.start()
    return reexec


def executed(function: object, *arguments: object) -> tuple[object, ...]:
    assert callable(function)
    with pytest.raises(Executed) as caught:
        function(*arguments)
    return caught.value.args


def test_the_same_interpreter_is_followed(reexec: Reexec, tmp_path: Path) -> None:
    path, words, variables = executed(os.execve, sys.executable, ["python", "-u", b"manage.py", "check"], {"A": "1"})
    assert (path, variables) == (sys.executable, {"A": "1"})
    assert isinstance(words, list)
    assert words[:6] == ["python", "-u", str(tmp_path / "boot.py"), str(tmp_path), "bare", "urls"]
    assert words[7:] == ["redacted", "script", "manage.py", "manage.py", "check"]
    assert 0 < float(words[6]) <= 60
    ((file, line, wall),) = read_lines(str(tmp_path))
    assert (file, type(line), type(wall)) == (__file__, int, int)


def test_the_line_is_that_of_the_project(reexec: Reexec, tmp_path: Path) -> None:
    executed(os.execlp, sys.executable, "python", "manage.py")
    assert [file for file, _, _ in read_lines(str(tmp_path))] == [__file__]


def test_the_command_line_of_the_probe_itself_stays(reexec: Reexec, tmp_path: Path) -> None:
    words = [sys.executable, *reexec.probe, "script", "manage.py", "manage.py"]
    assert executed(os.execv, sys.executable, words) == (sys.executable, words)
    assert len(read_lines(str(tmp_path))) == 1


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("/bin/sh", ["sh", "manage.py"]),
        (sys.executable, ["python", "-c", "print(3)"]),
        (sys.executable, 3),
        (None, ["python"]),
    ],
    ids=["another program", "code", "no arguments", "no path"],
)
def test_what_is_not_followed(reexec: Reexec, tmp_path: Path, path: object, arguments: object) -> None:
    assert executed(os.execv, path, arguments) == (path, arguments)
    assert read_lines(str(tmp_path)) == []
