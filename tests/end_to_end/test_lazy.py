"""Which imports can be lazy: of a project that has some of each kind."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple

import pytest
from inline_snapshot import snapshot

from tests.support.helpers import Ran, app_config, make_project, run

BURN = "import time\nend = time.thread_time() + 0.2\nwhile time.thread_time() < end: pass\ndef work(): pass\n"
URLS = """\
import shop.checks
from shop.slow import work
import shop.used
import billing.models as shop_models

urlpatterns = []
NAME = shop.used.NAME


def view(request):
    work()


if NAME == "x":
    import shop.slow
"""
# It registers something for another module, so nobody sees it by its name.
CHECKS = """\
from django.core import checks
import shop.hooks


@checks.register("shop")
def ready(app_configs, **kwargs):
    return []
"""
HOOKS = "from django.db.models.signals import post_save\nfrom shop.late import on_save\npost_save.connect(on_save)\n"
FILES = {
    "shop/slow.py": BURN,
    "shop/used.py": "NAME = 'shop'\n",
    "shop/checks.py": CHECKS,
    "shop/hooks.py": HOOKS,
    "shop/late.py": "def on_save(**kwargs): pass\n",
}
BILLING = {"apps.py": app_config(), "models.py": "from django.db import models\nclass Order(models.Model): pass\n"}
LAZY = ("-m", "django_startup", "profile", "--runs", "1", "--lazy")

lazy_only = [
    pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports are new in Python 3.15"),
    pytest.mark.smoke,
]


class Looked(NamedTuple):
    """
    What the command printed, the patch when what forces shop.used is gone, what it saved of each import, and what is
    loaded with the module that makes packages lazy.
    """

    ran: Ran
    patch: Ran
    saved: dict[str, Any]
    loaded: str

    def row(self, statement: str) -> dict[str, Any]:
        return next(row for row in self.saved["imports"] if row["statement"] == statement)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    directory = tmp_path_factory.mktemp("lazy")
    project = make_project(directory, apps={"billing": BILLING}, urls=URLS, files=FILES)
    ran = run(project, *LAZY, "-o", "boot.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    saved = json.loads((project / "boot.json").read_text("utf-8"))["lazy"]
    module = run(project, *LAZY[:3], "--load", "boot.json", "--lazy", "--emit", "python")
    (project / "lazy_imports.py").write_text(module.stdout, encoding="utf-8")
    code = "import lazy_imports, sys\nfrom shop.slow import work\nimport shop.used\n"
    code += "print([name in sys.modules for name in ('shop.slow', 'shop.used')])\n"
    done = subprocess.run([sys.executable, "-c", code], cwd=project, capture_output=True, text=True, check=False)
    (project / "shop/urls.py").write_text(URLS.replace("shop.used.NAME", "'shop'"))
    patch = run(project, *LAZY, "--diff", "--style", "lazy-modules")
    return Looked(ran, patch, saved, done.stdout + done.stderr)


@pytest.mark.skipif(sys.version_info >= (3, 15), reason="Python 3.15 has lazy imports")
def test_an_older_python(tmp_path_factory: pytest.TempPathFactory) -> None:
    ran = run(make_project(tmp_path_factory.mktemp("old")), *LAZY)
    version = ".".join(map(str, sys.version_info[:2]))
    assert ran == (
        2,
        "",
        f"CommandError: --lazy needs Python 3.15, which has lazy imports; this is Python {version}.\n",
    )


class TestLazy:
    pytestmark = lazy_only

    def test_what_becomes_of_each(self, looked: Looked) -> None:
        kinds = {row["statement"]: row["kind"] for row in looked.saved["imports"] if "django" not in row["statement"]}
        assert kinds == snapshot(
            {
                "import shop.hooks": "needed",
                "from shop.late import on_save": "forced",
                "import time": "forced",
                "import shop.checks": "needed",
                "from shop.slow import work": "lazy",
                "import shop.used": "forced",
                "import billing.models as shop_models": "forced",
            }
        )

    def test_why(self, looked: Looked) -> None:
        assert looked.row("import shop.used")["reason"] == "forced by shop/urls.py:7"
        reason = looked.row("import shop.checks")["reason"]
        assert "receiver shop.late.on_save" in reason and "would be connected only at the first use" in reason

    def test_what_is_saved(self, looked: Looked) -> None:
        assert looked.saved["saving_ms"] > 100
        assert looked.saved["modules"] == 1
        assert looked.saved["all_modules"] > 1
        assert looked.saved["all_losses"]

    def test_packages_too(self, looked: Looked) -> None:
        everywhere = looked.saved["everywhere"]
        assert "shop.slow" in everywhere["names"]
        assert not {"shop", "shop.*", "shop.checks", "shop.hooks", "shop.late"}.intersection(everywhere["names"])
        assert 1 < everywhere["modules"] <= looked.saved["all_modules"]
        assert everywhere["saving_ms"] > 100
        assert everywhere["rungs"] == ["urls", "checks", "first-use"]
        assert looked.loaded == "[False, True]\n"

    def test_the_patch_when_what_forces_an_import_is_gone(self, looked: Looked) -> None:
        assert (looked.patch.returncode, looked.patch.stderr) == (0, "")
        assert looked.patch.stdout == snapshot("""\
--- a/shop/urls.py
+++ b/shop/urls.py
@@ -1,3 +1,5 @@
+__lazy_modules__ = ["shop.slow", "shop.used"]
+
 import shop.checks
 from shop.slow import work
 import shop.used
""")

    def test_what_is_printed(self, looked: Looked) -> None:
        text = " ".join(looked.ran.stdout.split())
        assert "LAZY 1 import: boots to URLs and checks, the lazy imports work, registers the same, saves " in text
        assert "With every import lazy, those of packages too (-X lazy_imports=all), the project loads " in text
        assert text.endswith("NEXT --lazy --diff · --lazy --emit python Saved boot.json")
