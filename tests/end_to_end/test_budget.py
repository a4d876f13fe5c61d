"""The command on tiny projects."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from inline_snapshot import snapshot

import django_startup.reports.budget
from django_startup.gate.declared import declared_budgets
from tests.support.helpers import Ran, app_config, at, environment, left_behind, make_project, run

SCHEMA = json.loads((Path(str(django_startup.reports.budget.__file__)).parent / "budget.schema.json").read_text())
TABLE = "[tool.django-startup.budget]\n"
RECEIVER = """\
from django.db.backends.signals import connection_created


def reindex(**kwargs):
    pass


connection_created.connect(reindex)
"""


def budget(project: Path, *options: str, env: dict[str, str] | None = None, cwd: Path | None = None) -> Ran:
    """Run `python -m django_startup budget --until setup OPTIONS` in a project's folder."""
    until = [] if {"--until", "--"} & set(options) else ["--until", "setup"]
    return run(project, "-m", "django_startup", "budget", *until, *options, env=env, cwd=cwd)


def report(
    project: Path, *options: str, code: int = 0, env: dict[str, str] | None = None, cwd: Path | None = None
) -> dict[str, Any]:
    """The JSON document of a run, which must be valid and tell the exit code."""
    ran = budget(project, "--format", "json", *options, env=env, cwd=cwd)
    assert ran.returncode == code, ran
    document: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["exit_code"] == code
    assert left_behind(project) == []
    return document


def verdicts(document: dict[str, Any]) -> dict[str, str]:
    """Verdicts by titles."""
    return {f"{check['kind']} {check['name']}".rstrip(): check["verdict"] for check in document["checks"]}


def refuse(project: Path, *options: str, code: int = 2, env: dict[str, str] | None = None) -> str:
    """The one sentence with which a run ends that judges nothing; JSON has it too."""
    ran = budget(project, "--format", "json", *options, env=env)
    assert ran.returncode == code, ran
    *_, last = ran.stderr.splitlines()
    document: dict[str, Any] = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    sentence = last.removeprefix("CommandError: ")
    assert (document["error"], document["exit_code"]) == (sentence, code)
    assert left_behind(project) == []
    return sentence


def declare(project: Path, text: str) -> None:
    (project / "pyproject.toml").write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return make_project(
        tmp_path,
        apps={"billing": {"apps.py": app_config(), "models.py": "import wsgiref.util\nimport xmlrpc.client\n"}},
    )


# Verdicts


def test_within_is_two_boots(project: Path) -> None:
    ran = budget(project, "--max", "60s", "--forbid", "pandas")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0] == snapshot("within  forbid pandas        pandas is not imported")
    assert lines[1].startswith("within  max 60.000 s         0.")
    assert "CPU +" in ran.stdout
    assert " % to spare" in ran.stdout
    assert "To setup: within every budget (2 boots;" in " ".join(ran.stdout.split("\n"))


def test_by_manage_py(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="INSTALLED_APPS += ['django_startup']\n")
    ran = run(project, "manage.py", "startupbudget", "--until", "setup", "--max-modules", "1")
    assert ran.returncode == 1
    assert ran.stdout.startswith("over  modules 1  ")
    assert ran.stderr == snapshot("CommandError: Over budget: modules.\n")


def test_over_in_time_names_what_to_fix(project: Path) -> None:
    (project / "billing/models.py").write_text("import xmlrpc.client\n\n\ndef f():\n    xmlrpc.client\n")
    document = report(project, "--max", "1ms", "--max-cpu", "1ms", code=1)
    assert verdicts(document) == {"max": "over", "max-cpu": "over"}
    assert {check["boots"] for check in document["checks"]} == {4}
    assert document["boots"] == 5
    assert document["checks"][0]["reproduce"] == snapshot("python -m django_startup profile")
    assert document["notes"] == []


def test_a_broken_exact_budget_times_nothing(project: Path) -> None:
    document = report(project, "--max", "60s", "--forbid", "xmlrpc", code=1)
    assert verdicts(document) == snapshot({"forbid xmlrpc": "over"})
    assert document["boots"] == 2  # the second says what it costs
    assert document["machine"] is None
    (check,) = document["checks"]
    assert check["saving_ms"] > 0
    assert check["accept"] == snapshot("python -m django_startup budget accept 'forbid xmlrpc' --reason …")
    assert document["notes"] == snapshot(["Not timed, since the exact ones are not kept: max."])


