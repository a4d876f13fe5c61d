from __future__ import annotations

from django_startup.analysis.comparison import Change, Comparison, Registration
from django_startup.reports.comparison import render_comparison
from django_startup.reports.console import as_text

MS = 1_000_000
REGISTRATIONS = tuple(Registration("url_names", f"shop:{name}", "", "shop.urls") for name in "abc")
COMPARISON = Comparison(
    verdict="slower",
    before_ns=1400 * MS,
    after_ns=1900 * MS,
    noise_ns=70 * MS,
    circumstances=("Another Python: 3.13.0 before, 3.14.0 now.",),
    changes=(
        Change("package", "stripe 14.0", None, 500 * MS, "/venv/lib/python3.13/site-packages/stripe/api.py:3"),
        Change("ready()", "billing", 520 * MS, 10 * MS, ""),
        Change("app", "shop", 5 * MS, None, ""),
    ),
    lost=(Registration("receivers", "shop.signals.reindex", "post_save shop.Product", "shop.signals"),),
    gained=REGISTRATIONS,
)
REPORT = """\
Slower: 1.400 s before, 1.900 s now (+0.500 s; the boots differ by 0.070 s).
Another Python: 3.13.0 before, 3.14.0 now.

No longer registered: 1
  receiver shop.signals.reindex (post_save shop.Product)

Newly registered: 3
  url name shop:a
  url name shop:b
  and 1 more

CHANGES                   before      now  difference  where
package stripe 14.0               0.500 s    +0.500 s  stripe/api.py:3
ready() billing          0.520 s  0.010 s    -0.510 s
and 1 more
"""


def test_the_whole_comparison_at_80_columns() -> None:
    assert as_text(render_comparison(COMPARISON, top=2), 80) == REPORT


def test_nothing_to_tell() -> None:
    same = Comparison("same", 1400 * MS, 1399 * MS, 70 * MS, (), (), (), ())
    text = as_text(render_comparison(same, top=2), 100)
    sentence = "No difference that can be told: 1.400 s before, 1.399 s now (-0.001 s; the boots differ by 0.070 s).\n"
    assert text == sentence
