"""Fixes that are tried: of a project with traps that no look at its imports tells."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from inline_snapshot import snapshot

from tests.support.helpers import Ran, make_project, measured, profile, run

BURN = "import time\nend = time.thread_time() + 0.06\nwhile time.thread_time() < end: pass\n"
VIEWS = """\
from shop.fine import work
from shop.looked_for import work as other
from shop.told import work as third
from shop.loaded import work as fourth
from shop.local import work as fifth


def index(request):
    return work()


def refund(request):
    return other()


def cancel(request):
    return third()


def pay(request):
    return fourth()


def show(request):
    fifth()
    return locals()
"""
# What no import shows: who looks for modules by name, and what is done because of that.
URLS = """\
import sys
import shop.views
import importlib
from django.core.checks import register
from django.urls import path

VALUE = sys.modules["shop." + "looked_" + "for"].VALUE
if "shop." + "told" in sys.modules:
    @register("shop")
    def check_told(app_configs, **kwargs):
        return []
sys.modules.get("shop." + "loaded") or importlib.import_module("shop." + "loaded")
urlpatterns = [path("", shop.views.index, name="index")]
"""
WORK = "VALUE = 1\ndef work():\n    return VALUE\n"


class Tried(NamedTuple):
    """A project, what the command printed, and the profile that it saved."""

    project: Path
    ran: Ran
    saved: dict[str, Any]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    names = ["fine", "looked_for", "told", "loaded", "local"]
    files = {f"shop/{name}.py": BURN + WORK for name in names} | {"shop/views.py": VIEWS}
    project = make_project(tmp_path_factory.mktemp("traps"), urls=URLS, files=files)
    ran = profile(project, "-o", "profile.json", "-o", "profile.md", "-o", "profile.html", tried=True)
    return Tried(project, ran, measured(project / "profile.json"))


def load(project: Path, *options: str) -> Ran:
    return run(project, "-m", "django_startup", "profile", "--load", *options)


def test_what_works_is_told_from_what_does_not(tried: Tried) -> None:
    assert tried.ran.returncode == 0, tried.ran
    fixes = {fix["subject"]: fix["tried"] for fix in tried.saved["fixes"] if fix["kind"] == "defer"}
    assert fixes == {"shop.fine": True}
    reasons = {refused["fix"]["subject"]: refused["reason"] for refused in tried.saved["trial"]["refused"]}
    died = reasons.pop("shop.looked_for")
    assert died.startswith("manage.py died after ")
    assert died.endswith(": KeyError: 'shop.looked_for' (shop/urls.py:7)")
    assert reasons == snapshot(
        {
            "shop.local": "used in show(), which calls locals(), line 26",
            "shop.loaded": "shop.loaded is loaded all the same, by shop/urls.py:12",
            "shop.told": "check shop.urls.check_told (shop) would not be registered at start",
        }
    )


def test_every_report_says_so(tried: Tried) -> None:
    for text in (
        tried.ran.stdout,
        (tried.project / "profile.md").read_text(),
        (tried.project / "profile.html").read_text(),
    ):
        flat = " ".join(text.replace("\\_", "_").split())
        assert "ried: boots to URLs and checks, registers the same, the moved imports work, saves" in flat
        assert "check shop.urls.check_told (shop) would not be registered at start" in flat


def test_what_failed_is_called_movable_nowhere(tried: Tried) -> None:
    ran = load(tried.project, "profile.json", "--why", "shop.told")
    assert "tried, and not possible: check shop.urls.check_told (shop) would not be registered at start" in " ".join(
        ran.stdout.split()
    )


def test_the_patch(tried: Tried) -> None:
    ran = load(tried.project, "profile.json", "--fix", "--diff")
    header, patch = ran.stdout.split("--- a/", 1)
    assert header.startswith("shop.fine: boots to URLs and checks · registers the same · the moved imports work · ")
    assert "\nTried, not possible: shop.loaded: shop.loaded is loaded all the same, by shop/urls.py:12\n" in header
    assert f"--- a/{patch}" == snapshot("""\
