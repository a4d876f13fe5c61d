from __future__ import annotations

import pytest

from django_startup.gate.parts import Grown, Part, grown, read_part, settled_parts, told

MIB = 2**20
PANDAS = Part("pandas", 295, 158_500, 32 * MIB)


def test_a_line_of_a_baseline() -> None:
    assert PANDAS.line == "pandas 295 modules 158500 calls 32.0 MiB"
    assert read_part(PANDAS.line) == PANDAS
    assert read_part("ready() of billing 0 modules 7 calls 0.0 MiB") == Part("ready() of billing", 0, 7, 0)
    assert Part("x", memory=-5).line == "x 0 modules 0 calls 0.0 MiB"


@pytest.mark.parametrize(
    "line", ["", "pandas", "pandas -1 modules 2 calls 1.0 MiB", "pandas 1 modules 2 calls 1e9 MiB"]
)
def test_what_is_no_line(line: str) -> None:
    assert read_part(line) is None


def test_the_few_that_make_up_the_growth() -> None:
    before = [Part("a", calls=100), Part("b", calls=100), Part("gone", calls=900)]
    now = [Part("a", calls=190), Part("b", calls=90), Part("c", calls=50), Part("d", calls=40), Part("e", calls=40)]
    assert grown("calls", before, now) == [Grown("a", 90), Grown("c", 50), Grown("d", 40)]
    assert grown("calls", before, [Part("a", calls=200), Part("b", calls=105)]) == [Grown("a", 100)]
    assert grown("memory", before, now) == []


def test_modules_of_the_project_are_counted_together() -> None:
    now = [Part("shop.urls", 1, own=True), Part("pandas", 3)]
    assert grown("modules", [], now, 5) == [Grown("the project", 5), Grown("pandas", 3)]
    assert grown("modules", [], now, 0) == [Grown("pandas", 3)]


def test_how_growth_is_told() -> None:
    rows = [Grown("pandas", 1295), Grown("numpy", 4 * MIB)]
    assert [*told("calls", rows[:1], "+"), *told("memory", rows[1:])] == ["pandas +1,295", "numpy 4.0 MiB"]


def lines(*parts: Part) -> tuple[str, ...]:
    return tuple(part.line for part in parts)


def test_written_again_for_the_same_code_nothing_changes() -> None:
    old = lines(PANDAS, Part("shop.urls", 1, 2000, 0))
    again = lines(Part("pandas", 295, 158_900, 30 * MIB), Part("shop.urls", 1, 1990, 0))
    assert settled_parts(again, old, {"shop.urls"}) == old
    assert settled_parts(again, (), {"shop.urls"}) == again


@pytest.mark.parametrize(
    "changed",
    [Part("pandas", 296, 158_500, 32 * MIB), Part("pandas", 295, 168_500, 32 * MIB), Part("pandas", 295, 158_500, MIB)],
)
def test_what_really_changed_is_written(changed: Part) -> None:
    assert settled_parts(lines(changed), lines(PANDAS), ()) == lines(changed)


def test_a_module_that_is_hardly_worth_a_line_keeps_having_one_or_none() -> None:
    small, large = Part("shop.urls", 1, 1700, 0), Part("shop.urls", 1, 9000, 0)
    own = {"shop.urls"}
    assert settled_parts(lines(PANDAS), lines(PANDAS, small), own) == lines(PANDAS, small)
    assert settled_parts(lines(PANDAS, small), lines(PANDAS), own) == lines(PANDAS)
    assert settled_parts(lines(PANDAS, large), lines(PANDAS), own) == lines(PANDAS, large)
    assert settled_parts(lines(PANDAS), lines(PANDAS, large), own) == lines(PANDAS)
    assert settled_parts(lines(PANDAS), lines(PANDAS, small), ()) == lines(PANDAS)
