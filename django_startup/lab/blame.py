"""Which of several fixes a boot fails with, as far as what was raised says it: its file, and the names in its text."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from django_startup.lab.candidates import Candidate

QUOTED = re.compile(r"'([\w.]+)'")  # name 'pd' is not defined; module 'shop.views' has no attribute 'pd'


def blame(
    text: str, file: str, candidates: Sequence[Candidate], files: Mapping[str, str]
) -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """
    Those that an exception with a text, raised in a file, names: their name is missing where they have moved it. And
    those that change a file which it speaks of; none where these are all.

    files are those of modules, by their names.
    """
    quoted = QUOTED.findall(text)
    spoken_of = {Path(os.path.realpath(each)) for each in (file, *(files.get(name, "") for name in quoted)) if each}
    near = tuple(each for each in candidates if not spoken_of.isdisjoint(each.lines))
    named = tuple(each for each in near if any(name in quoted for name in names_bound(each, spoken_of)))
    return named, near if len(near) < len(candidates) else ()


def names_bound(candidate: Candidate, files: set[Path]) -> Iterator[str]:
    """The names that the imports bind which a candidate moves out of some files."""
    for moved in candidate.deferred:
        if Path(os.path.realpath(moved.file)) in files:
            for node in ast.walk(ast.parse(moved.statement)):
                if isinstance(node, ast.alias):
                    yield node.asname or node.name.partition(".")[0]
