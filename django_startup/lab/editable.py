"""Files that are not to be edited: what is written there would be lost, or is somebody else's."""

from __future__ import annotations

import ast
import os
import re
import stat
from pathlib import Path

from django_startup.files import read_file
from django_startup.imports.source import archive_of
from django_startup.lab.source_text import SourceText, Uneditable
from django_startup.text import SITE_DIRECTORIES

# What generators write above the first statement.
GENERATED = re.compile(
    r"do not (?:edit|modify|change)\b|@generated\b|\bauto(?:matically[ -]|-)?generated\b", re.IGNORECASE
)


def why_not_to_edit(file: Path, directory: Path) -> str:
    """
    Why a file, by its path as the project in directory has it, is not to be edited: what it "is"; empty if it may be.

    What is installed as editable from another repository is the project's own code, but not its to commit.
    """
    for part in {*file.parts, *Path(os.path.realpath(file)).parts}.intersection(SITE_DIRECTORIES):
        return f"is in {part}"
    archive = archive_of(file)
    if archive is not None:
        return f"is in the archive {archive.name}"
    if file.is_symlink():
        return "is a symlink"
    repository = repository_around(file)
    if repository is not None and repository != repository_around(directory / "x"):
        return f"is in another git repository, {repository}"
    try:
        is_writable = file.stat().st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH) and os.access(file, os.W_OK)
        if not is_writable:
            return "is read-only"
        if not os.access(file.parent, os.W_OK):
            return "is in a directory that is read-only"
        return why_generated(SourceText(read_file(file)))
    except OSError as error:
        return f"cannot be read ({error.strerror})"
    except Uneditable as error:
        return f"cannot be edited: {error}"


def repository_around(file: Path) -> Path | None:
    """The working tree of git that a file is in; a submodule is one of its own. None for none."""
    return next((above for above in Path(os.path.realpath(file)).parents if (above / ".git").exists()), None)


def why_generated(source: SourceText) -> str:
    """The line above the first statement that says that a file was generated; empty where none does."""
    body = source.tree.body
    if ast.get_docstring(source.tree, clean=False) is not None:
        body = body[1:]
    until = body[0].lineno if body else len(source.lines) + 1
    for number, line in enumerate(source.lines[: until - 1], 1):
        found = GENERATED.search(line)
        if found:
            return f"is generated ({found[0]!r}, line {number})"
    return ""
