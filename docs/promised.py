"""
What users may rely on until the next major version: reference/public-api.md says it, promised.json lists it.

    python docs/promised.py    before a release: adds what is new

A test fails where something in the list is gone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import program

from django_startup import settings

LIST = program.DOCS / "reference" / "promised.json"


def options() -> Iterator[str]:
    """Every option and subcommand of the commands."""
    for command in ("startupprofile", "startupbudget"):
        yield from options_of(command, program.parser(command))
    budget = program.parser("startupbudget")
    for name, made in program.subparsers(budget).choices.items():
        yield f"startupbudget {name}"
        yield from options_of(f"startupbudget {name}", made)


def options_of(command: str, made: Any) -> Iterator[str]:
    for actions in program.groups(made).values():
        for action in actions:
            yield from (f"{command} {name}" for name in action.option_strings)


def keys(part: Any, before: str) -> Iterator[str]:
    """Every key of a part of a JSON Schema, with its type where that is one word."""
    for key, value in part.get("properties", {}).items():
        kind = value.get("type", "")
        yield f"{before}{key}: {kind}" if isinstance(kind, str) and kind else f"{before}{key}"
        yield from keys(value, f"{before}{key}.")
    items = part.get("items")
    if isinstance(items, dict):
        yield from keys(items, f"{before.removesuffix('.')}[].")


def schemas() -> Iterator[str]:
    for path in sorted(program.PACKAGE.rglob("*.schema.json")):
        document = json.loads(path.read_text("utf-8"))
        name = document["properties"]["schema"]["const"]
        yield from keys(document, f"{name} ")
        for key, part in document.get("$defs", {}).items():
            yield from keys(part, f"{name} {key}.")


def promised() -> list[str]:
    """All of it, a line each, sorted."""
    from django_startup.gate.kinds import KINDS

    others = ("against-files", "baseline", "new-imports", "target", "waive")
    of_settings = [*settings.KEYS, *(f"LATE_IMPORTS.{key}" for key in settings.LATE_KEYS)]
    of_budgets = [*others, *(info.key for info in KINDS.values() if info.key)]
    return sorted(
        {
            *options(),
            *schemas(),
            *(f"DJANGO_STARTUP {key}" for key in of_settings),
            *(f"tool.django-startup.budget {key}" for key in of_budgets),
        }
    )


if __name__ == "__main__":
    before = json.loads(LIST.read_text("utf-8")) if LIST.exists() else []
    LIST.write_text(json.dumps(sorted({*before, *promised()}), indent=0) + "\n", "utf-8")
