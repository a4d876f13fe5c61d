"""Budgets and their verdicts."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.gate.declared import declared_budgets
from tests.support.budget import (
    TABLE,
    budget,
    declare,
    install,
    refuse,
    report,
    verdicts,
)
from tests.support.helpers import app_config, at, make_project, run


def test_what_is_loaded_and_a_limit_share_a_boot(project: Path) -> None:
    ran = budget(project, "--max", "60s", "--forbid", "pandas")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = ran.stdout.splitlines()
    assert lines[0] == snapshot("within  forbid pandas  pandas is not imported")
    assert lines[1].startswith("within  max 60.000 s   0.")
    assert "CPU +" in ran.stdout
    assert " % to spare" in ran.stdout
    assert "To django.setup(): within every budget (1 boot;" in " ".join(ran.stdout.split("\n"))


def test_a_clear_pass_is_one_boot(project: Path) -> None:
    document = report(project, "--max", "60s", "--max-cpu", "60s")
    assert (document["verdict"], document["boots"]) == ("within", 1)


def test_a_project_that_dies_says_where_also_in_a_bare_boot(project: Path) -> None:
    (project / "billing/models.py").write_text("import missing_package\n")
    sentence = refuse(project, "--max", "60s", code=3)
    assert "in models, the models of billing" in sentence
    exactly = refuse(project, "--max", "60s", "--exact-only", code=3)
    assert exactly.partition("in models")[2] == sentence.partition("in models")[2]


def test_by_manage_py(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="INSTALLED_APPS += ['django_startup']\n")
    ran = run(project, "manage.py", "startupbudget", "--until", "setup", "--max-modules", "1")
    assert ran.returncode == 1
    assert ran.stdout.startswith("over    modules 1  ")
    assert ran.stderr == snapshot("CommandError: Over budget: modules.\n")


def test_over_in_time_names_what_to_fix(project: Path) -> None:
    (project / "billing/models.py").write_text("import xmlrpc.client\n\n\ndef f():\n    xmlrpc.client\n")
    document = report(project, "--max", "1ms", "--max-cpu", "1ms", code=1)
    assert verdicts(document) == {"max": "over", "max-cpu": "over"}
    assert {check["boots"] for check in document["checks"]} == {1}
    assert document["boots"] == 2  # the second says where to look
    assert document["checks"][0]["reproduce"] == snapshot("python -m django_startup profile --until setup")
    assert document["notes"] == []


def test_the_time_of_a_management_command(project: Path) -> None:
    document = report(project, "--max", "60s", "--max-phase", "command=60s", "--", "check")
    assert verdicts(document) == {"max": "within", "phase command": "within"}
    assert document["until"] == "command"


def test_a_broken_exact_budget_times_nothing(project: Path) -> None:
    document = report(project, "--max", "60s", "--forbid", "xmlrpc", code=1)
    assert verdicts(document) == snapshot({"forbid xmlrpc": "over"})
    assert document["boots"] == 3  # the last two say what it costs
    assert document["machine"] is None
    (check,) = document["checks"]
    assert check["saving_ms"] > 0
    assert check["accept"] == ""  # the option is on the command line
    assert document["notes"] == snapshot(["Timed budgets skipped (an exact budget failed): max."])


def test_many_that_are_not_timed(project: Path) -> None:
    apps = [f"django.contrib.{name}" for name in ("contenttypes", "auth", "sessions", "messages")]
    with (project / "shop/settings.py").open("a") as settings:
        settings.write(f"INSTALLED_APPS += {apps}\n")
    document = report(project, "--max-ready", "60s", "--max", "60s", "--exact-only", "--forbid", "torch")
    assert document["notes"] == snapshot(["Timed budgets skipped (--exact-only): max, 5 of ready."])


def test_exact_only(project: Path) -> None:
    document = report(project, "--max", "1ms", "--max-modules", "9000", "--exact-only")
    assert verdicts(document) == {"modules": "within"}
    assert document["boots"] == 1
    assert document["notes"] == snapshot(["Timed budgets skipped (--exact-only): max."])


def test_a_pair_of_limits(project: Path) -> None:
    declare(project, TABLE + "modules = { warn = 10, fail = 9000 }\nmax = { warn = '1ms', fail = '60s' }\n")
    ran = budget(project)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("warn    modules 10   ")
    assert "\nwarn    max 0.001 s  " in ran.stdout
    assert "To django.setup(): within every budget, with warnings (4 boots;" in ran.stdout


def test_waiting(project: Path) -> None:
    (project / "billing/apps.py").write_text(app_config("__import__('time').sleep(0.3)"))
    document = report(project, "--max-waiting", "50ms", code=1)
    (check,) = document["checks"]
    assert (check["kind"], check["verdict"], check["boots"]) == ("waiting", "over", 2)


def test_parts(project: Path) -> None:
    (project / "billing/apps.py").write_text(app_config("__import__('time').sleep(0.3)"))
    options = ("--max-ready", "billing=10ms", "--max-app", "billing=20ms", "--max-phase", "settings=60s")
    document = report(project, *options, code=1)
    assert verdicts(document) == snapshot({"ready billing": "over", "app billing": "over", "phase settings": "within"})


def test_strict_is_no_other_without_doubt(project: Path) -> None:
    assert report(project, "--strict", "--max-modules", "9000")["verdict"] == "within"


def test_forbidden_module(project: Path) -> None:
    document = report(project, "--forbid", "xmlrpc.client", "--forbid", "pandas", code=1)
    assert verdicts(document) == snapshot({"forbid xmlrpc.client": "over", "forbid pandas": "within"})
    check = document["checks"][0]
    assert (check["text"], check["value"]) == snapshot(("xmlrpc.client is imported", 1))
    assert check["places"] == snapshot(
        [{"file": "billing/models.py", "line": 2, "text": "import xmlrpc.client ← billing.models ← models"}]
    )
    assert check["fix"].startswith(f"{at(project, 'billing/models.py', 'xmlrpc')} ")
    assert check["reproduce"] == snapshot("python -m django_startup profile --why xmlrpc.client --until setup")


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
    assert check["fix"] == snapshot("import it at start, so that no request has to wait for it")


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


def test_the_first_boot_of_a_fresh_checkout_is_not_cold(project: Path) -> None:
    declare(project, TABLE + "cold-bytecode = 'fail'\n")
    (check,) = report(project)["checks"]
    assert (check["verdict"], check["value"], check["text"]) == snapshot(("within", 0, "every module has bytecode"))


def test_bytecode_that_must_not_be_written(project: Path) -> None:
    declare(project, TABLE + "cold-bytecode = 'fail'\n")
    (check,) = report(project, code=1, env={"PYTHONDONTWRITEBYTECODE": "1"})["checks"]
    assert check["text"] == f"the bytecode of {check['value']} modules cannot be written"
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


def test_counted(project: Path) -> None:
    document = report(project, "--max-modules", "1", "--max-memory", "1MiB", "--max-calls", "1", code=1)
    assert verdicts(document) == {"modules": "over", "memory": "over", "calls": "over"}
    units = {check["kind"]: check["unit"] for check in document["checks"]}
    assert units == {"modules": "count", "memory": "mib", "calls": "count"}


def test_the_project_has_a_profiler_of_its_own(tmp_path: Path) -> None:
    profiler = "import sys\nsys.setprofile(lambda *arguments: None)\nsys.setprofile(None)\n"
    document = report(make_project(tmp_path, settings=profiler), "--max-calls", "9000000")
    assert verdicts(document) == {"calls": "unsure"}


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
        ("2001-01-01", 1, "over", "xmlrpc is imported; its waiver expired on 2001-01-01"),
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
    ran = run(project, "-m", "django_startup", "budget", "init", "--until", "setup")
    assert (ran.returncode, ran.stderr) == (0, "")
    table = tomllib.loads(ran.stdout)["tool"]["django-startup"]["budget"]
    assert {budget.title for budget in declared_budgets(table)} >= {"max", "waiting", "modules", "ready *"}
    declare(project, ran.stdout)
    assert set(verdicts(report(project, "--exact-only")).values()) == {"within"}
