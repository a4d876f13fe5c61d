from __future__ import annotations

from dataclasses import replace

from django_startup.compare.changes import Change, PhaseChange, Status
from django_startup.compare.comparison import Comparison, Registration
from django_startup.compare.memory_changes import MemoryChange
from django_startup.reports.console.comparison import render_comparison
from django_startup.reports.console.plain_text import as_text

MS = 1_000_000
MIB = 2**20
REGISTRATIONS = tuple(Registration("url_names", f"shop:{name}", "", "shop.urls") for name in "abc")
COMPARISON = Comparison(
    verdict="slower",
    before_ns=1400 * MS,
    expected_ns=1400 * MS,
    after_ns=1900 * MS,
    noise_ns=70 * MS,
    circumstances=("Different Python: 3.13.0 before, 3.14.0 now.",),
    changes=(
        Change(
            "package",
            "stripe",
            None,
            500 * MS,
            "/venv/lib/python3.13/site-packages/stripe/api.py:3",
            Status.APPEARED,
            "14.0",
        ),
        Change("ready()", "billing", 520 * MS, 10 * MS, "", Status.SHRANK),
        Change("app", "shop", 5 * MS, None, "", Status.VANISHED),
    ),
    lost=(Registration("receivers", "shop.signals.reindex", "post_save shop.Product", "shop.signals"),),
    gained=REGISTRATIONS,
    phases=(PhaseChange("models", 100 * MS, 600 * MS), PhaseChange("urls", None, 1 * MS)),
    memory=(
        MemoryChange("total", "", 231 * MIB, 241 * MIB, Status.GREW),
        MemoryChange("package", "stripe", None, 41 * MIB, Status.APPEARED),
        MemoryChange("package", "pandas", 40 * MIB, 20 * MIB, Status.SHRANK),
        MemoryChange("package", "numpy", 40 * MIB, None, Status.VANISHED),
    ),
    before_modules=1234,
    after_modules=1204,
)
SAME = Comparison("same", 1400 * MS, 1400 * MS, 1399 * MS, 70 * MS, (), (), (), (), before_modules=3, after_modules=3)
REPORT = """\
1,234 modules before, 1,204 now (-30) · 231 MiB before, 241 MiB now (+10 MiB)
Slower: 1.400 s before, 1.900 s now (+0.500 s; up to 0.070 s is noise).
Different Python: 3.13.0 before, 3.14.0 now.

No longer registered: 1
  receiver shop.signals.reindex (post_save shop.Product)

Newly registered: 3
  url name shop:a
  url name shop:b
  and 1 more

PHASES   before      now  difference
models  0.100 s  0.600 s    +0.500 s
urls             0.001 s    +0.001 s

CHANGES                           before      now  difference  where
appeared    package stripe 14.0           0.500 s    +0.500 s  stripe/api.py:3
shrank      ready() billing      0.520 s  0.010 s    -0.510 s
and 1 more

MEMORY                      before     now  difference
appeared    package stripe          41 MiB     +41 MiB
shrank      package pandas  40 MiB  20 MiB     -20 MiB
and 1 more
"""


def test_the_whole_comparison_at_80_columns() -> None:
    assert as_text(render_comparison(COMPARISON, top=2), 80) == REPORT


def test_nothing_to_tell() -> None:
    text = as_text(render_comparison(SAME, top=2), 100)
    sentence = "No measurable difference: 1.400 s before, 1.399 s now (-0.001 s; up to 0.070 s is noise).\n"
    assert text == sentence


def test_a_long_statement_is_shortened() -> None:
    change = Change("sql", "SELECT " + "x" * 200, None, 0, "", Status.APPEARED, "×2")
    text = as_text(render_comparison(replace(SAME, changes=(change,)), top=2), 200)
    assert text.count("x") == 112
    assert "… ×2" in text
