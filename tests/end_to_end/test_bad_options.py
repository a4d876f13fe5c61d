"""Options that cannot be used, files that cannot be read, and a command that is interrupted."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.profile.profile import TimelineInfo
from django_startup.profile.profile_file import dump_profile
from django_startup.profile.timeline import DAMAGED
from django_startup.reports.formats import FORMATS, View, write_as
from tests.support.helpers import app_config, environment, left_behind, make_project, profile, run
from tests.support.profiles import make_profile
from tests.support.timelines import make_drawn_profile

SETUP = ("--until", "setup")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    settings = "open(f'{__file__}.booted', 'w').close()\n"
    return make_project(tmp_path, settings=settings, apps={"billing": {}})


def refuse(project: Path, *options: str, cwd: Path | None = None) -> str:
    """The one sentence with which options are refused, before anything is booted."""
    ran = run(project, "-m", "django_startup", "profile", *options, cwd=cwd)
    assert (ran.returncode, ran.stdout) == (2, ""), ran
    sentence, end, rest = ran.stderr.removeprefix("CommandError: ").partition("\n")
    assert ran.stderr.startswith("CommandError: ")
    assert (end, rest) == ("\n", "")
    assert not list(project.rglob("*.booted"))
    assert left_behind(project) == []
    return sentence


# What argparse says


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [
        ("--runs", "0", "'0' is not a whole number from 1 on"),
        ("--runs", "x", "'x' is not a whole number from 1 on"),
        ("--top", "0", "'0' is not a whole number from 1 on"),
        ("--timeout", "0", "'0' is not a number of seconds above 0"),
        ("--timeout", "nan", "'nan' is not a number of seconds above 0"),
        ("--timeout", "3s", "'3s' is not a number of seconds above 0"),
        ("--until", "x", "invalid choice: x (choose from settings, setup, urls, checks, wsgi, asgi, first-test)"),
    ],
)
def test_value_that_makes_no_sense(project: Path, option: str, value: str, sentence: str) -> None:
    ran = run(project, "-m", "django_startup", "profile", option, value)
    assert (ran.returncode, ran.stdout) == (2, "")
    usage, _, error = ran.stderr.rstrip("\n").rpartition("\n")
    assert usage.startswith("usage: python -m django_startup profile ")
    if option == "--until":  # quoted by Python 3.11 only
        error = error.replace("'", "")
    assert error == f"python -m django_startup profile: error: argument {option}: {sentence}"


# What is booted


@pytest.mark.parametrize("name", ["missing.py", "missing", "shop/missing.py"])
def test_entry_that_does_not_exist(project: Path, name: str) -> None:
    assert refuse(project, "--entry", name) == (
        f"--entry {name}: there is no such file in {project}, and no such console script."
    )


def test_entry_that_is_a_directory(project: Path) -> None:
    assert refuse(project, "--entry", "shop") == (
        snapshot("--entry shop is a directory; name the script in it, such as shop/manage.py.")
    )


def test_no_entry_in_reach(tmp_path: Path, project: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refuse(project, cwd=tmp_path / "empty") == (
        f"No manage.py in {tmp_path / 'empty'} or above it, and DJANGO_SETTINGS_MODULE is not set; "
        "name it with --entry PATH."
    )


def test_entry_in_a_directory_below(tmp_path: Path, project: Path) -> None:
    assert refuse(project, cwd=tmp_path) == (
        f"No manage.py in {tmp_path} or above it, and DJANGO_SETTINGS_MODULE is not set; "
        "there is project/manage.py: add --entry project/manage.py."
    )


def test_until_and_a_command(project: Path) -> None:
    assert refuse(project, "--until", "urls", "--", "migrate", "--plan") == (
        snapshot("--until cannot be combined with -- COMMAND.")
    )


def test_as_and_a_command(project: Path) -> None:
    assert refuse(project, "--as", "migrate", "--", "check") == snapshot("--as cannot be combined with -- COMMAND.")


def test_as_with_an_open_quote(project: Path) -> None:
    assert refuse(project, "--as", "it's") == snapshot("--as it's: No closing quotation.")


# Files


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("profile.pdf", f"-o profile.pdf: the suffix chooses the format, one of {' '.join(FORMATS)}."),
        ("profile", f"-o profile: the suffix chooses the format, one of {' '.join(FORMATS)}."),
        ("trace.json.gz", f"-o trace.json.gz: the suffix chooses the format, one of {' '.join(FORMATS)}."),
        ("missing/profile.json", "-o missing/profile.json: there is no directory missing."),
        ("directory.json", "-o directory.json cannot be written."),
    ],
    ids=["suffix", "no suffix", "two suffixes", "no directory", "a directory"],
)
def test_output_that_cannot_be_written(project: Path, path: str, sentence: str) -> None:
    (project / "directory.json").mkdir()
    assert refuse(project, "-o", path) == sentence


def test_every_format_is_named(project: Path) -> None:
    sentence = refuse(project, "-o", "x.json", "-o", "x.pdf")
    for suffix in (".json", ".txt", ".md", ".har", ".trace.json"):
        assert f" {suffix}" in sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "saved.json cannot be read: No such file or directory."),
        (
            b'{"schema": "django-st',
            "saved.json is not JSON (Unterminated string starting at: line 1 column 12 (char 11)); "
            "startupprofile -o FILE.json writes a profile.",
        ),
        (
            b"manage.py to URLs",
            "saved.json is not JSON (Expecting value: line 1 column 1 (char 0)); "
            "startupprofile -o FILE.json writes a profile.",
        ),
        (
            b"\xff\xfe{}",
            "saved.json is not JSON ('utf-8' codec can't decode byte 0xff in position 0: invalid start byte); "
            "startupprofile -o FILE.json writes a profile.",
        ),
        (b"[]", "saved.json is not a start-up profile; startupprofile -o FILE.json writes one."),
        (
            b'{"name": "shop", "schema": 1}',
            "saved.json is not a start-up profile; startupprofile -o FILE.json writes one.",
        ),
        (
            b'{"schema": "django-startup/profile/2"}',
            "saved.json has the schema django-startup/profile/2, this django-startup reads django-startup/profile/1. "
            "Record it again.",
        ),
        (b'{"schema": "django-startup/profile/1"}', "saved.json is damaged: the profile has no target."),
        (
            b'{"schema": "django-startup/profile/1", "target": "manage.py"}',
            "saved.json is damaged: the profile.target must be an object, not 'manage.py'.",
        ),
    ],
    ids=["missing", "truncated", "text", "bytes", "list", "foreign", "newer", "empty", "wrong type"],
)
@pytest.mark.parametrize("option", ["--load", "--compare"])
def test_profile_that_cannot_be_loaded(project: Path, option: str, content: bytes | None, sentence: str) -> None:
    if content is not None:
        (project / "saved.json").write_bytes(content)
    assert refuse(project, option, "saved.json") == sentence


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_truncated_profile(project: Path, suffix: str) -> None:
    text = dump_profile(make_drawn_profile())
    (project / "saved.json").write_text(text[: len(text) // 2])
    sentence = refuse(project, "--load", "saved.json", "-o", f"x{suffix}")
    assert re.fullmatch(r"saved\.json is not JSON \(.*\); startupprofile -o FILE\.json writes a profile\.", sentence)
    assert not (project / f"x{suffix}").exists()


@pytest.mark.parametrize("suffix", [".har", ".trace.json"])
def test_what_another_format_wrote(project: Path, suffix: str) -> None:
    (project / "saved.json").write_text(str(write_as(Path(f"x{suffix}"), make_drawn_profile(), View())))
    assert refuse(project, "--load", "saved.json") == (
        snapshot("saved.json is not a start-up profile; startupprofile -o FILE.json writes one.")
    )


@pytest.mark.parametrize("suffix", [".har", ".trace.json", ".pstats"])
def test_a_course_that_is_missing_or_damaged(project: Path, suffix: str) -> None:
    (project / "saved.json").write_text(dump_profile(replace(make_profile(), timeline=TimelineInfo())))
    assert refuse(project, "--load", "saved.json", "-o", f"x{suffix}") == (
        snapshot("The profile has no timeline of a boot. Record it again.")
    )
    drawn = make_drawn_profile()
    spans = (*drawn.timeline.spans[:3], drawn.timeline.spans[3][:7])
    damaged = replace(drawn, timeline=replace(drawn.timeline, spans=spans))
    (project / "saved.json").write_text(dump_profile(damaged))
    assert refuse(project, "--load", "saved.json", "-o", f"x{suffix}") == DAMAGED
    assert not (project / f"x{suffix}").exists()


@pytest.mark.parametrize(("options", "name"), [(("--why", "stripe"), "--why"), (("--emit", "ruff"), "--emit")])
def test_two_things_to_show(project: Path, options: tuple[str, ...], name: str) -> None:
    (project / "saved.json").write_text(dump_profile(make_profile()))
    assert refuse(project, "--compare", "saved.json", *options) == (
        f"{name} cannot be combined with --compare, which shows only what has changed."
    )


def test_profile_is_a_directory(project: Path) -> None:
    assert refuse(project, "--load", "shop") == snapshot("shop cannot be read: Is a directory.")


def test_profile_with_a_damaged_part(project: Path) -> None:
    measured = profile(project, *SETUP, "-o", "saved.json")
    loaded = run(project, "-m", "django_startup", "profile", "--load", "saved.json")
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert measured.stdout == f"{loaded.stdout}  Saved saved.json\n"
    saved: dict[str, Any] = json.loads((project / "saved.json").read_text("utf-8"))
    saved["phases"][1]["time_ms"] = "soon"
    (project / "saved.json").write_text(json.dumps(saved), encoding="utf-8")
    (project / "shop/settings.py.booted").unlink()
    assert refuse(project, "--load", "saved.json") == (
        snapshot("saved.json is damaged: the profile.phases[1].time_ms must be a number, not 'soon'.")
    )


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("--until", "urls"), "--until"),
        (("--entry", "manage.py"), "--entry"),
        (("--as", "check"), "--as"),
        (("--timeout", "5"), "--timeout"),
        (("--runs", "2"), "--runs"),
        (("--", "check"), "-- COMMAND"),
    ],
    ids=["until", "entry", "as", "timeout", "runs", "command"],
)
def test_load_boots_nothing(project: Path, options: tuple[str, ...], name: str) -> None:
    assert refuse(project, "--load", "saved.json", *options) == (
        f"{name} cannot be combined with --load, which boots nothing."
    )


# Signals


@pytest.mark.parametrize(
    "command",
    [("-m", "django_startup", "profile"), ("manage.py", "startupprofile")],
    ids=["django_startup", "manage.py"],
)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_the_middle_of_a_boot(tmp_path: Path, command: tuple[str, ...], number: signal.Signals) -> None:
    ready = (
        "import os, sys, time; 'startupprofile' in sys.argv or (os.fork(), open('here', 'w').close(), time.sleep(600))"
    )
    settings = "INSTALLED_APPS += ['django_startup']\n"
    project = make_project(tmp_path, settings=settings, apps={"billing": {"apps.py": app_config(ready)}})
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
    try:
        process = subprocess.Popen(
            [sys.executable, *command, *SETUP],
            cwd=project,
            env=environment(project),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    with process:
        for _ in range(2400):
            if (project / "here").exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        process.send_signal(number)
        assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 128 + number
    assert left_behind(project) == []
