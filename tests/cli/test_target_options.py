"""What the options that both commands have take."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from django_startup.cli.target_options import MOST, at_least, working_directory
from django_startup.exceptions import UsageError


def test_a_number_that_is_too_large() -> None:
    with pytest.raises(argparse.ArgumentTypeError) as error:
        at_least(1)(str(MOST + 1))
    assert str(error.value) == f"'{MOST + 1}' is too much"


def test_a_working_directory_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def cwd() -> Path:
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr(Path, "cwd", cwd)
    with pytest.raises(UsageError) as error:
        working_directory()
    assert str(error.value) == "The working directory cannot be used: No such file or directory."
