"""The packages that can stay out of start-up as settings for ruff's rule TID253, which bans module-level imports."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from django_startup.imports.inquiry import Inquiry
from django_startup.imports.source import top_level_imports

RULE = "TID253"
# Where the settings stand, by what --emit is given: the prefix of the tables and the file.
FILES = {"ruff": ("tool.ruff.lint", "pyproject.toml"), "ruff.toml": ("lint", "ruff.toml")}


def render_ruff(inquiry: Inquiry, *, form: str = "ruff") -> str:
    """
    TOML that selects the rule and bans what the project imports only inside functions, or could; form is one of FILES.

    Files that the boot did not load, such as tests and commands, may import it as they do now.
    """
    tables, file = FILES[form]
    names = sorted(movable_names(inquiry))
    if not names:
        return "# Nothing to ban: no package stays out of start-up when the imports that can move are moved.\n"
    lines = [
        f"# For {file}. Where it has one of these tables already, add the keys to that table.",
        f"[{tables}]",
        f"extend-select = {in_toml([RULE])}",
        "",
        f"[{tables}.flake8-tidy-imports]",
        f"banned-module-level-imports = {in_toml(names)}",
    ]
    files = sorted(importing_files(inquiry, names))
    if files:
        lines += ["", "# The start does not load these files.", f"[{tables}.extend-per-file-ignores]"]
        lines += [f"{in_toml(pattern(path))} = {in_toml([RULE])}" for path in files]
    return "\n".join(lines) + "\n"


def in_toml(value: str | list[str]) -> str:
    """A string, or a list with a string a line: what JSON writes is TOML too."""
    return json.dumps(value, indent=2 if isinstance(value, list) and len(value) > 1 else None)


def pattern(path: str) -> str:
    """A path as a pattern that matches nothing else."""
    return "".join(f"[{char}]" if char in "*?[{!" else char for char in path)


def movable_names(inquiry: Inquiry) -> Iterator[str]:
    """
    Of each package whose doors can all close, without a change anywhere else, the modules that the project imports,
    the outermost of them. Without the namespaces around them, which have no file: others have a part of those.
    """
    subjects = inquiry.subjects
    for package in inquiry.profile.packages:
        if package.saving_ns and package.is_movable and not any(door.readers for door in package.doors):
            entrances = inquiry.doors.entrances(subjects.package(package.name))
            names = {
                subjects.graph.names[node]
                for (before, node), statements in entrances.items()
                if statements and subjects.is_own(before)
            }
            inside = {name for name in names if name in subjects.modules and subjects.modules[name].file}
            for name in inside:
                if all(map(str.isidentifier, name.split("."))) and not is_banned(name, inside - {name}):
                    yield name


def is_banned(name: str, names: Iterable[str]) -> bool:
    """Whether ruff takes an import of a module for one of names."""
    return any(name == other or name.startswith(f"{other}.") for other in names)


def importing_files(inquiry: Inquiry, names: Iterable[str]) -> Iterator[str]:
    """The project's files that the boot did not load and that import one of names at module level, relative to it."""
    directory = os.path.realpath(inquiry.verdicts.directory)
    facts = inquiry.verdicts.readers.facts.facts
    for file in facts.keys() - inquiry.verdicts.loaded_files:
        path = os.path.relpath(file, directory)
        is_suspect = any(is_banned(target, names) for _, target in facts[file].mentions.bindings)
        is_inside = not path.startswith(os.pardir)
        if is_inside and is_suspect and any(is_banned(name, names) for name in top_level_imports(Path(file))):
            yield path