def test_many_that_are_not_timed(project: Path) -> None:
    apps = [f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages")]
    with (project / "shop/settings.py").open("a") as settings:
        settings.write(f"INSTALLED_APPS += {apps}\n")
    document = report(project, "--max-ready", "60s", "--max", "60s", "--exact-only", "--forbid", "torch")
    assert document["notes"] == snapshot(["Not timed, since only the exact ones were asked for: max, ready of 5."])


def test_exact_only(project: Path) -> None:
    document = report(project, "--max", "1ms", "--max-modules", "9000", "--exact-only")
    assert verdicts(document) == {"modules": "within"}
    assert document["boots"] == 1
    assert document["notes"] == snapshot(["Not timed, since only the exact ones were asked for: max."])


def test_a_pair_of_limits(project: Path) -> None:
    declare(project, TABLE + "modules = { warn = 10, fail = 9000 }\nmax = { warn = '1ms', fail = '60s' }\n")
    ran = budget(project)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("warn  modules 10         ")
    assert "\nwarn  max 0.001 s  " in ran.stdout
    assert "To setup: within every budget, with warnings (5 boots;" in ran.stdout


def test_waiting(project: Path) -> None:
    (project / "billing/apps.py").write_text(app_config("__import__('time').sleep(0.3)"))
    document = report(project, "--max-waiting", "100ms", code=1)
    (check,) = document["checks"]
    assert (check["kind"], check["verdict"], check["boots"]) == ("waiting", "over", 3)


def test_parts(project: Path) -> None:
    (project / "billing/apps.py").write_text(app_config("__import__('time').sleep(0.3)"))
    options = ("--max-ready", "billing=10ms", "--max-app", "billing=20ms", "--max-phase", "settings=60s")
    document = report(project, *options, code=1)
    assert verdicts(document) == snapshot({"ready billing": "over", "app billing": "over", "phase settings": "within"})


def test_strict_is_no_other_without_doubt(project: Path) -> None:
    assert report(project, "--strict", "--max-modules", "9000")["verdict"] == "within"


# Exact


def test_forbidden_module(project: Path) -> None:
    document = report(project, "--forbid", "xmlrpc.client", "--forbid", "pandas", code=1)
    assert verdicts(document) == snapshot({"forbid xmlrpc.client": "over", "forbid pandas": "within"})
    check = document["checks"][0]
    assert (check["text"], check["value"]) == snapshot(("xmlrpc.client is imported", 1))
    assert check["places"] == snapshot(
        [{"file": "billing/models.py", "line": 2, "text": "import xmlrpc.client ← billing.models ← models"}]
    )
    assert check["fix"].startswith(f"{at(project, 'billing/models.py', 'xmlrpc')} ")
    assert check["reproduce"] == snapshot("python -m django_startup profile --why xmlrpc.client")


def install(project: Path, name: str, version: str, files: dict[str, str]) -> dict[str, str]:
    """Put a distribution into a site-packages folder beside the project; returns the variables that make it seen."""
    site = project.parent / "venv" / "site-packages"
    for file, text in files.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_text(text)
    information = site / f"{name.replace('-', '_')}-{version}.dist-info"
    information.mkdir(parents=True, exist_ok=True)
    (information / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (information / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return {"PYTHONPATH": str(site)}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("google-cloud-storage", "google-cloud-storage is imported"),
        ("google.cloud.*", "google.cloud.storage and 1 more are imported"),
        ("google", "google is imported"),
    ],
)
def test_forbidden_package(project: Path, name: str, text: str) -> None:
    files = {"google/cloud/storage/__init__.py": "from . import blob\n", "google/cloud/storage/blob.py": ""}
    env = install(project, "google-cloud-storage", "3.1", files)
    (project / "billing/models.py").write_text("from google.cloud import storage\n")
    document = report(project, "--forbid", name, code=1, env=env)
    (check,) = document["checks"]
    assert check["text"] == text
    assert check["places"][0]["file"] == "billing/models.py"


def test_forbidden_with_a_message(project: Path) -> None:
    declare(project, TABLE + "forbid = [{ modules = ['xmlrpc'], message = 'see #812' }]\n")
    ran = budget(project)
    assert ran.returncode == 1
    assert "xmlrpc is imported: see #812\n" in ran.stdout
    assert ran.stderr == snapshot("CommandError: Over budget: forbid xmlrpc.\n")


def test_forbidden_is_an_app(project: Path) -> None:
    (check,) = report(project, "--forbid", "billing", code=1)["checks"]
    assert check["text"] == snapshot("billing is imported")


def test_an_import_that_failed_is_none(project: Path) -> None:
    (project / "broken.py").write_text("raise ImportError\n")
    (project / "billing/models.py").write_text("try:\n    import broken\nexcept ImportError:\n    pass\n")
    assert verdicts(report(project, "--forbid", "broken", "--require", "broken", code=1)) == snapshot(
        {
            "forbid broken": "within",
            "require broken": "over",
        }
    )


def test_required_by_one_target(project: Path) -> None:
    declare(
        project,
        TABLE + "forbid = [{ modules = ['shop.urls'], target = 'setup' }]\n"
        "[tool.django-startup.budget.target.urls]\nrequire = [{ modules = ['shop.urls'], message = 'warm' }]\n",
    )
    assert verdicts(report(project)) == snapshot({"forbid shop.urls": "within"})
    assert verdicts(report(project, "--until", "urls")) == snapshot({"require shop.urls": "within"})
    (project / "shop/settings.py").write_text((project / "shop/settings.py").read_text().replace("shop.urls", "u"))
    (project / "u.py").write_text("urlpatterns = []\n")
    (check,) = report(project, "--until", "urls", code=1)["checks"]
    assert check["text"] == snapshot("shop.urls is not imported: warm")
    assert check["fix"] == snapshot("import it at start, so that no request has to")


def test_side_effects(project: Path) -> None:
    ready = "import subprocess, threading; subprocess.run(['true']); threading.Thread().start()"
    (project / "billing/apps.py").write_text(app_config(ready))
    declare(project, TABLE + "[tool.django-startup.budget.side-effects]\nsubprocess = 0\nsql = 0\nthread = 1\n")
    document = report(project, code=1)
    assert verdicts(document) == snapshot(
        {
            "side-effects subprocess": "over",
            "side-effects sql": "within",
            "side-effects thread": "within",
        }
    )
    over = document["checks"][0]
    assert (over["value"], over["limit"], over["unit"]) == (1, 0, "count")
    assert over["places"][0]["file"] == "billing/apps.py"
    assert over["fix"] == snapshot("defer them until first use")


def test_no_side_effects(project: Path) -> None:
    document = report(project, "--no-side-effects")
    assert set(verdicts(document).values()) == {"within"}
    assert len(document["checks"]) == 6


# Cold bytecode


def test_the_first_boot_of_a_fresh_checkout_is_not_cold(project: Path) -> None:
    declare(project, TABLE + "cold-bytecode = 'fail'\n")
    (check,) = report(project)["checks"]
    assert (check["verdict"], check["value"], check["text"]) == snapshot(("within", 0, "every module has bytecode"))


def test_bytecode_that_must_not_be_written(project: Path) -> None:
    declare(project, TABLE + "cold-bytecode = 'fail'\n")
    (check,) = report(project, code=1, env={"PYTHONDONTWRITEBYTECODE": "1"})["checks"]
    assert check["text"] == f"{check['value']} modules have no bytecode, and cannot keep any"
    assert check["value"] >= 4
    declare(project, TABLE + "cold-bytecode = 'warn'\n")
    assert verdicts(report(project, env={"PYTHONDONTWRITEBYTECODE": "1"})) == {"cold-bytecode": "warn"}


def test_bytecode_that_cannot_be_written(project: Path) -> None:
    declare(project, TABLE + "cold-bytecode = 'fail'\n")
    env = {"PYTHONPYCACHEPREFIX": str(project / "manage.py" / "a" / "b")}
    assert verdicts(report(project, code=1, env=env)) == {"cold-bytecode": "over"}


def test_what_is_counted_does_not_depend_on_who_booted_before(project: Path) -> None:
    options = ("--max-calls", "9000000", "--max-memory", "9GiB")
    cold, warm = report(project, *options), report(project, *options)
    assert (cold["boots"], warm["boots"]) == (2, 1)
    calls = [check["value"] for document in (cold, warm) for check in document["checks"] if check["kind"] == "calls"]
    assert abs(calls[0] - calls[1]) <= calls[1] * 0.005  # compiling costs several times that


# Counted


def test_counted(project: Path) -> None:
    document = report(project, "--max-modules", "1", "--max-memory", "1MiB", "--max-calls", "1", code=1)
    assert verdicts(document) == {"modules": "over", "memory": "over", "calls": "over"}
    units = {check["kind"]: check["unit"] for check in document["checks"]}
    assert units == {"modules": "count", "memory": "mib", "calls": "count"}


# pyproject.toml


def test_found_above_and_options_come_first(project: Path) -> None:
    (project.parent / "pyproject.toml").write_text(
        TABLE + "modules = 1\nmemory = '1MiB'\n[tool.django-startup.budget.target.setup]\nmodules = 2\n"
    )
    assert verdicts(report(project, code=1)) == {"modules": "over", "memory": "over"}
    options = ("--max-modules", "9000", "--max-memory", "9GiB")
    assert verdicts(report(project, *options)) == {"modules": "within", "memory": "within"}


def test_each(project: Path) -> None:
    declare(
        project,
        TABLE + "[tool.django-startup.budget.ready]\n'*' = '60s'\nbilling = '50s'\n"
        "[tool.django-startup.budget.phases]\n'*' = '60s'\n[tool.django-startup.budget.packages]\n'*' = '60s'\n"
        "[tool.django-startup.budget.apps]\n'*' = '60s'\ngone = { fail = '1s', optional = true }\n",
    )
    found = verdicts(report(project))
    assert set(found.values()) == {"within"}
    assert {"ready billing", "app billing", "phase settings", "phase ready"} <= set(found)
    assert not {"app gone", "ready *", "phase noise"} & set(found)


@pytest.mark.parametrize(
    ("until", "code", "verdict", "text"),
    [
        ("2999-01-01", 0, "warn", "xmlrpc is imported; waived until 2999-01-01: #812"),
        ("2001-01-01", 1, "over", "xmlrpc is imported; its waiver ended on 2001-01-01"),
    ],
)
def test_waivers(project: Path, until: str, code: int, verdict: str, text: str) -> None:
    waiver = f"[[tool.django-startup.budget.waive]]\nitem = 'forbid xmlrpc'\nreason = '#812'\nuntil = {until}\n"
    declare(project, TABLE + "forbid = ['xmlrpc']\n" + waiver)
    (check,) = report(project, code=code)["checks"]
    assert (check["verdict"], check["text"]) == (verdict, text)


def test_a_waiver_that_is_not_needed(project: Path) -> None:
    waiver = "[[tool.django-startup.budget.waive]]\nitem = 'forbid pandas'\nreason = '#812'\nuntil = 2999-01-01\n"
    declare(project, TABLE + "forbid = ['pandas']\n" + waiver)
    assert verdicts(report(project, code=1)) == snapshot({"waiver forbid pandas": "over", "forbid pandas": "within"})


def test_init(project: Path) -> None:
    ran = budget(project, "init")
    assert (ran.returncode, ran.stderr) == (0, "")
    table = tomllib.loads(ran.stdout)["tool"]["django-startup"]["budget"]
    assert {budget.title for budget in declared_budgets(table)} >= {"max", "waiting", "modules", "ready *"}
    declare(project, ran.stdout)
    assert set(verdicts(report(project, "--exact-only")).values()) == {"within"}


# Formats


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
    assert written["text"].startswith("over  forbid xmlrpc  ")
    assert summary.read_text() == "Before\n" + written["markdown"]
    assert ElementTree.fromstring(written["junit"]).attrib["failures"] == "1"
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(written["json"]))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("xml", "--format xml: one of text, json, github, markdown, junit, with =PATH into a file."),
        ("junit=", "--format junit=: one of text, json, github, markdown, junit, with =PATH into a file."),
        ("junit=missing/x.xml", "--format junit missing/x.xml: there is no folder missing."),
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
    assert ran.stdout.startswith("\x1b[1;31mover\x1b[0m  modules 1")


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


