"""Processes, threads, files and bytecode."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.helpers import app_config, at, make_project, profile, run
from tests.support.unusual_boots import (
    BILLING,
    SETUP,
    TO_SETUP,
    TO_URLS,
    boot,
    importer,
    module,
    notes,
    phases,
)


def test_thread_that_never_ends(tmp_path: Path) -> None:
    ready = "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()"
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(ready)}})
    assert phases(boot(project, *SETUP)) == TO_SETUP


@pytest.mark.parametrize(
    "child", ["pass", "time.sleep(600)", "os._exit(5)", "sys.exit(5)"], ids=["runs on", "sleeps", "os._exit", "exits"]
)
def test_fork_in_settings(tmp_path: Path, child: str) -> None:
    settings = f"import os, sys, time\nif os.fork() == 0:\n    {child}\nelse:\n    import shop.parent\n"
    project = make_project(tmp_path, settings=settings, apps=BILLING, files={"shop/parent.py": ""})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert importer(saved, "shop.parent") == at(project, "shop/settings.py", "import shop.parent")


def test_subprocess_left_running(tmp_path: Path) -> None:
    settings = (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', __file__])\n"
    )
    boot(make_project(tmp_path, settings=settings), *SETUP)


def test_much_output_on_both_streams(tmp_path: Path) -> None:
    settings = "import sys\nsys.stdout.write('out' * 70_000)\nsys.stderr.write('err' * 70_000)\n"
    project = make_project(tmp_path, settings=settings)
    ran = profile(project, *SETUP)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "outout" not in ran.stdout


@pytest.mark.parametrize("away", ["sys.stdout.close()", "os.close(1)", "sys.stdout = None"])
def test_standard_output_is_gone(tmp_path: Path, away: str) -> None:
    apps = {"billing": {"apps.py": app_config(f"import os, sys; {away}")}}
    assert phases(boot(make_project(tmp_path, apps=apps))) == TO_URLS


@pytest.mark.parametrize("logs", [0, 8])
def test_all_files_closed_and_others_opened(tmp_path: Path, logs: int) -> None:
    settings = f"import os\nos.closerange(3, 256)\nlogs = [open(f'{{number}}.log', 'w') for number in range({logs})]\n"
    project = make_project(tmp_path, settings=settings, apps=BILLING)
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "billing.models")["phase"] == "models"
    assert [path.read_text() for path in project.glob("*.log")] == [""] * logs


def test_imports_in_another_thread(tmp_path: Path) -> None:
    settings = """\
import threading
def warm_up():
    import shop.warm
thread = threading.Thread(target=warm_up, name="warmer")
thread.start()
thread.join()
"""
    files = {"shop/warm.py": "import shop.warmer\n", "shop/warmer.py": "sum(range(200_000))\n"}
    project = make_project(tmp_path, settings=settings, files=files)
    saved = boot(project, *SETUP)
    warm, warmer = module(saved, "shop.warm"), module(saved, "shop.warmer")
    assert (warm["thread"], warmer["thread"]) == ("warmer", "warmer")
    assert (warm["phase"], warmer["phase"]) == ("", "")
    assert importer(saved, "shop.warm") == at(project, "shop/settings.py", "import shop.warm")
    assert module(saved, "shop.settings")["thread"] is None
    (text,) = notes(saved, "thread")
    assert text.startswith("The thread warmer imported 2 modules (")
    # Of the project's own modules only those of the main thread count.
    (project_time,) = [owner["self_ms"] for owner in saved["owners"] if owner["kind"] == "project"]
    own = sum(row["self_ms"] for row in saved["modules"] if row["owner"]["kind"] == "project" and not row["thread"])
    assert project_time == pytest.approx(own, abs=0.01)


def test_working_directory_changed(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="import os\nos.chdir('/')\n", apps=BILLING)
    saved = boot(project)
    assert module(saved, "billing.models")["file"] == "billing/models.py"


def test_path_with_odd_characters(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING, name="prøject [dev] $x")
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "billing.models")["file"] == "billing/models.py"
    assert [app["project"] for app in saved["apps"]] == [True]


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the bytecode of all but the projects, whether or not that of the environment can be written."""
    directory = tmp_path_factory.mktemp("bytecode")
    project = make_project(tmp_path_factory.mktemp("first"), apps=BILLING)
    boot(project, *SETUP, env={"PYTHONPYCACHEPREFIX": str(directory)})
    return directory


