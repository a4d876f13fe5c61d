"""The page of the thresholds says what they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from django_startup import thresholds

PAGE = (Path(__file__).parents[1] / "docs" / "thresholds.md").read_text("utf-8")
ROW = re.compile(r"^\| `([A-Z_]+)` \| ([^|]+) \|", re.MULTILINE)
FIGURE = re.compile(r"\b\d+(?:\.\d+)? (?:%|ms|MiB)|\b\d+(?= (?:times|boots|pairs|of them|steps)\b)")
# A confidence bound, which ONE_SIDE_Z and LEAST_PAIRS say in their own way.
IN_OTHER_WORDS = {"95 %"}


def shown(name: str) -> str:
    """A constant as the page writes it."""
    value = getattr(thresholds, name)
    if name.endswith("_NS"):
        return f"{value / 1e6:g} ms"
    if name.endswith("_BYTES"):
        return f"{value / 2**20:g} MiB"
    if name.endswith("_SHARE") or name in ("CLEARLY_UNDER", "FAR_OVER", "BUSY_MARGIN", "TOLERANCE"):
        return f"{value * 100:g} %"
    return f"{value:g}"


def sections() -> list[str]:
    _, *parts = PAGE.split("\n## ")
    return parts


def test_every_threshold_stands_on_the_page_once() -> None:
    names = [name for name in vars(thresholds) if name.isupper()]
    assert [name for name, _ in ROW.findall(PAGE)] == names


@pytest.mark.parametrize(("name", "value"), ROW.findall(PAGE))
def test_the_page_has_the_value(name: str, value: str) -> None:
    assert value == shown(name)


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.partition("\n")[0])
def test_the_figures_of_the_text_are_those_of_the_table(section: str) -> None:
    values = {value for _, value in ROW.findall(section)} | IN_OTHER_WORDS
    # 15 % over a limit is 115 % of it.
    values |= {f"{100 + thresholds.PART_SHARE * 100:g} %"}
    text = " ".join(line for line in section.splitlines() if not line.startswith("|"))
    found = FIGURE.findall(text)
    assert found
    assert set(found) <= values
