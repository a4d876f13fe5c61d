from __future__ import annotations

import pytest

from django_startup.measure.ending import PROBE, signal_name, without_probe


def test_frames_of_the_probe_are_left_out() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "/shop/models.py", line 3, in <module>',
        "    import stripe",
        f'  File "{PROBE}importlib_bootstrap.py", line 9, in recorded_find_and_load',
        "    return find_and_load(name)",
        "ModuleNotFoundError: No module named 'stripe'",
    ]
    assert list(without_probe(lines)) == [*lines[:3], lines[5]]


@pytest.mark.parametrize(("number", "name"), [(9, "SIGKILL"), (300, "signal 300")])
def test_names_of_signals(number: int, name: str) -> None:
    assert signal_name(number) == name
