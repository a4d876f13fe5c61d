"""What is printed of imports that can be lazy, and ruff's settings that keep them so."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.lab.lazy_filter import source_of
from django_startup.profile.lazy import LazyImport, LazyImports, LazyKind, LazySet
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.lazy import render_lazy
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.sections import render_sections
from django_startup.reports.html.page import render_html
from django_startup.reports.lazy import render_ruff_lazy
from django_startup.reports.lazy_module import render_lazy_module
from django_startup.reports.lazy_section import lazy_section
from django_startup.reports.markdown.profile import render_markdown
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


EVERYWHERE = LazySet(("boto3.*", "shop.late"), 412, 210 * MS, 9 * MS, ("checks", "wsgi", "first-use"))


def with_packages(everywhere: LazySet = EVERYWHERE) -> StartupProfile:
    rows = (PANDAS, replace(PANDAS, line=9), FORCED, HOOKS, UNTRIED)
    lazy = LazyImports(True, rows, 9, 390 * MS, 4 * MS, 612, ("urls",), 700, ("check a",), everywhere=everywhere)
    return replace(make_profile(), lazy=lazy)


def test_packages_too() -> None:
    text = as_text(render_lazy(with_packages(), top=1), 80)
    assert text.partition("no more boots\n\n")[2] == snapshot("""\
LAZY IN PACKAGES TOO  boots to system checks and WSGI, the lazy imports work,
registers the same, saves 0.210 s ± 0.009, measured; 412 modules fewer

With every import lazy, those of packages too (-X lazy_imports=all), the project
loads 700 modules fewer and does not register check a at start.

NEXT  --lazy --diff · --lazy --emit python
""")
    text = as_text(render_lazy(with_packages(LazySet(reason="manage.py died")), top=1), 80)
    assert "\nLAZY IN PACKAGES TOO  nothing: manage.py died\n" in text


def test_a_module_that_makes_them_lazy() -> None:
    text = render_lazy_module(with_packages())
    assert text.partition("\n\n")[0] == snapshot("""\
# Lazy imports for the whole process, packages included (Python 3.15). Import this module
# first of all in the entry script, wsgi.py and asgi.py: import lazy_imports
# Tried: boots to system checks and WSGI, the lazy imports work, registers the same.
# Saves 0.210 s ± 0.009, measured; 412 modules fewer.\
""")
    assert text.endswith(f"\n\n{source_of(EVERYWHERE.names)}")
    assert "Saves" not in render_lazy_module(with_packages(replace(EVERYWHERE, saving_ns=1)))
    assert render_lazy_module(with_packages(LazySet(reason="it died"))) == "# Nothing can be lazy: it died.\n"


def test_the_section_of_other_reports() -> None:
    assert as_text(render_sections(with_packages(), top=1), 80).partition("\n\n")[2] == snapshot("""\
  LAZY: 2 imports: boots to system checks, registers the same, saves 0.390 s ±
  0.004, measured; 612 modules fewer

  LAZY             saves             line
  import pandas  0.380 s  shop/views.py:3
  and 1 more

  FORCED: loaded at start all the same, so it gains nothing to make them lazy
  shop/views.py:4  import stripe: forced by shop/views.py:9
  MUST STAY: with them lazy, the project is not the same
  shop/views.py:5  import hooks: it is lost
  NOT TRIED
  shop/views.py:6  import x: no more boots
  LAZY IN PACKAGES TOO: boots to system checks and WSGI, the lazy imports work,
  registers the same, saves 0.210 s ± 0.009, measured; 412 modules fewer
  With every import lazy, those of packages too (-X lazy_imports=all), the
  project loads 700 modules fewer and does not register check a at start.
""")
    assert "**Lazy imports**" in render_markdown(with_packages(), top=3)
    assert "Lazy imports" in render_html(with_packages())
    nothing = replace(make_profile(), lazy=LazyImports(True, all_modules=0))
    first, last = lazy_section(nothing, 3).parts
    assert first == "LAZY: no import of your project gains anything by it"
    assert str(last).endswith("loads 0 modules fewer and registers the same.")


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
