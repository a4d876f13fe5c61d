"""A baseline: written, compared with, accepted."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.budget import (
    RECEIVER,
    TABLE,
    budget,
    budget_of_few_pairs,
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
    ran = budget_of_few_pairs(project, "--update-baseline")
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
    again = budget_of_few_pairs(accepted, "--update-baseline")
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
    assert found["new-side-effects"]["text"].endswith("sql billing/apps.py SELECT ?")
    assert found["registrations"]["verdict"] == "over"
    assert found["registrations"]["text"].startswith("1 no longer registered: receivers billing.signals.reindex")
    assert "time" not in found
    assert "Timed budgets skipped (an exact budget failed): baseline time, baseline waiting." in document["notes"]


def test_only_what_is_named_is_accepted(accepted: Path) -> None:
    path = accepted / "startup-baseline.json"
    before = json.loads(path.read_text())["targets"]["setup"]
    (accepted / "billing/tasks.py").write_text("")
    (accepted / "billing/models.py").write_text("import billing.tasks, wsgiref.util\n")
    change_baseline(accepted, modules=3, ratio=7.5)
    (check,) = [check for check in report(accepted, "--exact-only", code=1)["checks"] if check["name"] == "modules"]
    again = "python -m django_startup budget baseline modules --until setup"
    assert check["accept"] == again
    ran = run(accepted, *again.split()[1:])
    assert (ran.returncode, ran.stdout) == (0, f"Wrote {path}: setup, of it only modules.\n")
    after = json.loads(path.read_text())["targets"]["setup"]
    assert after["modules"] == before["modules"] + 3
    assert {**after, "modules": 0, "parts": []} == {**before, "modules": 0, "parts": [], "ratio": 7.5}
    assert budget_of_few_pairs(accepted, "--update-baseline", "billing", "time").returncode == 0
    after = json.loads(path.read_text())["targets"]["setup"]
    assert set(after["project_modules"]) == {*before["project_modules"], "billing.tasks"}
    assert after["ratio"] != 7.5
    ran = budget(accepted, "--update-baseline", "module")
    assert (ran.returncode, ran.stderr) == snapshot(
        (2, "CommandError: There is no package, module or check 'module'; did you mean modules?\n")
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
    assert "measured in another environment: python 2.7 before" in document["checks"][0]["text"]
    assert "baseline time" not in verdicts(document)
    ran = budget(accepted, "--strict", "--exact-only")
    assert ran.returncode == 4
    assert ran.stderr == snapshot("CommandError: Inconclusive: baseline counters and time.\n")
    assert report(accepted, "--strict", code=4)["verdict"] == "unsure"


def test_of_another_project(accepted: Path) -> None:
    change_baseline(accepted, settings="other.settings")
    (accepted / "billing/models.py").write_text("print('booted', file=open('boots', 'a'))\n")
    sentence = refuse(accepted)
    assert sentence == snapshot(
        "The baseline is of another project: its settings are other.settings, here shop.settings."
    )
    assert (accepted / "boots").read_text() == "booted\n"
    assert refuse(accepted, "--settings", "shop.settings") == sentence
    assert (accepted / "boots").read_text() == "booted\n"


def test_another_target_has_none(accepted: Path) -> None:
    path = accepted / "startup-baseline.json"
    assert refuse(accepted, "--until", "urls") == (
        f"{path} has no baseline for urls; write one with startupbudget baseline."
    )


def test_a_budget_is_waived(project: Path) -> None:
    declare(project, TABLE + "forbid = ['xmlrpc']")
    (check,) = report(project, code=1)["checks"]
    words = shlex.split(check["accept"].replace("…", "'the old API'"))[1:]
    ran = run(project, *words, "--expires", "2999-01-01")
    path = project / "pyproject.toml"
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == f"Wrote {path}: forbid xmlrpc is waived until 2999-01-01.\n"
    (check,) = report(project)["checks"]
    assert (check["verdict"], check["accept"]) == ("warn", "")
    ran = run(project, *words)
    assert (ran.returncode, ran.stderr) == snapshot(
        (2, "CommandError: There is a waiver for 'forbid xmlrpc' already; change its day.\n")
    )
