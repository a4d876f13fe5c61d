"""
What the reference takes from the program itself: options, budgets, settings, checks, JSON schemas.

    python docs/program.py    writes it into the pages, between <!-- program: NAME --> and <!-- end -->

A test fails while a page says something else.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

OF_DJANGO = (["--help"], ["--settings"], ["--pythonpath"])
DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "django_startup"
BLOCK = re.compile(r"(<!-- program: (.+?) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)


def table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; a bar within a cell is written out."""
    head = list(headings)
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def parser(command: str, subcommand: str = "") -> argparse.ArgumentParser:
    """The parser of a command, or of one of its subcommands."""
    from django_startup.management.commands import startupbudget, startupprofile

    command_class: Any = {"startupprofile": startupprofile, "startupbudget": startupbudget}[command].Command
    made: argparse.ArgumentParser = command_class().create_parser("", "")
    if not subcommand:
        return made
    made = subparsers(made).choices[subcommand]
    return made


def subparsers(made: argparse.ArgumentParser) -> Any:
    return next(action for action in made._actions if isinstance(action, argparse._SubParsersAction))


def groups(made: argparse.ArgumentParser) -> dict[str, list[argparse.Action]]:
    """The options of a parser that --help shows, by the titles of their groups; "" for arguments without a dash."""
    found: dict[str, list[argparse.Action]] = {}
    for group in made._action_groups:
        for action in group._group_actions:
            shown = action.help != argparse.SUPPRESS and not isinstance(action, argparse._SubParsersAction)
            if shown and action.option_strings[-1:] not in OF_DJANGO:
                title = (group.title or "") if action.option_strings else ""
                found.setdefault(title.partition(",")[0], []).append(action)
    return found


def spelled(action: argparse.Action) -> str:
    value = f"[{action.metavar}]" if action.nargs == "?" else action.metavar
    metavar = f" {value}" if action.metavar else ""
    names = action.option_strings or [str(action.metavar)]
    return ", ".join(f"`{name}{metavar if action.option_strings else ''}`" for name in names)


def options(command: str, subcommand: str, title: str) -> str:
    """The options of one group."""
    actions = groups(parser(command, subcommand))[title]
    return table(("option", "meaning"), ((spelled(action), str(action.help)) for action in actions))


def subcommands() -> str:
    from django_startup.cli.budget_subcommands import SUBCOMMANDS

    return table(("subcommand", "meaning"), ((f"`{name}`", entry.help) for name, entry in SUBCOMMANDS.items()))


def budgets() -> str:
    """The keys of [tool.django-startup.budget] that declare a budget."""
    from django_startup.gate.kinds import KINDS, Form, JudgedBy, Unit

    unit = {Unit.TIME: "a time", Unit.SIZE: "a size", Unit.COUNT: "a number", Unit.NONE: ""}
    form = {Form.NAMES: "a list of names", Form.LEVEL: "`fail`, `warn` or `off`", Form.REGISTRIES: "a list"}
    judged = {
        JudgedBy.WHOLE_BOOTS: "time",
        JudgedBy.PARTS_OF_BOOTS: "time",
    }
    rows = []
    for info in KINDS.values():
        if info.key:
            value = form.get(info.form) or unit[info.unit]
            value = f"a table: {value} for each name" if info.form is Form.TABLE else value
            one_boot = "counted" if info.form is Form.LIMIT else "exact"
            option = f"`--{info.option}`" if info.option else "–"
            rows.append((f"`{info.key}`", value, judged.get(info.judged_by, one_boot), option))
    return table(("key", "value", "judged by", "option"), rows)


BAD_SETTINGS: tuple[Any, ...] = (
    [],
    {"BANER": True},
    {"BANNER": "no"},
    {"LATE_IMPORTS": "50ms"},
    {"LATE_IMPORTS": {"THRESHOLD": 50}},
    {"LATE_IMPORTS": {"LOG": 1}},
    {"PRELOAD": 1},
    {"PYTEST": 1},
)


