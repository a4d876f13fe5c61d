"""
Judges imports while the boot that shows them goes on.

What the text of a file says about an import needs nothing of the boot but that the import was executed. It takes a good
part of a report's time, and a second processor has nothing to do meanwhile.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from pathlib import Path

from django_startup.imports.deferral import judge
from django_startup.measure.following import follow_statements
from django_startup.profile.distributions import is_inside
from django_startup.profile.owners import site_directory
from django_startup.text import relative_file


def judge_ahead(recording: Path, directory: Path) -> Iterator[bool]:
    """
    Judge one import after the other, of those that bring packages into the project in a directory: all of these are
    judged in the end. recording is the file of a boot that goes on. Gives whether there was one to judge.
    """
    is_own = functools.cache(functools.partial(is_in_project, directory=directory))
    is_package = functools.cache(functools.partial(is_packages, directory=directory))
    statements = follow_statements(recording)
    while True:
        edge = next(statements)
        if edge is None:
            yield False
        elif is_own(edge.file) and is_package(edge.target.partition(".")[0]):
            judge(directory / relative_file(edge.file, directory), edge.line)
            yield True


def is_in_project(file: str, directory: Path) -> bool:
    return is_inside(file, str(directory)) and not site_directory(file)


def is_packages(name: str, directory: Path) -> bool:
    """Whether a top-level module is neither Django's, nor the standard library's, nor the project's own."""
    if name == "django" or name in sys.stdlib_module_names:
        return False
    return not any((directory / found).exists() for found in (name, f"{name}.py"))