# Exit 2


def test_no_budget(project: Path) -> None:
    sentence = (
        "There is no budget: give one, such as --max 3s, or let startupbudget init write a first table for "
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
            "The budget 'package x': there is no such package in this boot; take it out, or mark it optional.",
        ),
        (("--update-baseline",), "--update-baseline needs the file: --baseline FILE, or baseline in pyproject.toml."),
        (
            ("--baseline", "missing/b.json", "--update-baseline"),
            "--baseline missing/b.json: there is no folder missing.",
        ),
        (("--baseline", "b.json"), "b.json has no baseline for setup; write one with --update-baseline."),
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


def test_runs_must_be_a_number(project: Path) -> None:
    ran = budget(project, "--max", "3s", "--max-runs", "0")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.endswith("error: argument --max-runs: '0' is not a whole number from 1 on\n")


# Exit 3


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


# Baseline


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a baseline."""
    apps = {"billing": {"apps.py": app_config("import billing.signals"), "signals.py": RECEIVER, "models.py": ""}}
    project = make_project(tmp_path_factory.mktemp("measured"), apps=apps)
    declare(project, TABLE + 'baseline = "startup-baseline.json"\n')
    ran = budget(project, "--update-baseline")
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert ran.stdout.startswith(f"Wrote {project}/startup-baseline.json: setup, ")
    return project


@pytest.fixture
def accepted(measured: Path, tmp_path: Path) -> Path:
    """A project of its own for each test, with that baseline."""
    return Path(shutil.copytree(measured, tmp_path / "project"))


def test_measured_again_there_is_no_difference(accepted: Path) -> None:
    path = accepted / "startup-baseline.json"
    before = path.read_text()
    document = json.loads(before)
    (target,) = document["targets"].values()
    assert target["settings"] == "shop.settings"
    assert any(item.startswith("receivers billing.signals.reindex (") for item in target["registrations"])
    again = budget(accepted, "--update-baseline")
    assert path.read_text() == before
    assert (again.returncode, again.stdout) == (0, f"Wrote {path}: setup, no change.\n")


def test_unchanged_code_never_fails(accepted: Path) -> None:
    document = report(accepted)
    found = verdicts(document)
    assert found.pop("baseline time") in ("within", "warn", "unsure")
    assert set(found.values()) == {"within"}


def test_what_is_new_and_lost(accepted: Path) -> None:
    env = install(accepted, "stripe", "13.0.1", {"stripe/__init__.py": ""})
    (accepted / "billing/models.py").write_text("import stripe\n")
    (accepted / "billing/apps.py").write_text(
        app_config("from django.db import connection; connection.cursor().execute('SELECT 1')")
    )
    with (accepted / "shop/settings.py").open("a") as settings:
        settings.write("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n")
    document = report(accepted, code=1, env=env)
    found = {check["name"]: check for check in document["checks"]}
    assert found["new-packages"]["verdict"] == "over"
    assert "stripe 13.0.1" in found["new-packages"]["text"].split(", ")
    assert "billing/models.py" in [place["file"] for place in found["new-packages"]["places"]]
    assert found["new-side-effects"]["verdict"] == "over"
    assert found["new-side-effects"]["text"].endswith("sql billing/apps.py SELECT 1")
    assert found["registrations"]["verdict"] == "over"
    assert found["registrations"]["text"].startswith("1 no longer registered: receivers billing.signals.reindex")
    assert "time" not in found


def test_only_what_is_named_is_accepted(accepted: Path) -> None:
    path = accepted / "startup-baseline.json"
    before = json.loads(path.read_text())["targets"]["setup"]
    (accepted / "billing/tasks.py").write_text("")
    (accepted / "billing/models.py").write_text("import billing.tasks, wsgiref.util\n")
    change_baseline(accepted, modules=3, ratio=7.5)
    (check,) = [check for check in report(accepted, "--exact-only", code=1)["checks"] if check["name"] == "modules"]
    again = "python -m django_startup budget --until setup --update-baseline modules"
    assert check["accept"] == again
    ran = run(accepted, *again.split()[1:])
    assert (ran.returncode, ran.stdout) == (0, f"Wrote {path}: setup, of it only modules.\n")
    after = json.loads(path.read_text())["targets"]["setup"]
    assert after["modules"] == before["modules"] + 3
    assert {**after, "modules": 0} == {**before, "modules": 0, "ratio": 7.5}
    assert budget(accepted, "--update-baseline", "billing", "time").returncode == 0
    after = json.loads(path.read_text())["targets"]["setup"]
    assert set(after["project_modules"]) == {*before["project_modules"], "billing.tasks"}
    assert after["ratio"] != 7.5
    assert refuse(accepted, "--update-baseline", "module") == (
        snapshot("--update-baseline module: there is no such item; did you mean modules?")
    )


def test_a_new_module_warns(accepted: Path) -> None:
    (accepted / "billing/tasks.py").write_text("")
    (accepted / "billing/models.py").write_text("import billing.tasks\n")
    found = {check["name"]: check for check in report(accepted, "--exact-only")["checks"]}
    assert (found["new-modules"]["verdict"], found["new-modules"]["text"]) == ("warn", "billing.tasks")


def change_baseline(project: Path, **changes: Any) -> None:
    path = project / "startup-baseline.json"
    document = json.loads(path.read_text())
    document["targets"]["setup"] |= changes
    path.write_text(json.dumps(document))


def test_measured_elsewhere(accepted: Path) -> None:
    elsewhere = {"python": "2.7", "django": "5.2", "implementation": "cpython", "system": "Linux x86_64"}
    change_baseline(accepted, circumstances=elsewhere)
    document = report(accepted)
    assert verdicts(document)["baseline counters and time"] == "unsure"
    assert "measured elsewhere: python 2.7 before" in document["checks"][0]["text"]
    assert "baseline time" not in verdicts(document)
    ran = budget(accepted, "--strict", "--exact-only")
    assert ran.returncode == 4
    assert ran.stderr == snapshot("CommandError: It cannot be told: baseline counters and time.\n")
    assert report(accepted, "--strict", code=4)["verdict"] == "unsure"


def test_of_another_project(accepted: Path) -> None:
    change_baseline(accepted, settings="other.settings")
    assert refuse(accepted) == (
        snapshot("The baseline is of another project: its settings are other.settings, here shop.settings.")
    )


def test_another_target_has_none(accepted: Path) -> None:
    path = accepted / "startup-baseline.json"
    assert refuse(accepted, "--until", "urls") == (
        f"{path} has no baseline for urls; write one with --update-baseline."
    )


# Accepting


def test_a_budget_is_waived(project: Path) -> None:
    declare(project, TABLE + "forbid = ['xmlrpc']")
    ran = budget(project, "accept", "forbid xmlrpc", "--reason", 'the "old" API', "--expires", "2999-01-01")
    path = project / "pyproject.toml"
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"Wrote {path}: forbid xmlrpc is waived until 2999-01-01.\n"
    assert path.read_text() == (
        TABLE + "forbid = ['xmlrpc']\n\n[[tool.django-startup.budget.waive]]\n"
        'item = "forbid xmlrpc"\nreason = "the \\"old\\" API"\nuntil = 2999-01-01\n'
    )
    (check,) = report(project)["checks"]
    assert (check["verdict"], check["accept"]) == ("warn", "")
    assert refuse(project, "accept", "forbid xmlrpc", "--reason", "again") == (
        snapshot("There is a waiver for 'forbid xmlrpc' already: change its day.")
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["accept"], 'accept takes one budget as it is titled, such as "forbid pandas".'),
        (["accept", "max", "modules"], 'accept takes one budget as it is titled, such as "forbid pandas".'),
        (["accept", "max"], "accept needs --reason: whoever reads the waiver later wants to know why."),
        (["accept", "max", "--reason", "x", "--expires", "soon"], "--expires soon: write a day such as 2027-03-01."),
        (["accept", "max", "--reason", "x", "--expires", "2001-01-01"], "--expires 2001-01-01 has passed."),
        (["--reason", "x"], "--reason and --expires belong to accept ITEM, which writes a waiver."),
        (["--expires", "2999-01-01"], "--reason and --expires belong to accept ITEM, which writes a waiver."),
    ],
)
def test_waivers_that_cannot_be_written(project: Path, options: list[str], sentence: str) -> None:
    declare(project, TABLE)
    assert refuse(project, *options) == sentence
    assert (project / "pyproject.toml").read_text() == TABLE


def test_waivers_without_a_file_or_at_another_place(project: Path) -> None:
    waive = ("accept", "max", "--reason", "x")
    assert refuse(project, *waive) == (
        snapshot("There is no pyproject.toml here, or in a folder above, to write the waiver to.")
    )
    inline = TABLE + "waive = [{ item = 'modules', reason = 'x', until = 2999-01-01 }]\n"
    declare(project, inline)
    ran = budget(project, *waive)
    assert ran.returncode == 2
    assert ran.stderr.startswith("CommandError: The waiver cannot be added at the end (")
    assert (project / "pyproject.toml").read_text() == inline


def test_a_bad_option_is_said_in_every_format(project: Path) -> None:
    ran = budget(project, "--max-runs", "few", "--format", "json", "--format=junit=budget.xml")
    assert (ran.returncode, ran.stderr.splitlines()[0]) == snapshot(
        (
            2,
            "usage: python -m django_startup budget [options] [-- COMMAND ...]",
        )
    )
    document = json.loads(ran.stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert document["error"] == snapshot("argument --max-runs: 'few' is not a whole number from 1 on")
    assert "not a whole number" in (project / "budget.xml").read_text()
    for options in (["--max-runs"], ["--format"], ["--format", "pdf"], ["--max-runs", "0", "--format", "pdf"]):
        ran = budget(project, *options)
        assert (ran.returncode, ran.stdout) == (2, "")


def test_a_bad_option_of_a_call(project: Path) -> None:
    code = (
        "import django\n"
        "from django.conf import settings\n"
        "from django.core.management import call_command\n"
        "settings.configure(INSTALLED_APPS=['django_startup'])\n"
        "django.setup()\n"
        "call_command('startupbudget', '--max-runs', '0')\n"
    )
    ran = run(project, "-c", code)
    assert ran.stderr.splitlines()[-1].endswith("Error: argument --max-runs: '0' is not a whole number from 1 on")


# Another revision


def git(folder: Path, *arguments: str) -> str:
    """What git prints, with no other configuration than the repository's."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(["git", *arguments], cwd=folder, env=env, check=True, capture_output=True, text=True).stdout


