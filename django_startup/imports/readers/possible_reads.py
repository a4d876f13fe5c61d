"""Whether a file may read a name of a module that it has, as far as its text tells. Perhaps more, never less."""

from __future__ import annotations

import re
from collections.abc import Collection

# What reads names that are not mentioned, with the object that has them.
READS_ANY = {
    "attr(": re.compile(r"attr\(\s*([\w.]*)\s*,\s*(?![\s\"'])"),
    "vars(": re.compile(r"vars\(\s*([\w.]*)"),
    "dir(": re.compile(r"dir\(\s*([\w.]*)"),
    "getmembers(": re.compile(r"getmembers\(\s*([\w.]*)"),
    "globals(": re.compile(r"globals\(()"),
    "sys.modules": re.compile(r"(sys)\.modules"),
    ".__dict__": re.compile(r"(\w*)\.__dict__"),
}
OF_ITSELF = ("globals(", "vars()", "dir()", "locals()", "sys.modules", "{__name__}", "__name__ +", "__package__")
EVALUATES = re.compile(r"(?<![\w.])(?:eval|exec)\(")  # code that may use any name of the file
IMPORT = re.compile(r"^[ \t]*(?:from|import)\b[^\n(]*(?:\([^)]*\))?[^\n]*$", re.MULTILINE)
NOBODY = ("self", "cls")


def may_read(text: str, name: str) -> bool:
    """Whether a name is read as an attribute, or is in a string or an argument of patch.multiple()."""
    if name not in text:
        return False
    if f".{name}" in text or f"'{name}'" in text or f'"{name}"' in text or "multiple(" in text:
        return True
    return re.search(rf"\.[\s\\]+{name}\b", text) is not None


def may_read_any(text: str, bound: Collection[str]) -> bool:
    """Whether names may be read that are not mentioned; bound are the names that imports bind."""
    objects = {name for word, pattern in READS_ANY.items() if word in text for name in pattern.findall(text)}
    names = {name.partition(".")[0] for name in objects} - set(NOBODY)
    return any(name in bound or not name or is_assigned(name, text) for name in names)


def may_hand_on(text: str, names: Collection[str]) -> bool:
    """Whether one of some names stands alone somewhere but in an import: what it stands for may go anywhere."""
    words = "|".join(map(re.escape, names))
    alone = re.compile(rf"(?<![\w.])(?:{words})(?!\w|[ \t]*[.(=:])")
    return bool(names) and alone.search(IMPORT.sub("", text)) is not None


def is_assigned(name: str, text: str) -> bool:
    return any(f"{name}{sign}" in text for sign in (" =", "=", ":", " :"))


def may_read_itself(text: str) -> bool:
    """Whether a file may read its own names by way of its module."""
    return any(word in text for word in OF_ITSELF) or EVALUATES.search(text) is not None
