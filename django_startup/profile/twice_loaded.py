"""Files that were loaded more than once, each time as another module."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from django_startup.profile.parts import Module
from django_startup.profile.profile import Note
from django_startup.text import format_duration, relative_file, short_file

MOST_FILES = 3  # that a sentence names


def twice_loaded(modules: Iterable[Module], aliases: Collection[str], directory: Path) -> Iterator[Note]:
    """
    A note on them. aliases are names of modules that were loaded under another one, and only once; directory is the
    project's.
    """
    root = Path(os.path.realpath(directory))
    by_file: dict[str, list[Module]] = defaultdict(list)
    for module in modules:
        if module.loaded and module.file.endswith(".py") and module.importer and module.name not in aliases:
            file = relative_file(os.path.realpath(directory / module.file), root)
            by_file[file].append(module)
    costs = {file: sum(module.self_ns for module in found[1:]) for file, found in by_file.items() if len(found) > 1}
    twice = {file: by_file[file] for file in sorted(costs, key=lambda file: -costs[file])}
    if twice:
        again_ns = sum(costs.values())
        count = f"{len(twice):,} files are" if len(twice) > 1 else "1 file is"
        files = [f"{short_file(file)} as {' and '.join(map(described, found))}" for file, found in twice.items()]
        more = f"; and {len(files) - MOST_FILES:,} more" if len(files) > MOST_FILES else ""
        yield Note(
            "twice-loaded",
            f"{count} loaded more than once, under different names "
            f"({format_duration(again_ns)} for those after the first): {'; '.join(files[:MOST_FILES])}{more}. "
            "Import each by one name.",
        )


def described(module: Module) -> str:
    """A module and the line that imported it."""
    assert module.importer is not None
    return f"{module.name} ({short_file(module.importer.file)}:{module.importer.line})"
