"""What the imports inside functions are good for: of a project that has some of each kind."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import pytest
from inline_snapshot import snapshot

from tests.support.helpers import Ran, app_config, make_project, run

BURN = "import time\nend = time.thread_time() + 0.2\nwhile time.thread_time() < end: pass\ndef work(): pass\n"
MODELS = """\
from django.db import models


class Order(models.Model):
    def total(self):
        from billing.prices import price
        return price(self)

    def tax(self):
        from billing.tax import rate
        return rate

    def pay(self):
        from shop.slow import work
        work()

    def refund(self):
        import shop.not_there

    def maybe(self):
        try:
            import shop.neither
        except ImportError:
            pass

    async def ask(self):
        import billing.cycle
        return billing.cycle

    def conf(self):
        from shop import settings
        return settings
"""
URLS = """\
import billing.cycle
import billing.prices
import shop.helpers

urlpatterns = []
shop.helpers.prepare()


def view(request):
    from shop.slow import work
    work()
"""
HELPERS = "def prepare():\n    import colorsys\n    return colorsys\n"
BILLING = {
    "apps.py": app_config("from . import signals"),
    "models.py": MODELS,
    "prices.py": "from billing.models import Order\n\ndef price(order):\n    return Order\n",
    "tax.py": "from billing.models import Order\n\nrate = Order\n",
    "cycle.py": "import billing.models\n\ndef models():\n    return billing.models\n",
    "signals.py": "from billing.models import Order\n",
}


class Looked(NamedTuple):
    """What the command printed, and what it saved of each import."""

    ran: Ran
    saved: dict[str, Any]

    def row(self, statement: str) -> dict[str, Any]:
        return next(row for row in self.saved["imports"] if row["statement"] == statement)


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    project = make_project(
        tmp_path_factory.mktemp("inline"),
        apps={"billing": BILLING},
        urls=URLS,
        files={"shop/slow.py": BURN, "shop/helpers.py": HELPERS},
    )
    options = ("--runs", "1", "--inline", "-o", "boot.json")
    ran = run(project, "-m", "django_startup", "profile", *options)
    assert (ran.returncode, ran.stderr) == (0, "")
    return Looked(ran, json.loads((project / "boot.json").read_text("utf-8"))["inline"])


def test_what_each_is_good_for(looked: Looked) -> None:
    assert {row["statement"]: row["kind"] for row in looked.saved["imports"]} == snapshot(
        {
            "from . import signals": "needed",
            "from billing.prices import price": "needed",
            "from billing.tax import rate": "earning",
            "from shop.slow import work": "earning",
            "import shop.not_there": "broken",
            "import shop.neither": "unknown",
            "import billing.cycle": "false-cycle",
            "from shop import settings": "pointless",
            "import colorsys": "pointless",
        }
    )
    assert looked.saved["rungs"] == ["urls", "checks"]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("import shop.not_there", "ModuleNotFoundError: No module named 'shop.not_there' (billing/models.py:18)"),
        (
            "import shop.neither",
            "ModuleNotFoundError: No module named 'shop.neither' (billing/models.py:22); "
            "try, line 21, decides what then",
        ),
        ("import billing.cycle", "loaded at start anyway, by shop/urls.py:1; billing/cycle.py:1 imports it back"),
        ("import colorsys", "it runs at start itself"),
    ],
)
def test_why(looked: Looked, statement: str, reason: str) -> None:
    assert looked.row(statement)["reason"] == reason


def test_why_not_at_the_top(looked: Looked) -> None:
    assert "AppRegistryNotReady" in looked.row("from . import signals")["reason"]
    assert "circular import" in looked.row("from billing.prices import price")["reason"]


def test_what_is_kept_out(looked: Looked) -> None:
    slow = looked.row("from shop.slow import work")
    assert (slow["subject"], slow["modules"]) == ("shop.slow", 1)
    assert slow["saving_ms"] > 100
    tax = looked.row("from billing.tax import rate")
    assert (tax["subject"], tax["modules"], tax["saving_ms"]) == ("billing.tax", 0, None)


def test_what_is_printed(looked: Looked) -> None:
    text = looked.ran.stdout
    assert "10 imports inside functions, in 4 files that the boot loads\n" in text
    assert " kept out of the start together, measured\n" in text
    assert "shop.slow: 1 module\n" in text and "billing.tax: not measured\n" in text
    titles = [line.split("  ")[0] for line in text.splitlines() if line[:2].isupper()]
    assert titles == ["EARNING", "BROKEN", "POINTLESS", "FALSE CYCLE", "MUST STAY", "UNCLEAR"]
    assert "POINTLESS  what they import is loaded at start anyway; hoisted: boots to URLs\n" in text
    assert "shop/urls.py:10  from shop.slow import work  in view()" in text
