"""Where the code is that registers something: a line to look at."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django_startup.compare.comparison import Registration
from django_startup.files import read_file
from django_startup.profile.effects import RegistryEntry
from django_startup.profile.profile import StartupProfile


class Places:
    """The files of a profile's modules; directory is the project's. Each is read once."""

    def __init__(self, profile: StartupProfile, directory: Path) -> None:
        self.registries = profile.registries
        self.files = {module.name: module.file for module in profile.modules}
        self.directory = directory
        self.trees: dict[str, ast.Module | None] = {}

    def of(self, registration: Registration) -> tuple[str, int]:
        """File and line of what was registered; "" and 0 where they are not known."""
        entries: tuple[RegistryEntry, ...] = getattr(self.registries, registration.registry)
        by = next(
            entry.registrar
            for entry in entries
            if (entry.name, entry.of, entry.module) == (registration.name, registration.of, registration.module)
        )
        file = self.files.get(by) or self.files.get(registration.module, "")
        words = [part for text in (registration.name, registration.of) for part in text.split()]
        return file, next(filter(None, (self.line(file, word) for word in words)), 0)

    def line(self, file: str, name: str) -> int:
        """The line of a file that defines a name, else that writes it as a string or uses it; 0 for none."""
        tree = self.tree(file)
        if tree is None:
            return 0
        last = name.rpartition(":")[2].rpartition(".")[2]
        found = sorted((rank, line) for rank, line, text in names_in(tree) if text in (last, name))
        return found[0][1] if found else 0

    def tree(self, file: str) -> ast.Module | None:
        if file not in self.trees:
            try:
                self.trees[file] = ast.parse(read_file(self.directory / file))
            except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
                self.trees[file] = None
        return self.trees[file]


def names_in(tree: ast.Module) -> Iterator[tuple[int, int, str]]:
    """Rank, line and text: definitions, then strings, then uses."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield 0, node.lineno, node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield 1, node.lineno, node.value
        elif isinstance(node, ast.Name):
            yield 2, node.lineno, node.id
