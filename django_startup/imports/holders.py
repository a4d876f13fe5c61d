"""Which of the functions around the use of a name can hold its import: not those that run at start."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from django_startup.imports.uses import Scope, Use
from django_startup.profile.effects import Ran, RanFunction

RanScopes = Mapping[Scope, RanFunction]
NOTHING_RAN: RanScopes = {}


class RanCode:
    """The functions that ran at start of a project in directory, by file."""

    def __init__(self, ran: Ran, directory: Path) -> None:
        self.directory = directory
        self.files: dict[str, dict[Scope, RanFunction]] = defaultdict(dict)
        for function in ran.functions:
            self.files[function.file][Scope(function.name, function.first_line)] = function

    def of(self, file: str) -> RanScopes:
        """Those of a file by the name that the profile has for it."""
        return self.files.get(file, NOTHING_RAN)

    def by_path(self) -> dict[Path, RanScopes]:
        """All of them by the real paths of their files."""
        return {Path(os.path.realpath(self.directory / file)): scopes for file, scopes in self.files.items()}


def holder(around: Sequence[Scope], ran: RanScopes) -> int | None:
    """The number of the outermost of some functions, each in the one before, that did not run; None where all did."""
    return next((number for number, scope in enumerate(around) if scope not in ran), None)


def is_late(around: Sequence[Scope], line: int, ran: RanScopes) -> bool:
    """Whether the innermost of some functions ran without coming to a line of it."""
    innermost = ran.get(around[-1])
    return innermost is not None and not innermost.reaches(line)


def named(use: Use, ran: RanScopes) -> str:
    """Where the import goes for a use in a function: refund(), wrapper() in safe(), or work(), line 3."""
    number = holder(use.around, ran)
    inner = use.around[-1 if number is None else number].name.rpartition(".")[2]
    name = use.function if number == 0 or len(use.around) == 1 else f"{inner}() in {use.function}"
    return f"{name}, line {use.line}" if number is None else name
