from __future__ import annotations

import pytest

from django_startup.serving.late_report import Costs


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_line_is_that_of_the_longest_import(order: tuple[int, int]) -> None:
    """Whichever of them comes first, which in a real request the clock decides."""
    imports = [(412_000_000, "reports/views.py:12"), (2_000_000, "reports/views.py:13")]
    costs = Costs.__new__(Costs)
    costs.costs = {}
    for number in order:
        costs.charge("pandas", *imports[number])
    assert costs.describe() == "pandas 0.414 s, reports/views.py:12"
