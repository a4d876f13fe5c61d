"""
What a file reads of other modules: names that it imports, attributes, names in strings.

Which file a dotted name is about is not decided here: what is found depends on the one file alone, so it can be kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class How(StrEnum):
    """
    How a name is read. ANY: whatever the module has may be read. ENDING: a string that is put together ends with it.

    By a file in the same namespace: STAR, NAMESPACE. By Django: SETTING. UNIMPORTED: a module that others import.
    """

    IMPORT = "import"
    TYPING = "type checking"
    ATTRIBUTE = "attribute"
    PATCH = "patch"
    STRING = "string"
    ENDING = "ending"
    ANY = "any"
    STAR = "star import"
    NAMESPACE = "namespace"
    SETTING = "setting"
    UNIMPORTED = "unimported"


class Read(NamedTuple):
    """A dotted name that is read, with leading dots where it is relative. Of ANY the module's, of ENDING the last."""

    name: str
    line: int
    how: How


@dataclass(frozen=True, slots=True)
class Reads:
    """
    free: the names that are used without having been bound in the file before, each with a line. defined: what the file
    binds otherwise than by imports. exported: the names in __all__, with STAR if there may be more; None without one.
    runs_files: other files may be run in its namespace.
    """

    reads: tuple[Read, ...] = ()
    free: dict[str, int] = field(default_factory=dict)
    defined: frozenset[str] = frozenset()
    exported: frozenset[str] | None = None
    runs_files: bool = False
