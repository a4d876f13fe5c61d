from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.measure.ending import PROBE, Outcome, ending_of, signal_name, without_probe


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


@pytest.mark.parametrize(
    ("returncode", "cpu_s", "limit", "is_out_of_cpu"),
    [(-9, 1.9, 2, True), (-9, 0.3, 2, False), (-9, 90.0, -1, False), (-11, 2.0, 2, False)],
)
def test_a_limit_of_cpu_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, returncode: int, cpu_s: float, limit: int, is_out_of_cpu: bool
) -> None:
    resource = pytest.importorskip("resource")
    soft = resource.RLIM_INFINITY if limit < 0 else limit  # -1 before Python 3.15
    monkeypatch.setattr(resource, "getrlimit", lambda which: (1, soft))
    ending = ending_of(tmp_path, last_word="", started=True, thread=1, returncode=returncode, cpu_s=cpu_s)
    assert (ending.outcome, ending.is_out_of_cpu) == (Outcome.SIGNAL, is_out_of_cpu)
