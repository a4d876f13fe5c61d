"""Causes, and what is quiet, in every format."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
import pytest
from inline_snapshot import snapshot

from django_startup.gate.budgets import Cause, Location, Verdict
from django_startup.gate.kinds import BudgetKind
from django_startup.reports.budget.formats import FORMATS
from django_startup.reports.budget.text import render_budget
from django_startup.reports.console.plain_text import as_text
from tests.support.budget_schema import SCHEMA
from tests.support.budgets import HOSTILE, MS, S, make_check, make_report

WITHIN, WARN, UNSURE, OVER = Verdict.WITHIN, Verdict.WARN, Verdict.UNSURE, Verdict.OVER
DOOR = Location("catalog/models.py", 1, "import pandas as pd ← catalog.models ← models")
FORBID = make_check(BudgetKind.FORBID, "pandas", value=1, text="pandas is imported", places=(DOOR,))
MODULES = make_check(BudgetKind.MODULES, value=1557, fail=1100, text="mostly pandas +295, numpy +100")
NEW = make_check(BudgetKind.BASELINE, "new-packages", value=2, text="numpy 2.4.6, pandas 3.1.1")
CAUSE = Cause(
    "pandas 3.1.1 is new, with numpy 2.4.6",
    (FORBID, MODULES, NEW),
    (DOOR,),
    ("catalog/models.py:1 used only in import_price_list()",),
    "python -m django_startup profile --why pandas",
    ("python -m django_startup budget baseline numpy pandas",),
    ("pandas", "numpy"),
    833 * MS,
    40 * 2**20,
    318,
)
KEPT = (
    make_check(verdict=WITHIN, value=S, text="1 boot"),
    *(make_check(BudgetKind.READY, f"app{n}", verdict=WITHIN, value=n, fail=S) for n in range(24)),
    make_check(BudgetKind.MODULES, verdict=WITHIN, value=900, fail=1100),
    make_check(BudgetKind.FORBID, "torch", verdict=WITHIN, value=0, text="torch is not imported"),
    make_check(BudgetKind.FORBID, "numpy", verdict=WITHIN, value=0, text="numpy is not imported"),
    make_check(BudgetKind.BASELINE, "new-packages", verdict=WITHIN, value=0, text="none"),
    make_check(BudgetKind.BASELINE, "time", verdict=WITHIN, value=None, text="+0.1 % [-0.8, +0.9], 5 pairs"),
)
REPORT = replace(make_report(FORBID, MODULES, NEW, KEPT[0]), causes=(CAUSE,))


def test_a_cause_comes_first_and_what_it_breaks_below() -> None:
    assert FORMATS["text"](REPORT, 1, 80) == snapshot("""\
over    pandas 3.1.1 is new, with numpy 2.4.6
        costs 0.833 s, 40 MiB, 318 modules
        catalog/models.py:1  import pandas as pd ← catalog.models ← models
        fix: catalog/models.py:1 used only in import_price_list()
        breaks
          forbid pandas          pandas is imported
          modules 1,100          1,557 modules, 457 too many (42 %); mostly
                                 pandas +295, numpy +100
          baseline new-packages  numpy 2.4.6, pandas 3.1.1
        see: python -m django_startup profile --why pandas
        accept: python -m django_startup budget baseline numpy pandas
within  max 3.000 s  1.000 s, 67 % to spare; 1 boot

To URLs: over budget (3 boots; the machine was not busy).
""")


@pytest.mark.parametrize("width", [60, 80, 160])
def test_no_line_is_wider_and_no_unit_alone(width: int) -> None:
    lines = FORMATS["text"](replace(REPORT, checks=(*REPORT.checks, *KEPT[1:])), 1, width).splitlines()
    assert all(len(line) <= width for line in lines)
    assert not {line.strip() for line in lines} & {"s", "MiB", "modules", "boots", "%"}


def test_green_is_quiet() -> None:
    assert FORMATS["text"](make_report(*KEPT), 0, 80) == snapshot("""\
within  timed          25 budgets; the tightest: max 3.000 s is at 1.000 s
within  modules 1,100  900 modules, 18 % to spare
within  exact          2 budgets
within  baseline       2 checks; time +0.1 % [-0.8, +0.9], 5 pairs