--- a/shop/views.py
+++ b/shop/views.py
@@ -1,4 +1,3 @@
-from shop.fine import work
 from shop.looked_for import work as other
 from shop.told import work as third
 from shop.loaded import work as fourth
@@ -6,6 +5,8 @@
 \n\
 \n\
 def index(request):
+    from shop.fine import work
+
     return work()
 \n\
 \n\
""")
    applied = subprocess.run(["git", "apply", "--check"], cwd=tried.project, input=ran.stdout, text=True, check=False)
    assert applied.returncode == 0


def test_a_patch_of_files_that_have_changed(tmp_path: Path, tried: Tried) -> None:
    saved = tmp_path / "profile.json"
    saved.write_text(json.dumps(tried.saved))
    ran = load(tmp_path, "profile.json", "--fix", "--diff")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr == (
        "CommandError: shop/views.py has changed since it was tried: "
        "views.py cannot be read (No such file or directory). Profile again.\n"
    )


def test_not_tried(tmp_path: Path) -> None:
    files = {
        "shop/fine.py": BURN + WORK,
        "shop/views.py": "from shop.fine import work\ndef index(request):\n    work()\n",
    }
    project = make_project(tmp_path, urls="import shop.views\nurlpatterns = []\n", files=files)
    ran = profile(project, "--untried")
    assert "together; estimated, not tried" in " ".join(ran.stdout.split())


# What is seen only behind the target, or beside what is registered.
BEHIND = """\
import sys
import shop.views
import subprocess
from django.core.checks import register

if "shop." + "started" not in sys.modules:
    subprocess.run([sys.executable, "-c", "pass"])
urlpatterns = []
"""
AFTER_URLS = 'import sys\nif hasattr(sys.modules.get("shop.urls"), "urlpatterns"):\n    '
LATER = {
    "fine": "",
    "raises": f"{AFTER_URLS}raise RuntimeError('too late')\n",
    "registers": f"{AFTER_URLS}from shop.urls import register\n    register(lambda app_configs, **kwargs: [])\n",
    "started": "",
    "wanted": "",
}
WSGI = """\
import sys

VALUE = sys.modules["shop." + "wanted"].VALUE


def application(environ, start_response):
    pass
"""


def test_what_is_seen_behind_the_target(tmp_path: Path) -> None:
    views = [f"from shop.{name} import work as {name}\n" for name in LATER]
    views += [f"def {name}_view(request):\n    {name}()\n" for name in LATER]
    files = {f"shop/{name}.py": BURN + WORK + text for name, text in LATER.items()}
    files |= {"shop/views.py": "".join(views), "shop/wsgi.py": WSGI}
    settings = 'WSGI_APPLICATION = "shop.wsgi.application"\n'
    project = make_project(tmp_path, settings=settings, urls=BEHIND, files=files)
    ran = profile(project, "-o", "profile.json", tried=True)
    assert ran.returncode == 0, ran
    saved = json.loads((project / "profile.json").read_text())
    fixes = {fix["subject"]: fix["proof"] for fix in saved["fixes"] if fix["kind"] == "defer"}
    assert fixes == {"shop.fine": ["urls", "checks", "wsgi", "first-use"]}
    assert saved["trial"]["boots"] <= 12
    reasons = {refused["fix"]["subject"]: refused["reason"] for refused in saved["trial"]["refused"]}
    started = reasons.pop("shop.started")
    assert started.startswith("it would do more at start: subprocess ")
    assert reasons == snapshot(
        {
            "shop.raises": "importing it at the first use fails: RuntimeError: too late (shop/raises.py:9)",
            "shop.registers": "check shop.registers.<lambda> would be registered only at the first use",
            "shop.wanted": "it does not come to the WSGI application: KeyError: 'shop.wanted' (shop/wsgi.py:3)",
        }
    )
    assert "tried: boots to URLs, checks and WSGI, registers the same" in " ".join(ran.stdout.split())
