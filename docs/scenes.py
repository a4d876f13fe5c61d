"""
The projects of which the documentation shows what the commands print: copies of the example, each made by a function.

Each is a git repository of its own, in which commands run as in a terminal of 80 columns.
"""

from __future__ import annotations

import lzma
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

DOCS = Path(__file__).parent
ROOT = DOCS.parent
SAVED = DOCS / "pictures" / "shop.json.xz"
FOREIGN = ("DJANGO_SETTINGS_MODULE", "FORCE_COLOR", "NO_COLOR", "PYTHONDEVMODE", "PYTHONDONTWRITEBYTECODE")
TOP_OF_REQUESTS = """\
import django
from django.test import Client
django.setup()
from django.contrib.auth.models import User
client = Client()
client.force_login(User.objects.first() or User.objects.create_superuser("x"))
"""
CELERY = """\
import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
app = Celery("shop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
"""
TASKS = """\
from celery import shared_task
import stripe


@shared_task
def charge(amount):
    return stripe.Charge.create(amount=amount, currency="eur").id


@shared_task
def refund(charge):
    return stripe.Refund.create(charge=charge).id
"""
JOBS = """\
from celery import shared_task


@shared_task
def nightly():
    return None
"""
CONFTEST = """\
import pandas as pd
import pytest


@pytest.fixture
def prices():
    return pd.Series([1, 2, 3])
"""
TESTS = """\
import pytest
from catalog.models import Product


@pytest.mark.django_db
def test_no_products():
    assert not Product.objects.exists()
"""
SUMMARY = """\
def invoices():
    from billing.models import Invoice

    return Invoice.objects.count()


def forecast():
    from reports.forecasts import next_month

    return next_month()
"""


class Ran(NamedTuple):
    """What a command came to."""

    code: int
    text: str


class Shop:
    """A copy of the example in a git repository of its own, and commands in it."""

    def __init__(self, directory: Path, *, width: int = 80) -> None:
        self.directory = directory / "shop"
        ignored = shutil.ignore_patterns("__pycache__", "*.sqlite3", "media")
        shutil.copytree(ROOT / "example_project", self.directory, ignore=ignored)
        kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        self.environment = kept | {
            "COLUMNS": str(width),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "XDG_CACHE_HOME": str(directory / "cache"),
            "GIT_AUTHOR_NAME": "shop",
            "GIT_AUTHOR_EMAIL": "shop@example.org",
            "GIT_COMMITTER_NAME": "shop",
            "GIT_COMMITTER_EMAIL": "shop@example.org",
        }
        self.do(f"printf '.venv\n*.sqlite3\n*.json\n' > {self.directory}/.gitignore")
        self.do("git init -q -b main && git add . && git commit -qm 'The shop'")

    def do(self, command: str) -> Ran:
        """Run a command of a shell."""
        ran = subprocess.run(
            ["bash", "-c", command], cwd=self.directory, env=self.environment, capture_output=True, encoding="utf-8"
        )
        return Ran(ran.returncode, ran.stdout if ran.returncode == 0 else ran.stdout + last_line(ran.stderr))

    def insert(self, name: str, text: str) -> None:
        """Put text at the top of a file."""
        path = self.directory / name
        path.write_text(text + path.read_text("utf-8"), "utf-8")


def last_line(text: str) -> str:
    """Why a command failed, which it says at the end; all of it where it is not a command of Django's."""
    found = re.search(r"(?:\x1b\[[\d;]*m)*CommandError: .*", text, re.DOTALL)
    return found[0] if found else text


def shop(shop: Shop) -> None:
    """The example as it is."""


def saved(shop: Shop) -> None:
    """With the profile of which the pictures are drawn, which needs none of the example's packages."""
    (shop.directory / "shop.json").write_bytes(lzma.decompress(SAVED.read_bytes()))


def fix(shop: Shop) -> None:
    """With tests, which pass."""
    (shop.directory / "test_shop.py").write_text("def test_shop(): pass\n")
    shop.do("git add . && git commit -qm Tests")


def compare(shop: Shop) -> None:
    """A profile of before pandas moved."""
    shop.do("./manage.py startupprofile -o before.json && ./manage.py startupprofile --fix --only pandas")


def died(shop: Shop) -> None:
    """With an import of a package that is not there."""
    shop.insert("billing/models.py", "import paypal\n")


