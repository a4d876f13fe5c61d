"""Twenty secrets in a project, in all places where a boot meets them: no output has any of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.reports.budget.formats import FORMATS as BUDGET_FORMATS
from django_startup.reports.format_names import PROFILE_FORMATS
from tests.support.budget import budget, budget_of_few_pairs
from tests.support.helpers import Ran, app_config, make_project, profile, run

SECRET = re.compile(r"HUNTER-\d+")
# Each secret stands where people put them.
PLANTED = '''\
import os, sqlite3, subprocess, sys, threading, time
from django.db import connection

def run(*arguments, **options):
    subprocess.run([sys.executable, "-c", "pass", *arguments], **options)

def plant():
    run("--password=HUNTER-1", "postgres://user:HUNTER-2@host/db")
    run("--api-key", "HUNTER-3", "DB_TOKEN=HUNTER-4", env={**os.environ, "PGPASSWORD": "HUNTER-5"})
    run("curl", "-u", "me:HUNTER-6", "-H", "Authorization: Bearer HUNTER-7", "https://host/?a=b&key=HUNTER-8")
    os.system("PGPASSWORD=HUNTER-9 true")
    subprocess.run("true mysql -pHUNTER-10; sh -c \\"SECRET='HUNTER-11' true\\"", shell=True)
    subprocess.run(b"true redis://:HUNTER-12/x@host:6379/0", shell=True)
    subprocess.run(["sh", "-c", """true --data '{"credentials": ["HUNTER-13"]}'"""])
    sqlite3.connect("file:x?mode=memory&key=HUNTER-14", uri=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'HUNTER-15' AS x WHERE 'y' = $HUNTER-16$".replace("$", '"'))
        cursor.execute("SELECT %s AS x", ["HUNTER-17"])
    thread = threading.Thread(target=work, name="https://user:HUNTER-18@host")
    thread.start()
    thread.join()
    subprocess.Popen(["sh", "-c", "true sshpass -p HUNTER-19 ssh host"]).wait()
    pid = os.posix_spawn("/bin/true", ["true", "--secret=HUNTER-20"], {})
    os.waitpid(pid, 0)

def work():
    import wsgiref.util
'''
LOAD = ("-m", "django_startup", "profile", "--load")
DATABASE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': ':memory:'}}\n"
COMMAND = """\
from django.core.management.base import BaseCommand

class Command(BaseCommand):
    requires_system_checks = []
    def add_arguments(self, parser):
        parser.add_argument("--password")
    def handle(self, **options):
        pass
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    billing = {
        "apps.py": app_config("from billing.planted import plant; plant()"),
        "planted.py": PLANTED,
        "management/__init__.py": "",
        "management/commands/__init__.py": "",
        "management/commands/fetch.py": COMMAND,
    }
    project = make_project(tmp_path_factory.mktemp("secrets"), settings=DATABASE, apps={"billing": billing})
    (project / "out").mkdir()
    return project


def leaks(project: Path, *runs: Ran) -> dict[str, list[str]]:
    """The secrets in what was printed and in the files that were written, by where they stand."""
    found = {path.name: path.read_bytes().decode("utf-8", "replace") for path in project.joinpath("out").iterdir()}
    for number, ran in enumerate(runs):
        found |= {f"stdout {number}": ran.stdout, f"stderr {number}": ran.stderr}
    return {name: sorted(set(SECRET.findall(text))) for name, text in found.items() if SECRET.search(text)}


def test_profiles(project: Path) -> None:
    assert len(set(SECRET.findall(PLANTED))) == 20
    outputs = [argument for suffix in PROFILE_FORMATS for argument in ("-o", f"out/profile{suffix}")]
    ran = profile(project, "--runs", "1", *outputs, "--", "fetch", "--password=HUNTER-21")
    assert (ran.returncode, ran.stderr) == (0, "")
    compared = [argument for suffix in PROFILE_FORMATS for argument in ("-o", f"out/compared{suffix}")]
    again = run(project, *LOAD, "out/profile.json", "--compare", "out/profile.json", *compared)
    assert (again.returncode, again.stderr) == (0, "")
    why = run(project, *LOAD, "out/profile.json", "--why", "billing")
    assert leaks(project, ran, again, why) == {}
    assert "-- fetch --password=***" in ran.stdout
    # Without waits, which are there on a busy machine.
    details = re.findall(r'(?<!"wait", )"detail": "(.*?)", "alias"', (project / "out/profile.json").read_text())
    effects = sorted(set(details))
    assert [effect for effect in effects if "***" in effect or "?" in effect] == snapshot(
        [
            "PGPASSWORD=*** true",
            "SELECT ? AS x WHERE ? = ?",
            "file:x?mode=memory&key=***",
            "https://***@host billing.planted.work",
            "python -c pass --api-key *** DB_TOKEN=***",
            "python -c pass --password=*** postgres://***@host/db",
            "python -c pass curl -u *** -H Authorization: *** https://host/?a=b&key=***",
            "sh -c true --data '{\\\"credentials\\\": ***'",
            "sh -c true sshpass -p *** ssh host",
            "true --secret=***",
            'true mysql -p***; sh -c \\"SECRET=*** true\\"',
            "true redis://***@host:6379/0",
        ]
    )


def test_budgets_and_a_baseline(project: Path) -> None:
    formats = [argument for name in BUDGET_FORMATS for argument in ("--format", f"{name}=out/budget-{name}")]
    ran = budget(project, "--no-side-effects", "--max-modules", "1", *formats)
    assert ran.returncode == 1
    written = budget_of_few_pairs(project, "--baseline", "out/baseline.json", "--update-baseline")
    assert written.returncode == 0, written
    assert leaks(project, ran, written) == {}
    assert "--password=***" in (project / "out/baseline.json").read_text()


def test_a_boot_that_fails(project: Path) -> None:
    raising = (
        "import sys; print('token=HUNTER-22', file=sys.stderr); raise OSError('postgres://u:HUNTER-23@host failed')\n"
    )
    (project / "shop/urls.py").write_text(raising)
    ran = profile(project, "-o", "out/profile.json")
    (project / "shop/urls.py").write_text("urlpatterns = []\n")
    assert ran.returncode == 3
    assert leaks(project, ran) == {}
    assert "OSError: postgres://***@host failed" in ran.stderr


def test_arguments_are_shown_to_who_asks(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "shown.json"
    ran = profile(project, "--runs", "1", "--show-arguments", "-o", str(path))
    assert ran.returncode == 0
    assert set(SECRET.findall(path.read_text())) >= {"HUNTER-1", "HUNTER-9", "HUNTER-15", "HUNTER-18"}
    assert ran.stdout.splitlines()[0].startswith("manage.py to URLs (arguments shown), 1 boot, ")
    assert ran.stdout.splitlines()[2:4] == snapshot(
        [
            "  Command lines, SQL and messages are shown as they are (--show-arguments): this",
            "  profile may contain passwords. Do not share it.",
        ]
    )
    assert path.read_text().splitlines()[2].endswith('"settings": "shop.settings", "secrets": "shown"},')
    redacted = tmp_path / "redacted.json"
    redacted.write_text(path.read_text().replace('"shown"', '"redacted"'))
    compared = run(project, *LOAD, str(path), "--compare", str(redacted))
    assert "Different secrets: redacted before, shown now." in compared.stdout