To URLs: within every budget (3 boots; the machine was not busy).
""")


def test_every_budget_with_verbose() -> None:
    text = as_text(render_budget(make_report(*KEPT), verbose=True), 80)
    assert text.count("\nwithin") + 1 == len(KEPT)


def test_of_one_budget_all_is_said() -> None:
    assert FORMATS["text"](make_report(KEPT[0]), 0, 80).splitlines()[0] == snapshot(
        "within  max 3.000 s  1.000 s, 67 % to spare; 1 boot"
    )
    unlimited = [make_check(BudgetKind.SIDE_EFFECTS, name, verdict=WITHIN, value=0, fail=0) for name in ("sql", "dns")]
    assert FORMATS["text"](make_report(*unlimited), 0, 80).splitlines()[0] == snapshot("within  exact  2 budgets")


def test_nothing_to_say() -> None:
    assert FORMATS["text"](make_report(), 0, 80) == snapshot(
        "To URLs: within every budget (3 boots; the machine was not busy).\n"
    )


def test_markdown() -> None:
    text = FORMATS["markdown"](REPORT, 1, 80)
    assert text.split("\n\n<details>")[0] == snapshot("""\
<!-- django-startup budget -->
### Start-up to urls: over budget

**pandas 3.1.1 is new, with numpy 2.4.6**
- costs 0.833 s, 40 MiB, 318 modules
- catalog/models.py:1  import pandas as pd ← catalog.models ← models
- fix: catalog/models.py:1 used only in import\\_price\\_list()

| verdict | budget | found |
|---|---|---|
| over | forbid pandas | pandas is imported |
| over | modules 1,100 | 1,557 modules, 457 too many (42 %); mostly pandas +295, numpy +100 |
| over | baseline new-packages | numpy 2.4.6, pandas 3.1.1 |

- see: python -m django\\_startup profile --why pandas
- accept: python -m django\\_startup budget baseline numpy pandas\
""")


def test_github() -> None:
    assert FORMATS["github"](REPORT, 1, 80).replace("%0A", "\n") == snapshot("""\
::error file=catalog/models.py,line=1,title=pandas 3.1.1 is new%2C with numpy 2.4.6::costs 0.833 s, 40 MiB, 318 modules
breaks:
forbid pandas: pandas is imported
modules 1,100: 1,557 modules, 457 too many (42 %25); mostly pandas +295, numpy +100
baseline new-packages: numpy 2.4.6, pandas 3.1.1
import pandas as pd ← catalog.models ← models
fix: catalog/models.py:1 used only in import_price_list()
""")
    nowhere = replace(CAUSE, places=(), checks=(replace(FORBID, verdict=WARN),), saving_ns=None, rss_bytes=None)
    report = replace(make_report(FORBID), causes=(replace(nowhere, modules=None),))
    assert FORMATS["github"](report, 0, 80) == snapshot(
        "::warning title=pandas 3.1.1 is new%2C with numpy 2.4.6::breaks:%0Aforbid pandas: pandas is imported\n"
    )


def test_json() -> None:
    document = json.loads(FORMATS["json"](REPORT, 1, 80))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    (cause,) = document["causes"]
    assert cause == snapshot(
        {
            "what": "pandas 3.1.1 is new, with numpy 2.4.6",
            "verdict": "over",
            "about": ["pandas", "numpy"],
            "breaks": ["forbid pandas", "modules", "baseline new-packages"],
            "places": [
                {"file": "catalog/models.py", "line": 1, "text": "import pandas as pd ← catalog.models ← models"}
            ],
            "saving_ms": 833.0,
            "rss_mib": 40.0,
            "modules": 318,
            "fix": "catalog/models.py:1 used only in import_price_list()",
            "reproduce": "python -m django_startup profile --why pandas",
            "accept": ["python -m django_startup budget baseline numpy pandas"],
        }
    )
    bare = replace(REPORT, causes=(replace(CAUSE, saving_ns=None, rss_bytes=None, modules=None),))
    document = json.loads(FORMATS["json"](bare, 1, 80))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize("name", FORMATS)
def test_hostile_text_in_a_cause(name: str) -> None:
    place = Location(HOSTILE, 3, HOSTILE)
    checks = (replace(FORBID, text=HOSTILE),)
    cause = Cause(HOSTILE, checks, (place,), (HOSTILE,), HOSTILE, (HOSTILE,), (HOSTILE,))
    text = FORMATS[name](replace(make_report(*checks), causes=(cause,)), 1, 80)
    assert {char for char in text if not char.isprintable()} == {"\n"}
