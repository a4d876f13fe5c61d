"""
The project's own source as hashes of its syntax trees, which comments, documentation and formatting do not change.

A module has none whose source cannot be read or parsed: a compiled one, one in a zip archive. Of such a module nobody
says that it has changed.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

from django_startup.measure.recording import Recording
from django_startup.measure.target import Entry, How
from django_startup.profile.owners import OWN, Owners

ENTRY = "__main__"
BLOCKS = ("body", "orelse", "finalbody")
DIGITS = 16  # of a hash: what tells a project's modules apart by far


def source_hashes(recording: Recording, owners: Owners, entry: Entry) -> Iterator[str]:
    """ "module hash" for each of the project's own modules, and for the entry script."""
    files = {
        module.name: module.file
        for module in recording.modules
        if module.file and module.name != ENTRY and owners.of(module.name).kind in OWN
    }
    if entry.how is How.SCRIPT:
        files[ENTRY] = entry.target
    known: dict[str, str] = {}
    for name, file in sorted(files.items()):
        if file not in known:
            tree = read_tree(Path(file))
            known[file] = "" if tree is None else hash_of(tree)
        if known[file]:
            yield f"{name} {known[file]}"


def changed_modules(before: Sequence[str], now: Sequence[str]) -> tuple[str, ...]:
    """The modules whose hash is another one in now; both are lines of source_hashes()."""
    hashes = dict(line.split(" ", 1) for line in before if " " in line)
    pairs = (line.partition(" ")[::2] for line in now)
    return tuple(name for name, found in pairs if name in hashes and hashes[name] != found)


def first_change(before: Path, now: Path) -> int:
    """
    The line of the first statement at the top of a file that is not at the top of the other, an import only where there
    is nothing else: what is imported takes its own time. 1 for none.
    """
    old, new = read_tree(before), read_tree(now)
    if old is None or new is None:
        return 1
    known = {ast.dump(statement) for statement in old.body}
    added = [statement for statement in new.body if ast.dump(statement) not in known]
    added.sort(key=lambda statement: isinstance(statement, ast.Import | ast.ImportFrom))
    return added[0].lineno if added else 1


def hash_of(tree: ast.Module) -> str:
    try:
        return hashlib.sha256(ast.dump(tree).encode()).hexdigest()[:DIGITS]
    except (ValueError, RecursionError):  # an integer of thousands of digits; nested too deeply
        return ""


def read_tree(path: Path) -> ast.Module | None:
    """What a source file does, without what is only there to be read; None where it cannot be read or parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those of a boot are shown there
            tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    for node in ast.walk(tree):
        for block in BLOCKS:
            statements = getattr(node, block, None)
            if isinstance(statements, list):
                setattr(node, block, [statement for statement in statements if not is_idle(statement)])
    return tree


def is_idle(statement: ast.stmt) -> bool:
    """Whether it does nothing: a docstring, and the pass that one takes the place of."""
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant) and isinstance(statement.value.value, str)
    return isinstance(statement, ast.Pass)
