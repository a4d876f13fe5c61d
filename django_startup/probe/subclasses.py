"""
Classes that the project finds by __subclasses__(): to define one is to register it with its base. For the evidence boot
only.

Nothing changes in the base that could be seen, so it is looked for once, when the target is reached: which of the
project's code asks for subclasses, and of which of the project's classes it may.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

    from django_startup.probe.changes import Changes
    from django_startup.probe.reach import Reach

FIND = "__subclasses__"
identity = object.__hash__  # see shared_state.py
OPTIMIZED = 0x1  # the flag of code that is a function's
MRO, QUALIFIED_NAME, NAME = (type.__dict__[f"__{name}__"] for name in ("mro", "qualname", "name"))


def note_subclasses(changes: "Changes", reach: "Reach", module_of: "Any") -> None:
    """Note the subclasses that somebody may look for, as the doing of the modules that define them."""
    parts = [part for code in reach.own_codes for part in reach.reader.code_objects(code)]
    finding = [part for part in parts if FIND in part.co_names]
    if not finding:
        return
    functions = {part.co_name for part in finding if part.co_flags & OPTIMIZED}
    asking = [part for part in parts if not functions.isdisjoint(part.co_names)]
    own = own_modules(changes)
    files = {part.co_filename for part in finding}
    known, names = named_by((*finding, *asking), changes, own)
    for by, module, base in subclassed(changes, own, module_of):
        name = f"{module}.{QUALIFIED_NAME.__get__(base)}.{FIND}()"
        is_named = identity(base) in known or NAME.__get__(base) in names
        if (is_named or own[module] in files) and (by, name) not in changes.known:
            changes.known.add((by, name))
            changes.recorder.emit(("H", by, module, name))


def named_by(parts: "tuple[CodeType, ...]", changes: "Changes", own: "dict[str, str]") -> "tuple[set[int], set[str]]":
    """What the names in code of the project's stand for in its module; the names that stand for nothing there."""
    spaces = {file: changes.state.attributes(sys.modules.get(module)) for module, file in own.items()}
    known: set[int] = set()
    names: set[str] = set()
    for part in parts:
        space = spaces.get(part.co_filename, {})
        known.update(identity(space[name]) for name in part.co_names if name in space)
        names.update(name for name in part.co_names if name not in space)
    return known, names


def own_modules(changes: "Changes") -> "dict[str, str]":
    """The files of the project's modules."""
    files = {name: changes.state.attribute(name, "__file__") for name in [*sys.modules]}
    return {name: file for name, file in files.items() if type(file) is str and changes.own.has(file)}


def subclassed(changes: "Changes", own: "dict[str, str]", module_of: "Any") -> "Iterator[tuple[str, str, Any]]":
    """The project's classes that classes in others of its modules stand upon: that module, the class's, the class."""
    for by in own:
        for value in [*changes.state.attributes(sys.modules.get(by)).values()]:
            if issubclass(type(value), type) and module_of(value) == by:
                for base in MRO.__get__(value)[1:-1]:
                    module = module_of(base)
                    if module in own and module != by:
                        yield by, module, base
