"""What is printed of imports that can be lazy, and ruff's settings that keep them so."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind
from django_startup.reports.console.lazy import render_lazy
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.lazy import render_ruff_lazy
from tests.support.profiles import MS, make_profile

PANDAS = LazyImport("shop.views", "shop/views.py", 3, "import pandas", "pandas", LazyKind.LAZY, "", 380 * MS)
FORCED = LazyImport(
    "shop.views", "shop/views.py", 4, "import stripe", "stripe", LazyKind.FORCED, "forced by shop/views.py:9"
)
HOOKS = replace(FORCED, line=5, statement="import hooks", target="hooks", kind=LazyKind.NEEDED, reason="it is lost")
UNTRIED = replace(HOOKS, line=6, statement="import x", target="x", kind=LazyKind.UNKNOWN, reason="no more boots")
NOTHING = "# Nothing to require: no module is imported only by imports that can be lazy.\n"


def shown(lazy: LazyImports, top: int = 10) -> str:
    return as_text(render_lazy(replace(make_profile(), lazy=lazy), top=top), 80).partition("\n\n")[2]


def test_more_than_fit() -> None:
    rows = (PANDAS, replace(PANDAS, line=9, saving_ns=0), FORCED, replace(FORCED, line=10), HOOKS, UNTRIED)
    lazy = LazyImports(
        True, rows, 9, 390 * MS, 4 * MS, 612, ("urls",), 700, ("check a", "check b", "check c", "check d")
    )
    assert shown(lazy, top=1) == snapshot("""\
LAZY  2 imports: boots to system checks, registers the same, saves 0.390 s ±
0.004, measured; 612 modules fewer
0.380 s  shop/views.py:3  import pandas
         and 1 more: --top N, or -o FILE.json

FORCED  loaded at start all the same, so it gains nothing to make them lazy
  shop/views.py:4  import stripe: forced by shop/views.py:9
  and 1 more: --top N, or -o FILE.json

MUST STAY  with them lazy, the project is not the same
  shop/views.py:5  import hooks: it is lost

NOT TRIED
  shop/views.py:6  import x: no more boots

With every import lazy, those of packages too (-X lazy_imports=all), the project
loads 700 modules fewer and does not register check a, check b, check c and 1
more at start.

NEXT  --lazy --diff
""")


def test_nothing_gained() -> None:
    lazy = LazyImports(True, (FORCED,), all_losses=("manage.py died",))
    assert shown(lazy) == snapshot("""\
LAZY  no import of your project gains anything by it

FORCED  loaded at start all the same, so it gains nothing to make them lazy
  shop/views.py:4  import stripe: forced by shop/views.py:9

With every import lazy, those of packages too (-X lazy_imports=all), the project
does not boot: manage.py died.
""")


def test_nothing_measured() -> None:
    lazy = LazyImports(True, (PANDAS,), modules=1, rungs=("urls",), all_modules=1)
    assert shown(lazy) == snapshot("""\
LAZY  1 import: boots to system checks, registers the same, no time saved that
this machine could tell; 1 module fewer
0.380 s  shop/views.py:3  import pandas

With every import lazy, those of packages too (-X lazy_imports=all), the project
loads 1 module fewer and registers the same.

NEXT  --lazy --diff
""")


def test_settings_of_ruff() -> None:
    rows = (PANDAS, FORCED, HOOKS, UNTRIED, replace(PANDAS, target="hooks"))
    text = render_ruff_lazy(LazyImports(True, rows), form="ruff")
    lint = tomllib.loads(text)["tool"]["ruff"]["lint"]
    assert lint == {
        "extend-select": ["TID254", "TID255"],
        "flake8-tidy-imports": {"require-lazy": ["pandas"], "ban-lazy": ["hooks"]},
    }
    assert tomllib.loads(render_ruff_lazy(LazyImports(True, (PANDAS,)), form="ruff.toml")) == {
        "lint": {"extend-select": ["TID254"], "flake8-tidy-imports": {"require-lazy": ["pandas"]}}
    }
    assert render_ruff_lazy(LazyImports(True, (FORCED,)), form="ruff") == NOTHING
