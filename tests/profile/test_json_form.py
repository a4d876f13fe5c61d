from __future__ import annotations

from dataclasses import dataclass

import pytest

from django_startup.profile.json_form import FormError, from_json, to_json


@dataclass(frozen=True)
class Ratio:
    ratio: float


def test_a_whole_number_is_a_number() -> None:
    assert to_json(from_json(Ratio, {"ratio": 8})) == {"ratio": 8.0}


def test_a_text_is_none() -> None:
    with pytest.raises(FormError, match=r"^it\.ratio must be a number, not 'x'\.$"):
        from_json(Ratio, {"ratio": "x"})


@dataclass(frozen=True)
class Edges:
    edges: tuple[int, ...]


@pytest.mark.parametrize("number", [10**19, -(10**19)])
def test_numbers_that_nobody_has_measured(number: int) -> None:
    assert from_json(Edges, {"edges": [1, 2]}) == Edges((1, 2))
    with pytest.raises(FormError, match=r"^it\.edges has a number beyond 1,000,000,000,000,000,000\.$"):
        from_json(Edges, {"edges": [1, number]})
