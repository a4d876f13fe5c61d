"""Which style a project's fixes have."""

from __future__ import annotations

from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.lab.style import choose_lazy_style, choose_style, oldest_python
from django_startup.profile.trial import Style

OLD, NEW = (3, 14), (3, 15)


def project(directory: Path, requires: str | None) -> Path:
    if requires is not None:
        (directory / "pyproject.toml").write_text(f"[project]\nrequires-python = {requires}\n")
    return directory


@pytest.mark.parametrize(
    ("requires", "oldest"),
    [
        ('">=3.15"', (3, 15)),
        ('">=3.15.1,<4"', (3, 15)),
        ('"~=3.15.0"', (3, 15)),
        ('"== 3.15.*"', (3, 15)),
        ('">3.14"', (3, 15)),
        ('">=3"', (3, 0)),
        ('"!=3.16.*, >= 3.12"', (3, 12)),
        ('"<4"', None),
        ("3.15", None),
        (None, None),
        ('">=3.15', None),  # no TOML
    ],
)
def test_the_oldest_python_of_a_project(tmp_path: Path, requires: str | None, oldest: object) -> None:
    assert oldest_python(project(tmp_path, requires)) == oldest


def test_a_table_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('project = "x"\n')
    assert oldest_python(tmp_path) is None


@pytest.mark.parametrize(
    ("requires", "version", "style"),
    [
        ('">=3.15"', NEW, Style.LAZY),
        ('">=3.15"', OLD, Style.FUNCTION),
        ('">=3.12"', NEW, Style.FUNCTION),
        (None, NEW, Style.FUNCTION),
    ],
)
def test_the_style_of_a_project(tmp_path: Path, requires: str | None, version: tuple[int, int], style: Style) -> None:
    assert choose_style(None, project(tmp_path, requires), version) is style
    assert choose_style("function", tmp_path, version) is Style.FUNCTION


def test_a_style_that_is_asked_for(tmp_path: Path) -> None:
    assert choose_style("lazy", tmp_path, NEW) is Style.LAZY
    assert choose_style("lazy-modules", project(tmp_path, '">=3.12"'), NEW) is Style.LAZY_MODULES
    with pytest.raises(UsageError) as error:
        choose_style("lazy", tmp_path, NEW)
    assert str(error.value) == (
        "--style lazy: pyproject.toml allows Python 3.12, which cannot read lazy imports: use --style lazy-modules, "
        "or raise requires-python to >=3.15."
    )
    for style in ("lazy", "lazy-modules"):
        with pytest.raises(UsageError) as error:
            choose_style(style, tmp_path, OLD)
        assert str(error.value) == (f"--style {style} needs Python 3.15, which has lazy imports; this is Python 3.14.")


@pytest.mark.parametrize(
    ("requires", "wanted", "style"),
    [
        (None, None, Style.LAZY),
        ('">=3.15"', None, Style.LAZY),
        ('">=3.12"', None, Style.LAZY_MODULES),
        ('">=3.12"', "lazy-modules", Style.LAZY_MODULES),
    ],
)
def test_the_style_of_lazy_imports(tmp_path: Path, requires: str | None, wanted: str | None, style: Style) -> None:
    assert choose_lazy_style(wanted, project(tmp_path, requires), NEW) is style


def test_a_style_that_makes_nothing_lazy(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--style function moves imports and makes none lazy: with --lazy use"):
        choose_lazy_style("function", tmp_path, NEW)
    with pytest.raises(
        UsageError, match=r"^--lazy needs Python 3\.15, which has lazy imports; this is Python 3\.14\.$"
    ):
        choose_lazy_style(None, tmp_path, OLD)