def state(repository: Path) -> list[str]:
    """What must stay as it is."""
    commands = (
        ("status", "--porcelain"),
        ("diff",),
        ("diff", "--cached"),
        ("branch", "-a", "-v"),
        ("worktree", "list"),
        ("stash", "list"),
        ("config", "--local", "--list"),
        ("reflog",),
    )
    index = (repository / ".git" / "index").read_bytes()
    return [git(repository, *command) for command in commands] + [str(len(index))]


@pytest.fixture
def repository(project: Path) -> Path:
    """A project in a repository, with changes in its working tree and in its index."""
    git(project, "init", "--quiet", "--initial-branch=main")
    git(project, "config", "user.name", "Tests")
    git(project, "config", "user.email", "tests@example.com")
    (project / ".gitignore").write_text("__pycache__/\n")
    git(project, "add", ".")
    git(project, "commit", "--quiet", "-m", "First")
    hook = project / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntouch hooked\n")
    hook.chmod(0o755)
    (project / "staged.py").write_text("")
    git(project, "add", "staged.py")
    (project / "billing/models.py").write_text("import wsgiref.util\nimport xmlrpc.client\nimport mailbox\n")
    return project


def test_against_the_last_commit(repository: Path) -> None:
    before = state(repository)
    options = ("--against", "HEAD", "--forbid", "mailbox", "--forbid", "wsgiref", "--forbid", "pandas")
    document = report(repository, *options, code=1)
    texts = {check["name"]: check["text"] for check in document["checks"] if check["kind"] == "forbid"}
    assert texts == snapshot(
        {
            "mailbox": "mailbox is imported; this change did it",
            "wsgiref": "wsgiref is imported; the base is over already",
            "pandas": "pandas is not imported",
        }
    )
    assert state(repository) == before
    assert not list(repository.parent.rglob("hooked"))


