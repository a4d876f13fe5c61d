from __future__ import annotations

import pytest

from django_startup.gate.differences import changed, cost_of
from django_startup.gate.parts import Part

MIB = 2**20


@pytest.mark.parametrize(
    ("before", "now", "word"),
    [
        ("1.9", "1.10", "upgraded"),
        ("2.0", "1.10.1", "downgraded"),
        ("1.0", "1", "changed"),
        ("1.0", "1.0.post1", "changed"),
        ("", "1.0", "upgraded"),
        ("main", "dev", "changed"),
        ("1!2.0", "1!3.0", "changed"),
    ],
)
def test_versions(before: str, now: str, word: str) -> None:
    assert changed(before, now) == word


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (Part("x", 10, 1005, 40 * MIB), "it needs as much as before"),
        (Part("x", 44, 2200, 61 * MIB), "34 modules and 1,200 calls and 21 MiB more"),
        (Part("x", 44, 900, 45 * MIB), "34 modules more, 100 calls less"),
        (Part("x", 10, 1000, 10 * MIB), "30 MiB less"),
    ],
)
def test_what_another_version_costs(now: Part, text: str) -> None:
    assert cost_of(Part("x", 10, 1000, 40 * MIB), now) == text
