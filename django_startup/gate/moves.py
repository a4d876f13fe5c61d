"""
Modules of the project that have another name now: moved, or renamed. A move is no finding.

A module has moved where one is gone and one is new whose source does the same. So has a package with all in it where
one of its modules has, be the others edited.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from django_startup.gate.baseline import Baseline
from django_startup.gate.case import Case
from django_startup.gate.regression import listed
from django_startup.gate.sources import hash_of

EMPTY = hash_of(ast.parse(""))


def find_moves(
    before: Collection[str], old_sources: Iterable[str], now: Collection[str], sources: Iterable[str]
) -> dict[str, str]:
    """The new names of modules by their old ones. Sources are lines of source_hashes()."""
    gone, new = set(before) - set(now), set(now) - set(before)
    old_hashes, new_hashes = hashes(old_sources, gone), hashes(sources, new)
    by_hash = {found: name for name, found in new_hashes.items()}
    moves = {name: by_hash[found] for name, found in old_hashes.items() if found in by_hash}
    for one, other in sorted(moves.items()):
        above, now_above = without_common_end(one, other)
        for name in sorted(gone - moves.keys()):
            inside = name == above or name.startswith(f"{above}.")
            other = f"{now_above}{name[len(above) :]}"
            if inside and other in new and other not in moves.values():
                moves[name] = other
    return moves


def hashes(sources: Iterable[str], names: Collection[str]) -> dict[str, str]:
    """The hashes of some modules, without those that several have, and without that of empty ones: all are alike."""
    found = {name: digest for name, _, digest in (line.partition(" ") for line in sources) if name in names}
    counts = Counter(found.values())
    return {name: digest for name, digest in found.items() if counts[digest] == 1 and digest != EMPTY}


def without_common_end(one: str, other: str) -> tuple[str, str]:
    """What two dotted names differ in: a.b.x and c.b.x in a and c. Something is left of both."""
    old, new = one.split("."), other.split(".")
    while len(old) > 1 and len(new) > 1 and old[-1] == new[-1]:
        old.pop()
        new.pop()
    return ".".join(old), ".".join(new)


def with_moves(baseline: Baseline, moves: Mapping[str, str]) -> Baseline:
    """A baseline in which modules have their new names, wherever they are named."""
    if not moves:
        return baseline
    files = {file: name_in(moves[old], file) for old in moves for file in files_of(old)}
    names = pattern(moves)

    def renamed(text: str) -> str:
        return names.sub(lambda match: moves[match[0]], text)

    def with_new_file(effect: str) -> str:
        kind, file, detail = (*effect.split(" ", 2), "", "")[:3]
        return f"{kind} {files.get(file, file)} {detail}" if file in files else effect

    return replace(
        baseline,
        project_modules=tuple(sorted(moves.get(name, name) for name in baseline.project_modules)),
        registrations=tuple(sorted(map(renamed, baseline.registrations))),
        side_effects=tuple(sorted(map(with_new_file, baseline.side_effects))),
        sources=tuple(sorted(with_new_name(line, moves) for line in baseline.sources)),
        parts=tuple(sorted(with_new_name(line, moves) for line in baseline.parts)),
    )


def pattern(names: Iterable[str]) -> re.Pattern[str]:
    """Finds dotted names, the longest first, not within others."""
    found = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"(?<![\w.])(?:{found})(?!\w)")


def files_of(module: str) -> tuple[str, str]:
    """The files that a module of the project may have, relative to its directory."""
    path = module.replace(".", "/")
    return f"{path}.py", f"{path}/__init__.py"


def name_in(module: str, like: str) -> str:
    """The file of a module of the same form as another file."""
    return files_of(module)[like.endswith("/__init__.py")]


def with_new_name(line: str, moves: Mapping[str, str]) -> str:
    name, space, rest = line.partition(" ")
    return f"{moves.get(name, name)}{space}{rest}"


def with_known_moves(case: Case) -> Case:
    """A case in which what it is compared with has the names of now, where modules have moved."""
    before, now = case.before, case.evidence.baseline if case.before is not None else None
    if before is None or now is None:
        return case
    old, new = set(before.project_modules), set(now.project_modules)
    if old <= new or new <= old:
        return case  # most have no module that is gone and none that is new: there are hashes to work out otherwise
    sources = before.sources if case.base_evidence is None else case.base_evidence.sources
    moves = find_moves(old, sources, new, case.evidence.sources)
    if case.base_evidence is not None:
        case.base_evidence.baseline = with_moves(before, moves)
        return replace(case, moves=moves)
    return replace(case, moves=moves, config=replace(case.config, baseline=with_moves(before, moves)))


def move_notes(moves: Mapping[str, str]) -> Iterator[str]:
    if moves:
        yield f"Moved: {listed([f'{old} is {new} now' for old, new in sorted(moves.items())])}."
