"""The commands on saved profiles, which need no boot."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.__main__ import main
from django_startup.profile.profile_file import dump_profile, load_profile
from tests.support.helpers import run
from tests.support.profiles import MS, make_profile

pytestmark = pytest.mark.smoke


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    (tmp_path / "before.json").write_text(dump_profile(make_profile()))
    after = replace(make_profile(), total=replace(make_profile().total, time_ns=2000 * MS))
    (tmp_path / "after.json").write_text(dump_profile(after))
    return tmp_path


def test_compare(saved: Path) -> None:
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "--compare", "before.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    sentence, _, phases = ran.stdout.partition("\n\n")
    assert sentence == snapshot("Slower: 1.400 s before, 2.000 s now (+0.600 s; up to 0.100 s is noise).")
    assert phases.startswith("PHASES")


def test_a_comparison_in_every_format(saved: Path) -> None:
    outputs = [argument for suffix in (".json", ".md", ".txt") for argument in ("-o", f"compared{suffix}")]
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "--compare", "before.json", *outputs)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads((saved / "compared.json").read_text())["comparison"]["verdict"] == "slower"
    assert "slower, 1.400 s before, 2.000 s now (+0.600 s)" in (saved / "compared.md").read_text("utf-8")
    assert (saved / "compared.txt").read_text("utf-8").startswith("Slower: 1.400 s before, 2.000 s now (+0.600 s;")
    assert load_profile(saved / "compared.json") == load_profile(saved / "after.json")


def test_the_same_profile_twice(saved: Path) -> None:
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "--compare", "after.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    sentence = "No measurable difference: 2.000 s before, 2.000 s now (0.000 s; up to 0.100 s is noise)."
    assert " ".join(ran.stdout.split()) == sentence


def test_text_and_console_say_the_same(saved: Path) -> None:
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "-o", "after.txt")
    assert (ran.returncode, ran.stderr) == (0, "")
    shown, _, saying = ran.stdout.rpartition("  Saved ")
    assert saying == "after.txt\n"
    assert (saved / "after.txt").read_text("utf-8").split() == shown.split()


def test_settings_for_ruff_and_a_copy(saved: Path) -> None:
    ran = run(saved, "-m", "django_startup", "profile", "--load", "after.json", "--emit", "ruff", "-o", "copy.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("# Nothing to ban: ")
    assert (saved / "copy.json").read_text() == (saved / "after.json").read_text()


def test_usage_as_a_function(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: python -m django_startup {profile,budget} [options]\n")
