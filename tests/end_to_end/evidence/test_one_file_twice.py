"""One file that is imported under two names."""

from __future__ import annotations

from pathlib import Path

from tests.support.evidence import BURN, boot
from tests.support.helpers import make_project

SETTINGS = "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'apps'))\n"
VIEWS = "from pricing.prices import TABLE\ndef view(request):\n    return TABLE\n"


def test_both_names_are_said_and_each_cost_is_one_fix(tmp_path: Path) -> None:
    files = {
        "apps/pricing/__init__.py": "",
        "apps/pricing/prices.py": BURN + "TABLE = 1\n",
        "views.py": VIEWS,
    }
    urls = "import views\nfrom apps.pricing import prices\nurlpatterns = []\nTABLE = prices.TABLE\n"
    booted = boot(make_project(tmp_path, settings=SETTINGS, urls=urls, files=files))
    (text,) = [note["text"] for note in booted.saved["notes"] if note["id"] == "twice-loaded"]
    start, _, end = text.partition(" for those after the first): ")
    assert start.startswith("2 files are loaded more than once, under different names (")
    assert f"pricing.prices ({booted.at('views.py', 'import TABLE')}) and apps.pricing.prices " in end
    fixes = [(fix["kind"], fix["subject"]) for fix in booted.saved["fixes"] if "prices" in fix["subject"]]
    assert sorted(fixes) == [("defer", "pricing.prices"), ("slow", "apps.pricing.prices")]
