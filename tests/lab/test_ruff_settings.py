"""Whether ruff's settings let an import stand inside a function."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.lab.candidates import Sources
from django_startup.lab.ruff_settings import is_selected

RULE = "PLC0415"


def selected(directory: Path, settings: str, *, name: str = "ruff.toml", file: str = "shop/views.py") -> bool:
    (directory / name).write_text(settings)
    return is_selected(RULE, directory / file)


@pytest.mark.parametrize(
    ("settings", "is_it"),
    [
        ("", False),
        ('lint.select = ["E", "PL"]', True),
        ('lint.extend-select = ["PLC0415"]', True),
        ('select = ["ALL"]', True),
        ('lint.select = ["ALL"]\nlint.ignore = ["PLC"]', False),
        ('lint.select = ["PLC04"]\nlint.ignore = ["PL"]', True),
        ('lint.select = ["PL"]\nlint.extend-ignore = ["PLC0415"]', False),
        ('lint.select = ["PL"]\n[lint.per-file-ignores]\n"views.py" = ["PLC"]', False),
        ('lint.select = ["PL"]\n[lint.per-file-ignores]\n"shop/*.py" = ["ALL"]', False),
        ('lint.select = ["PL"]\n[lint.extend-per-file-ignores]\n"!shop/**" = ["PLC"]', True),
        ('lint.select = ["PL"]\n[lint.per-file-ignores]\n"tests/*" = ["PLC"]\n"*.py" = ["F"]\n"a" = 1', True),
        ("lint = 1\nselect = 1", False),
        ('lint.select = ["PL', False),
    ],
)
def test_settings(tmp_path: Path, settings: str, is_it: bool) -> None:
    assert selected(tmp_path, settings) is is_it


def test_the_nearest_file_that_has_some(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    assert not is_selected(RULE, Path("/nowhere/views.py"))
    assert selected(tmp_path, '[tool.ruff.lint]\nselect = ["PL"]\n', name="pyproject.toml")
    assert selected(tmp_path, '[tool.other]\nselect = ["E"]\n', name="shop/pyproject.toml")
    assert selected(tmp_path, "tool = 1\n", name="shop/pyproject.toml")
    assert not selected(tmp_path, 'lint.select = ["E"]\n', name="shop/.ruff.toml")


def test_settings_that_extend_others(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text('lint.select = ["PL"]\nlint.ignore = ["E1"]\n')
    assert selected(tmp_path, 'extend = "base.toml"\nlint.ignore = ["F"]\n')
    assert not selected(tmp_path, 'extend = "base.toml"\nlint.select = ["F"]\n')
    assert not selected(tmp_path, 'extend = "missing.toml"\n')
    assert not selected(tmp_path, 'extend = "ruff.toml"\n')


def test_a_file_is_changed_by_the_settings_around_it(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text('lint.select = ["PL"]\n')
    file = tmp_path / "views.py"
    file.write_text("import pd\ndef f(): return pd\n")
    assert Sources().moved(file, [1]) == b"def f():\n    import pd  # noqa: PLC0415\n    return pd\n"
