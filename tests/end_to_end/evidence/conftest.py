from __future__ import annotations

import pytest

from tests.support.evidence import (
    BURN,
    MODEL,
    Booted,
    boot,
    install,
)
from tests.support.helpers import app_config, make_project


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    """Two apps, and packages that come in by all kinds of doors."""
    tmp_path = tmp_path_factory.mktemp("shop")
    install(tmp_path, "stripe", {"stripe/__init__.py": f"{BURN}import stripe.api\n", "stripe/api.py": "X = 3\n"})
    install(tmp_path, "shared-lib", {"shared_lib.py": BURN})
    install(tmp_path, "wrapper", {"wrapper/__init__.py": "import shared_lib\nBase = object\n"})
    tagger = {"__init__.py": "", "models.py": "import tagger.heavy\n", "heavy.py": BURN}
    install(tmp_path, "tagger", {f"tagger/{file}": text for file, text in tagger.items()})
    install(tmp_path, "acme-google-paint", {"google/paint/__init__.py": BURN, "google/paint/red.py": ""})
    install(tmp_path, "acme-google-tapes", {"google/cloud/tapes.py": "TAPE = 3\n"})
    install(tmp_path, "tables", {"tables/__init__.py": f"{BURN}import cells\nBase = object\n"})
    install(tmp_path, "cells", {"cells.py": BURN})
    install(tmp_path, "catalog", {"cat_lib.py": ""})  # not the app of that name
    install(tmp_path, "types-only", {"typed.py": f"{BURN}class Amount: pass\n"})
    install(tmp_path, "late", {"late.py": ""})
    caller = {
        "__init__.py": "import caller.inner\n",
        "inner.py": "from importlib import import_module\nimport catalog.called\n",
    }
    install(tmp_path, "caller", {f"caller/{file}": text for file, text in caller.items()})
    billing = {
        "apps.py": app_config(),
        "models.py": f"import stripe\nimport billing.slow\ndef refund():\n    stripe.api\n{MODEL.format('Bill')}",
        "slow.py": BURN,
    }
    catalog = {
        "models.py": """\
from stripe import (
    api,
)
import wrapper, shared_lib
from billing import slow
import cat_lib
class Mine(wrapper.Base):
    def f(self):
        return api, shared_lib, slow
""",
        "urls.py": "from catalog import views\nurlpatterns = []\n",
        "called.py": "import late\n",
        "annotated.py": "from __future__ import annotations\nimport typed\ndef pay(amount: typed.Amount): pass\n",
        "views.py": """\
from importlib import import_module
from catalog import exports
import google.paint.red
from google.cloud import tapes
tape = tapes.TAPE
def export():
    return exports.write(google.paint)
import_module("catalog.named")
import_module("billing.models")
__import__("catalog.named")
import caller, catalog.annotated
""",
        "exports.py": "from catalog import one, two\nwrite = one.One, two.Two\n",
        "one.py": "import tables\nclass One(tables.Base): pass\n",
        "two.py": "import tables\nclass Two(tables.Base): pass\n",
        "named.py": "",
    }
    settings = "INSTALLED_APPS += [\n    # another's\n    'tagger',\n]\n"
    urls = "from django.urls import include, path\nurlpatterns = [\n    path('', include('catalog.urls')),\n]\n"
    project = make_project(tmp_path, settings=settings, apps={"billing": billing, "catalog": catalog}, urls=urls)
    return boot(project)