def test_against_the_last_commit_in_time(repository: Path) -> None:
    git(repository, "checkout", "--quiet", "billing/models.py")
    (repository / "hooked").unlink(missing_ok=True)
    before = state(repository)
    document = report(repository, "--against", "HEAD", "--max", "1ms", "--max-cpu", "60s", code=1)
    checks = {f"{check['kind']} {check['name']}".rstrip(): check for check in document["checks"]}
    assert checks["max"]["text"].endswith("; the base is over already")
    assert checks["max-cpu"]["verdict"] == "within"
    assert checks["baseline time"]["verdict"] in ("within", "warn", "unsure")
    assert document["notes"] == []
    assert state(repository) == before


def test_against_a_subfolder_of_a_repository(tmp_path: Path) -> None:
    project = make_project(tmp_path / "repository", name="backend")
    (project.parent / "temporary").mkdir(exist_ok=True)
    git(project.parent, "init", "--quiet")
    git(project, "add", ".")
    git(project, "-c", "user.name=T", "-c", "user.email=t@example.com", "commit", "--quiet", "-m", "First")
    assert report(project, "--against", "HEAD", "--exact-only")["verdict"] == "within"


def test_against_without_an_entry_script(repository: Path) -> None:
    (repository / "manage.py").unlink()
    env = {"DJANGO_SETTINGS_MODULE": "shop.settings"}
    document = report(repository, "--against", "HEAD", "--exact-only", "--forbid", "mailbox", code=1, env=env)
    assert document["checks"][0]["text"] == snapshot("mailbox is imported; this change did it")


