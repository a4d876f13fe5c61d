"""Formats, and runs that judge nothing."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
from inline_snapshot import snapshot

from tests.support.budget import (
    SCHEMA,
    TABLE,
    budget,
    declare,
    refuse,
)
from tests.support.helpers import at, run


def test_several_formats_at_once(project: Path) -> None:
    summary = project / "summary.md"
    summary.write_text("Before\n")
    options = [f"--format={name}={name}.out" for name in ("text", "json", "markdown", "junit")]
    env = {"GITHUB_STEP_SUMMARY": str(summary), "GITHUB_WORKSPACE": str(project.parent)}
    ran = budget(project, "--format=github", *options, "--forbid", "xmlrpc", env=env)
    assert ran.returncode == 1
    assert ran.stdout.startswith(
        "::error file=project/billing/models.py,line=2,title=forbid xmlrpc::xmlrpc is imported"
    )
    assert ran.stdout.count("\n") == 1
    written = {path.stem: path.read_text() for path in project.glob("*.out")}
    assert sorted(written) == ["json", "junit", "markdown", "text"]
    assert written["text"].startswith("over    forbid xmlrpc  ")
    assert summary.read_text() == "Before\n" + written["markdown"]
    assert ElementTree.fromstring(written["junit"]).attrib["failures"] == "1"
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(written["json"]))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("xml", "--format xml: write one of text, json, github, markdown, junit, or FORMAT=PATH."),
        ("junit=", "--format junit=: write one of text, json, github, markdown, junit, or FORMAT=PATH."),
        ("junit=missing/x.xml", "--format junit missing/x.xml: there is no directory missing."),
        ("junit=shop", "--format junit shop cannot be written."),
    ],
)
def test_formats_that_cannot_be_used(project: Path, value: str, sentence: str) -> None:
    assert refuse(project, "--format", value) == sentence


def test_annotations_outside_of_a_job(project: Path) -> None:
    ran = budget(project, "--format", "github", "--max-modules", "1")
    assert ran.stdout.startswith("::error title=modules 1::")


def test_colours_on_a_terminal(project: Path) -> None:
    ran = budget(project, "--max-modules", "1", "--format", "text", env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert ran.stdout.startswith("\x1b[1;31mover    \x1b[0mmodules 1")


def test_a_summary_that_cannot_be_written(project: Path) -> None:
    ran = budget(project, "--format=github", "--max-modules=1", env={"GITHUB_STEP_SUMMARY": str(project)})
    assert ran.returncode == 2
    assert ran.stderr == f"CommandError: GITHUB_STEP_SUMMARY: {project} cannot be written: Is a directory.\n"


def test_nothing_to_judge_in_every_format(project: Path) -> None:
    options = [f"--format={name}={name}.out" for name in ("text", "json", "github", "markdown", "junit")]
    ran = budget(project, *options)
    assert (ran.returncode, ran.stdout) == (2, "")
    written = {path.stem: path.read_text() for path in project.glob("*.out")}
    assert sorted(written) == ["github", "json", "junit", "markdown"]
    assert all("There is no budget" in text for text in written.values())
    assert ElementTree.fromstring(written["junit"]).attrib["errors"] == "1"


def test_no_budget(project: Path) -> None:
    sentence = (
        "There is no budget: give one, such as --max 3s, or add the table that startupbudget init prints to "
        "pyproject.toml."
    )
    assert refuse(project) == sentence
    declare(project, TABLE)
    assert refuse(project) == sentence


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--max", "3"), "--max: '3' has no unit; write a duration such as 3s, 2500ms or 1m."),
        (("--max-app", "3s"), "--max-app 3s: write LABEL=300ms."),
        (("--max-modules", "x"), "--max-modules: 'x' is not a whole number."),
        (
            ("--max-app", "biling=3s"),
            "The budget 'app biling': there is no such app in this boot; did you mean 'billing'?",
        ),
        (
            ("--max-package", "x=3s"),
            "The budget 'package x': there is no such package in this boot; remove it, or mark it optional.",
        ),
        (("--baseline", "b.json"), "There is no file b.json; startupbudget baseline writes it."),
        (
            ("--entry", "x.py", "--max", "3s"),
            "--entry x.py: there is no such file in {project}, and no such console script.",
        ),
        (
            ("--against", "HEAD"),
            "--against HEAD: git rev-parse --show-toplevel: fatal: not a git repository (or any of "
            "the parent directories): .git.",
        ),
    ],
)
def test_options_that_cannot_be_used(project: Path, options: tuple[str, ...], sentence: str) -> None:
    env = {"GIT_CEILING_DIRECTORIES": str(project.parent), "LC_ALL": "C"}
    assert refuse(project, *options, env=env) == sentence.format(project=project)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TABLE + "maximum = '3s'\n", "[tool.django-startup.budget] has an unknown key 'maximum'; did you mean max?"),
        (TABLE + "baseline = ''\n", "baseline in {project}/pyproject.toml must be a path, not ''."),
        (TABLE + "baseline = 3\n", "baseline in {project}/pyproject.toml must be a path, not 3."),
        (
            "[tool",
            "{project}/pyproject.toml is not TOML: Expected ']' at the end of a table declaration (at end of "
            "document).",
        ),
    ],
)
def test_tables_that_cannot_be_used(project: Path, text: str, sentence: str) -> None:
    declare(project, text)
    assert refuse(project) == sentence.format(project=project)


def test_a_baseline_without_a_file(project: Path) -> None:
    ran = run(project, "-m", "django_startup", "budget", "baseline")
    assert (ran.returncode, ran.stdout, ran.stderr) == snapshot(
        (2, "", "CommandError: Which file is the baseline? Give --baseline FILE, or set baseline in pyproject.toml.\n")
    )
    ran = budget(project, "--baseline", "missing/b.json", "--update-baseline")
    assert (ran.returncode, ran.stdout, ran.stderr) == snapshot(
        (2, "", "CommandError: --baseline missing/b.json: there is no directory missing.\n")
    )


def test_a_project_that_does_not_boot(project: Path) -> None:
    (project / "billing/models.py").write_text("print('last words')\nraise ValueError('no')\n")
    sentence = refuse(project, "--max", "60s", code=3)
    assert "ValueError: no" in sentence
    assert at(project, "billing/models.py", "raise") in sentence
    ran = budget(project, "--max", "60s")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert ran.stderr.startswith("  | ")


def test_a_project_that_cannot_boot_has_budgets_all_the_same(project: Path) -> None:
    declare(project, TABLE + "max = '3'\n")
    (project / "shop/settings.py").write_text("raise ValueError\n")
    assert refuse(project).startswith("[tool.django-startup.budget] max: '3' has no unit;")
