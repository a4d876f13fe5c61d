"""The commands on saved profiles, which need no boot."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.__main__ import main
from django_startup.analysis.profile_file import dump_profile
from tests.helpers import run
from tests.profiles import MS, make_profile


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    (tmp_path / "before.json").write_text(dump_profile(make_profile()))
    after = replace(make_profile(), total=replace(make_profile().total, time_ns=2000 * MS))
    (tmp_path / "after.json").write_text(dump_profile(after))
    return tmp_path


def test_compare(saved: Path) -> None:
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "--compare", "before.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "Slower: 1.400 s before, 2.000 s now (+0.600 s; the boots differ by 0.070 s).\n"


def test_settings_for_ruff_and_a_copy(saved: Path) -> None:
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "--emit", "ruff", "-o", "copy.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("[tool.ruff.lint.flake8-tidy-imports]\n")
    assert (saved / "copy.json").read_text() == (saved / "after.json").read_text()


def test_usage_as_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: python -m django_startup {profile,budget} [options]\n")
