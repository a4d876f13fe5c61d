"""What users may import, and that the reference lists it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "django_startup"
PAGE = (ROOT / "docs" / "reference" / "public-api.md").read_text("utf-8")


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
