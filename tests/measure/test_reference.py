from __future__ import annotations

import pytest

from django_startup.exceptions import BootError
from django_startup.measure import reference
from django_startup.measure.reference import reference_cpu_ns


def test_it_takes_time() -> None:
    assert reference_cpu_ns() > 0


@pytest.mark.parametrize(
    ("workload", "sentence"),
    [
        ("import sys; sys.exit('no such module')", "The reference workload did not run: no such module."),
        ("import sys; sys.exit(3)", "The reference workload did not run: 3."),
        ("print('x')", "The reference workload did not run: 0."),
    ],
)
def test_it_does_not_run(monkeypatch: pytest.MonkeyPatch, workload: str, sentence: str) -> None:
    monkeypatch.setattr(reference, "WORKLOAD", workload)
    with pytest.raises(BootError) as error:
        reference_cpu_ns()
    assert str(error.value) == sentence