@contextlib.contextmanager
def django_settings(**values: Any) -> Iterator[None]:
    """Settings for the checks. Django's own are not configured here, and mock.patch() would ask them for attributes."""
    module: Any = importlib.import_module("django_startup.settings")
    before, module.settings = module.settings, SimpleNamespace(**values)
    try:
        yield
    finally:
        module.settings = before


def checks() -> str:
    """The system checks, each with what it says of an example."""
    from django_startup.checks import check_runserver
    from django_startup.settings import problems

    rows = []
    for value in BAD_SETTINGS:
        with django_settings(DJANGO_STARTUP=value):
            rows += [(f"`django_startup.{problem.id}`", problem.text, problem.hint) for problem in problems()]
    with (
        django_settings(),
        patch("django.core.management.get_commands", return_value={"runserver": "daphne"}),
        patch("django.core.management.load_command_class", return_value=None),
    ):
        rows += [(f"`{message.id}`", message.msg, str(message.hint)) for message in check_runserver()]
    return table(("id", "says, for example", "and proposes"), rows)


def schema(name: str) -> str:
    """The keys of one of the JSON files, a table for each key of the file that has others in it."""
    document = json.loads(next(PACKAGE.rglob(f"{name}.schema.json")).read_text("utf-8"))
    names = {json.dumps({"$ref": f"#/$defs/{key}"}): key for key in document.get("$defs", {})}
    simple, tables = [], []
    for key, part in document["properties"].items():
        rows = list(keys(part, names, ""))
        said = part.get("description", "")
        simple.append((f"`{key}`", kind(part, names), said))
        if rows:
            tables.append(f"### {key}\n\n{table(('key', 'type', 'meaning'), rows)}")
    for key, part in document.get("$defs", {}).items():
        rows = list(keys(part, names, ""))
        if rows:
            tables.append(f"### a {key.replace('_', ' ')}\n\n{table(('key', 'type', 'meaning'), rows)}")
    return "\n".join([table(("key", "type", "meaning"), simple), *tables])


def keys(part: dict[str, Any], names: dict[str, str], before: str) -> Iterator[tuple[str, str, str]]:
    """What is inside of an object or of the items of an array; before is the way there."""
    items = part.get("items", {})
    inner = part if "properties" in part else items if isinstance(items, dict) else {}
    for key, value in inner.get("properties", {}).items():
        yield f"`{before}{key}`", kind(value, names), value.get("description", "")
        yield from keys(value, names, f"{before}{key}[]." if "items" in value else f"{before}{key}.")


def kind(part: dict[str, Any], names: dict[str, str]) -> str:
    """What a value is, in words."""
    if "$ref" in part:
        return names[json.dumps({"$ref": part["$ref"]})].replace("_", " ")
    if "const" in part:
        return f"`{part['const']}`"
    if "enum" in part:
        return ", ".join({None: "null", "": "empty"}.get(value, f"`{value}`") for value in part["enum"])
    for several in ("oneOf", "anyOf"):
        if several in part:
            return " or ".join(kind(one, names) for one in part[several])
    found = part.get("type", "any")
    words = [found] if isinstance(found, str) else found
    if "array" in words and isinstance(part.get("items"), dict) and part["items"]:
        return f"list of {kind(part['items'], names)}"
    return " or ".join(words)


def part(name: str) -> str:
    """What stands under a name in the pages."""
    made: dict[str, Callable[[], str]] = {"subcommands": subcommands, "budgets": budgets, "checks": checks}
    if name in made:
        return made[name]()
    what, _, about = name.partition(" ")
    if what == "schema":
        return schema(about)
    command, _, title = about.partition(": ")
    command, _, subcommand = command.partition(" ")
    return options(command, subcommand, title)


def filled(text: str) -> str:
    """A page with what the program says now."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{part(found[2])}\n{found[4]}", text)


def pages() -> list[Path]:
    return [path for path in sorted(DOCS.rglob("*.md")) if "<!-- program: " in path.read_text("utf-8")]


def write() -> None:
    for path in pages():
        path.write_text(filled(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    write()
