"""What startupprofile boots for what it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from django_startup.cli import profile_command
from django_startup.measure.target import BootTarget
from django_startup.profile.inline import InlineImports
from django_startup.profile.lazy import LazyImports, LazySet
from django_startup.profile.profile import StartupProfile
from django_startup.profile.profile_file import dump_profile
from django_startup.profile.trial import Style, Trial
from tests.support.command_line import call
from tests.support.profiles import make_profile


@pytest.mark.parametrize(
    ("words", "are_tried"),
    [
        ([], True),
        (["--untried"], False),
        (["--why", "pandas"], True),
        (["--compare", "before.json"], False),
        (["--compare", "before.json", "-o", "after.md"], True),
        (["--compare", "before.json", "-o", "after.md", "--untried"], False),
    ],
)
def test_fixes_are_tried_where_they_are_shown(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    are_tried: bool,
) -> None:
    tried = []

    def try_fixes(target: BootTarget, profile: StartupProfile, **rest: Any) -> StartupProfile:
        tried.append(target)
        return profile

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(profile_command, "profile_startup", lambda target, **rest: make_profile())
    monkeypatch.setattr(profile_command, "try_fixes", try_fixes)
    Path("manage.py").touch()
    Path("before.json").write_text(dump_profile(make_profile()))
    ran = call(capsys, "profile", *words)
    assert ran.returncode == 0, ran
    assert bool(tried) is are_tried


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["--inline"], "no import inside a function, in what the boot loads of your project\n"),
        (["--lazy"], "LAZY  no import of your project gains anything by it\n"),
        (["--lazy", "--diff"], ""),
        (
            ["--lazy", "--emit", "ruff"],
            "# Nothing to require: no module is imported only by imports that can be lazy.\n",
        ),
    ],
)
def test_other_imports_are_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], shown: str
) -> None:
    def unchanged(target: BootTarget, profile: StartupProfile, **rest: Any) -> StartupProfile:
        return profile

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(profile_command, "profile_startup", lambda target, **rest: make_profile())
    monkeypatch.setattr(profile_command, "choose_lazy_style", lambda *arguments: Style.LAZY)
    for name in ("look_at_inline", "look_for_lazy"):
        monkeypatch.setattr(profile_command, name, unchanged)
    Path("manage.py").touch()
    ran = call(capsys, "profile", *words)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert shown in ran.stdout


@pytest.mark.parametrize("option", ["lazy", "inline"])
def test_what_was_saved_is_shown(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.chdir(tmp_path)
    profile = replace(make_profile(), lazy=LazyImports(option == "lazy", all_modules=0))
    Path("saved.json").write_text(dump_profile(replace(profile, inline=InlineImports(option == "inline"))))
    ran = call(capsys, "profile", "--load", "saved.json", f"--{option}")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "of your project" in ran.stdout
    Path("other.json").write_text(dump_profile(make_profile()))
    ran = call(capsys, "profile", "--load", "other.json", f"--{option}")
    assert ran == (
        2,
        "",
        f"CommandError: other.json was saved without --{option}: profile again with --{option} -o other.json.\n",
    )


def test_the_module_that_makes_packages_lazy(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lazy = LazyImports(True, everywhere=LazySet(("boto3.*",), 9, rungs=("urls",)))
    Path("saved.json").write_text(dump_profile(replace(make_profile(), lazy=lazy)))
    ran = call(capsys, "profile", "--load", "saved.json", "--lazy", "--emit", "python")
    assert ran.returncode == 0
    assert 'INSIDE = (\n    "boto3.",\n)\n' in ran.stdout
    ran = call(capsys, "profile", "--emit", "python")
    assert ran == (2, "", "CommandError: --emit python is about lazy imports: add --lazy.\n")


def test_what_lazy_needs(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ran = call(capsys, "profile", "--lazy", "--inline")
    assert ran.returncode == 2
    assert ran.stderr == "CommandError: --inline cannot be combined with --lazy, which tries something else.\n"
    ran = call(capsys, "profile", "--diff")
    assert ran.stderr == "CommandError: --diff is about what --fix writes: add --fix.\n"


@pytest.mark.parametrize(
    ("source", "words", "has_patch"),
    [
        ("import stripe\n\n\ndef refund():\n    stripe.pay()\n", ["-o", "report.html"], True),
        ("import os\n", ["-o", "report.html"], False),
        ("import stripe\n\n\ndef refund():\n    stripe.pay()\n", ["-o", "report.html", "--load", "saved.json"], False),
    ],
    ids=["as it was", "edited meanwhile", "saved"],
)
def test_a_page_has_the_patch_of_what_was_tried_just_now(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    words: list[str],
    has_patch: bool,
) -> None:
    fixes = tuple(
        replace(fix, tried=True, doors=tuple(replace(door, line=1) for door in fix.doors))
        for fix in make_profile().fixes
    )
    tried = replace(make_profile(), fixes=fixes, trial=Trial(boots=4, saving_ns=175_000_000))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(profile_command, "profile_startup", lambda target, **rest: tried)
    monkeypatch.setattr(profile_command, "try_fixes", lambda target, profile, **rest: profile)
    for path in ("manage.py", "billing/models.py"):
        Path(path).parent.mkdir(exist_ok=True)
        Path(path).write_text(source)
    Path("saved.json").write_text(dump_profile(tried))
    ran = call(capsys, "profile", *words)
    assert ran.returncode == 0, ran
    page = Path("report.html").read_text()
    assert ("+    import stripe" in page) is has_patch
    assert ('<details class="patch"' in page) is has_patch