def test_against_a_revision_without_the_project(repository: Path) -> None:
    tree = git(repository, "hash-object", "-t", "tree", "-w", os.devnull).strip()
    commit = git(repository, "commit-tree", tree, "-m", "Empty").strip()
    before = state(repository)
    assert refuse(repository, "--against", commit) == snapshot(
        "manage.py is not in that revision, or not in the repository."
    )
    assert state(repository) == before


@pytest.mark.parametrize("revision", ["missing", "-x", "HEAD~9"])
def test_against_no_revision(repository: Path, revision: str) -> None:
    before = state(repository)
    assert refuse(repository, f"--against={revision}") == (
        f"--against {revision}: there is no such revision in {repository}."
    )
    assert state(repository) == before


def test_against_without_git(repository: Path) -> None:
    assert refuse(repository, "--against", "HEAD", env={"PATH": str(repository)}) == (
        snapshot("--against HEAD: git cannot be run: No such file or directory.")
    )


def test_a_base_that_does_not_boot(repository: Path) -> None:
    (repository / "billing/models.py").write_text("raise ValueError('no')\n")
    git(repository, "commit", "--quiet", "-a", "-m", "Broken")
    (repository / "billing/models.py").write_text("")
    before = state(repository)
    sentence = refuse(repository, "--against", "HEAD", code=3)
    assert sentence.startswith("The base, HEAD: ")
    assert "ValueError: no" in sentence
    assert state(repository) == before


