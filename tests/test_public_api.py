"""What users may rely on, and that the reference says what the program knows of it."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from django_startup import exceptions, settings
from django_startup.cli import budget_command
from tests.support.documentation import script

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "django_startup"
DOCS = ROOT / "docs"
REFERENCE = DOCS / "reference"
PAGE = (REFERENCE / "public-api.md").read_text("utf-8")
ROW = re.compile(r"^\| `?([\w.]+)`? \|", re.MULTILINE)
WRITE = "write it anew with: python docs/program.py"


def public_names() -> dict[str, list[str]]:
    """__all__ of each module that has it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                found[".".join(path.relative_to(ROOT).with_suffix("").parts)] = ast.literal_eval(node.value)
    return found


def test_the_modules_that_users_may_import() -> None:
    commands = "django_startup.management.commands"
    assert public_names() == {
        f"{commands}.runserver": ["Command"],
        f"{commands}.startupbudget": ["Command"],
        f"{commands}.startupprofile": ["Command"],
        "django_startup.collector": ["postpone_collection", "resume_collection"],
        "django_startup.middleware": ["LateImportMiddleware"],
        "django_startup.preload": ["post_worker_init", "preload", "when_ready", "worker_init", "worker_process_init"],
    }


@pytest.mark.parametrize(("module", "names"), public_names().items())
def test_the_reference_lists_them(module: str, names: list[str]) -> None:
    words = [module.rpartition(".")[2]] if names == ["Command"] else [module, *names]
    assert all(f"`{word}" in PAGE for word in words)


def test_the_reference_lists_the_schemas() -> None:
    schemas = sorted(path.relative_to(ROOT).as_posix() for path in PACKAGE.rglob("*.schema.json"))
    assert schemas
    links = re.findall(r"\]\(([^)]+)\)", PAGE)
    assert all(any(link.endswith(f"/{schema}") for link in links) for schema in schemas)


PROGRAM: Any = script("program")


@pytest.mark.parametrize("path", PROGRAM.pages(), ids=lambda path: path.name)
def test_a_page_says_what_the_program_says(path: Path) -> None:
    text = path.read_text("utf-8")
    assert PROGRAM.filled(text) == text, WRITE


def test_nothing_that_is_promised_is_gone() -> None:
    promised: Any = script("promised")
    kept = set(json.loads(promised.LIST.read_text("utf-8")))
    assert len(kept) > 400
    assert sorted(kept - set(promised.promised())) == []


def test_every_group_of_options_is_on_the_page() -> None:
    page = (REFERENCE / "commands.md").read_text("utf-8")
    shown = {name for _, name, _, _ in PROGRAM.BLOCK.findall(page)}
    subcommands = PROGRAM.subparsers(PROGRAM.parser("startupbudget")).choices
    wanted = {f"options startupprofile: {title}" for title in PROGRAM.groups(PROGRAM.parser("startupprofile"))}
    for name in subcommands:
        titles = PROGRAM.groups(PROGRAM.parser("startupbudget", name))
        wanted |= {f"options startupbudget {name}: {title}" for title in titles if title != "what is booted"}
    assert shown - {"subcommands"} == wanted


def test_every_system_check_is_on_the_page() -> None:
    source = Path(settings.__file__).read_text("utf-8") + Path(settings.__file__).with_name("checks.py").read_text()
    known = set(re.findall(r'Problem\("(E\d+)"|id="django_startup\.(W\d+)"', source))
    page = (REFERENCE / "checks.md").read_text("utf-8")
    assert {f"django_startup.{error or warning}" for error, warning in known} == set(ROW.findall(page)) - {"id"}


def test_every_setting_is_on_the_page() -> None:
    page = (REFERENCE / "settings.md").read_text("utf-8")
    assert set(ROW.findall(page)) == {*settings.KEYS, *settings.LATE_KEYS}
    assert f'| `THRESHOLD` | `"{settings.LateImports().threshold_ns // 1_000_000}ms"` |' in page
    assert f"| `BANNER` | `{settings.DjangoSettings().banner}` |" in page
    assert settings.VARIABLE in page


def test_every_exit_code_is_on_the_page() -> None:
    errors = [value for value in vars(exceptions).values() if isinstance(value, type)]
    codes = {error.exit_code for error in errors if issubclass(error, exceptions.StartupError)}
    codes |= {0, budget_command.EXIT_OVER, budget_command.EXIT_UNSURE, budget_command.EXIT_SKIP}
    page = (REFERENCE / "exit-codes.md").read_text("utf-8")
    assert {int(code) for code in ROW.findall(page) if code.isdigit()} == codes
