"""A baseline: written, compared with, accepted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest
from inline_snapshot import snapshot

from tests.support.budget import (
    RECEIVER,
    SCHEMA,
    TABLE,
    budget,
    change_baseline,
    declare,
    install,
    refuse,
    report,
    verdicts,
)
from tests.support.helpers import app_config, make_project, run


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