def baseline(shop: Shop) -> None:
    """All fixes made and a baseline written, then pandas came back."""
    shop.do("./manage.py startupprofile --fix && git commit -qam Fixes")
    table = '[tool.django-startup.budget]\nforbid = ["pandas"]\nmodules = 1200\nbaseline = "startup-baseline.json"\n'
    (shop.directory / "pyproject.toml").write_text(table)
    shop.do("./manage.py startupbudget baseline && git add -f . && git commit -qm Baseline")
    shop.insert("catalog/models.py", "import pandas as pd\n")


def banner(shop: Shop) -> None:
    """It begins without stripe, and then imports it; then a second is slept away."""
    shop.do("sed -i '/^import stripe$/d' billing/models.py")
    command = "exec python -u manage.py runserver --noreload 127.0.0.1:0 2>&1"
    lines = []
    for text in ("", "", "import stripe\n", "", "import time; time.sleep(1)\n"):
        if text:
            shop.insert("billing/models.py" if "stripe" in text else "catalog/models.py", text)
        with subprocess.Popen(
            ["bash", "-c", command], cwd=shop.directory, env=shop.environment, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            lines.append(next(line for line in server.stdout if line.startswith("Started in ")))
            server.terminate()
            server.stdout.read()
    (shop.directory / "started.txt").write_text("".join([lines[1], lines[2], lines[4]]))


def served(shop: Shop) -> None:
    """With a database, so that pages can be asked for."""
    shop.do("./manage.py migrate && ./manage.py loaddata demo")


def late(shop: Shop) -> None:
    """All fixes made; two workers, each asked for one page."""
    shop.do("./manage.py startupprofile --fix && ./manage.py migrate && ./manage.py loaddata demo")
    add_settings(
        shop, 'MIDDLEWARE = ["django_startup.middleware.LateImportMiddleware", *MIDDLEWARE]\nALLOWED_HOSTS = ["*"]\n'
    )
    for page in ("sales.csv", "invoices.xlsx"):
        (shop.directory / f"{Path(page).stem}.py").write_text(f'{TOP_OF_REQUESTS}client.get("/reports/{page}")\n')


def preload(shop: Shop) -> None:
    """A module to preload that is not there."""
    add_settings(shop, "")
    names = "'catalog.recommendations'"
    text = f"import django\ndjango.setup()\nfrom django_startup.preload import preload\npreload({names})\n"
    (shop.directory / "worker.py").write_text(text)


def celery(shop: Shop) -> None:
    """All fixes made, and two modules with tasks, one of which imports stripe."""
    shop.do("./manage.py startupprofile --fix")
    add_settings(shop, 'CELERY_BROKER_URL = "memory://"\nCELERY_IMPORTS = ["reports.jobs"]\n')
    (shop.directory / "shop" / "celery.py").write_text(CELERY)
    (shop.directory / "billing" / "tasks.py").write_text(TASKS)
    (shop.directory / "reports" / "jobs.py").write_text(JOBS)


def pytest(shop: Shop) -> None:
    """All fixes made, and a test that needs the database, with a conftest file that imports pandas."""
    shop.do("./manage.py startupprofile --fix")
    add_settings(shop, 'DJANGO_STARTUP = {"PYTEST": True}\n')
    (shop.directory / "pytest.ini").write_text("[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\ntestpaths = tests\n")
    (shop.directory / "conftest.py").write_text(CONFTEST)
    (shop.directory / "tests").mkdir()
    (shop.directory / "tests" / "test_catalog.py").write_text(TESTS)


def inline(shop: Shop) -> None:
    """All fixes made, and some more imports inside functions: a broken one, a pointless one, one that must stay."""
    shop.do("./manage.py startupprofile --fix")
    (shop.directory / "reports" / "summary.py").write_text(SUMMARY)
    with (shop.directory / "reports" / "urls.py").open("a") as file:
        file.write("\nfrom reports import summary  # noqa\n")


def add_settings(shop: Shop, text: str) -> None:
    """Add settings, and let warnings be logged without their time."""
    with (shop.directory / "shop" / "settings.py").open("a") as file:
        file.write(f'{text}LOGGING["formatters"]["plain"]["format"] = "{{levelname}} {{name}}: {{message}}"\n')
    shop.environment |= {"DJANGO_SETTINGS_MODULE": "shop.settings", "PYTHONWARNINGS": "ignore"}


SCENES: dict[str, Callable[[Shop], None]] = {
    scene.__name__: scene
    for scene in (shop, saved, fix, compare, died, baseline, banner, served, late, preload, celery, pytest, inline)
}