def test_a_base_that_takes_modules_from_the_working_tree(repository: Path) -> None:
    (repository / "src").mkdir()
    (repository / "src/helper.py").write_text("")
    (repository / "billing/models.py").write_text("import helper\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "-m", "Helper")
    env = {"PYTHONPATH": str(repository / "src")}
    document = report(repository, "--against", "HEAD", "--exact-only", env=env)
    assert document["notes"] == snapshot(
        [
            "The base imports helper from the working tree (an editable install, or PYTHONPATH), so changes in "
            "them are "
            "not seen."
        ]
    )


def test_in_a_hook_the_index_stays(repository: Path) -> None:
    before = state(repository)
    env = {"GIT_INDEX_FILE": ".git/index", "GIT_DIR": ".git", "GIT_PREFIX": ""}
    document = report(repository, "--against", "HEAD", "--exact-only", env=env, code=1)
    assert verdicts(document)["baseline bytecode"] == "over"  # one module more of the standard library
    assert state(repository) == before


def test_interrupted_in_the_middle_of_the_base(repository: Path) -> None:
    here = repository.parent / "here"
    (repository / "billing/apps.py").write_text(
        app_config("import os, time; 'HERE' in os.environ and (open(os.environ['HERE'], 'w').close(), time.sleep(600))")
    )
    git(repository, "commit", "--quiet", "-a", "-m", "Slow")
    before = state(repository)
    process = subprocess.Popen(
        [sys.executable, "-m", "django_startup", "budget", "--until", "setup", "--against", "HEAD"],
        cwd=repository,
        env=environment(repository, {"HERE": str(here)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with process:
        for _ in range(2400):
            if here.exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        assert len(git(repository, "worktree", "list").splitlines()) == 2
        process.send_signal(signal.SIGTERM)
        assert process.communicate(timeout=60) == (b"", b"")
    assert process.returncode == 128 + signal.SIGTERM
    assert left_behind(repository) == []
    assert state(repository) == before


# The machine


def test_doctor(project: Path) -> None:
    ran = budget(project, "--doctor")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [line.split(":")[0].split(",")[0] for line in ran.stdout.splitlines()] == snapshot(
        [
            "Time that a process waits for a processor",
            "Bytecode",
            "Waiting for a processor",
            "Pairs are made side by side",
            "Reference workload",
            "A boot",
            "A boot over the reference",
            "With a tolerance of 5%",
        ]
    )
    assert "Bytecode: is written; of 0 modules it cannot be kept.\n" in ran.stdout