def test_bytecode_is_kept(tmp_path: Path, bytecode: Path) -> None:
    saved = boot(make_project(tmp_path, apps=BILLING), *SETUP, env={"PYTHONPYCACHEPREFIX": str(bytecode)})
    assert notes(saved, "bytecode") == []
    assert saved["environment"]["compiled_from_source"] == 0


def test_bytecode_switched_off(tmp_path: Path, bytecode: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    ran = profile(project, *SETUP, env={"PYTHONPYCACHEPREFIX": str(bytecode), "PYTHONDONTWRITEBYTECODE": "1"})
    assert ran.returncode == 0
    text = " ".join(ran.stdout.split())
    assert "5 modules were compiled from source in the measured boots: " in text
    assert text.index("because PYTHONDONTWRITEBYTECODE is set (or python -B)") < text.index(" CPU + ")


def test_bytecode_finds_a_file_in_place_of_its_directory(tmp_path: Path, bytecode: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    directory = bytecode / project.relative_to(project.anchor)
    directory.mkdir(parents=True)
    (directory / "billing").touch()
    saved = boot(project, *SETUP, env={"PYTHONPYCACHEPREFIX": str(bytecode)})
    (text,) = notes(saved, "bytecode")
    assert text.startswith("3 modules were compiled from source in the measured boots: ")
    assert text.endswith(f" {project}/billing.")
    assert saved["environment"]["compiled_from_source"] == 3


def test_bytecode_finds_a_file_called_pycache(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "", "__pycache__": ""}})
    (text,) = notes(boot(project, *SETUP), "bytecode")
    assert "modules were compiled from source in the measured boots: " in text
    assert f"{project}/billing" in text or " other directories" in text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every directory")
def test_bytecode_cannot_be_written(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    directory = project / "billing"
    directory.chmod(0o555)
    try:
        (text,) = notes(boot(project, *SETUP), "bytecode")
    finally:
        directory.chmod(0o755)
    assert "again in every boot, because their bytecode cannot be written to " in text
    assert str(directory) in text or " other directories" in text


def test_imports_within_imports_as_deep_as_a_plain_start_goes(tmp_path: Path) -> None:
    """No frame of ours counts towards the recursion limit: a plain start goes down to 130, one with them to 100."""
    deep = {f"deep/m{number}.py": f"import deep.m{number + 1}\n" for number in range(110)}
    files = {**deep, "deep/__init__.py": "", "deep/m110.py": ""}
    project = make_project(tmp_path, settings="import deep.m0\n", apps=BILLING, files=files)
    assert phases(boot(project, *SETUP)) == TO_SETUP


@pytest.mark.parametrize(
    "patch",
    [
        "time.perf_counter_ns = time.thread_time_ns = lambda: 5",
        "time.perf_counter = time.monotonic = lambda: 1577834963.3",
    ],
)
def test_clocks_that_the_project_has_put_in_place_of_others(tmp_path: Path, patch: str) -> None:
    project = make_project(tmp_path, settings=f"import time\n{patch}\n", files={"shop/urls.py": "urlpatterns = []\n"})
    assert 0 < boot(project)["total"]["time_ms"] < 1e6


def test_an_app_that_is_called_like_a_module_of_the_standard_library(tmp_path: Path) -> None:
    files = {"statistics/__init__.py": ""}
    project = make_project(tmp_path, settings="INSTALLED_APPS += ['statistics', 'django_startup']\n", files=files)
    for command in (("startupprofile", "--until", "setup", "--runs", "1"), ("startupbudget", "--max-modules", "9999")):
        ran = run(project, "manage.py", *command)
        assert (ran.returncode, ran.stderr) == (0, "")
