"""
Functions that modules have from others which were imported later: somebody has put them there, however that was done.
For the evidence boot only.

What the code of a module says that it may do shows most of what it changes in others, see reach.py. Here it is seen by
what comes of it, once, when the target is reached.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from django_startup.probe.changes import Changes

FUNCTION = type(lambda: None)
KINDS = (FUNCTION, staticmethod, classmethod, property)


def note_replaced(changes: "Changes", origin: "Any", imports: "Callable[[str, str], bool]") -> None:
    """
    Note what no module was seen to change, as the doing of those that the functions come from.

    imports tells whether the code of a file imports something of a name, see Reach.imports().
    """
    known = {name for _, name in changes.known}
    for by, module, path in replaced(changes, origin, imports):
        name = changes.state.public_name(module, path)
        if name not in known:
            changes.recorder.emit(("H", by, module, name))


def replaced(
    changes: "Changes", origin: "Any", imports: "Callable[[str, str], bool]"
) -> "Iterator[tuple[str, str, tuple[str, ...]]]":
    """
    The module that a function comes from, the one that has it, and the names that lead there from it.

    Not what a module imports itself: of modules that import each other one has that before the other is done.
    """
    order = changes.state.order
    for place in changes.state.places:
        has_own_ways = not place.path and "__getattr__" in place.thing
        if has_own_ways or not place.is_namespace or place.is_deep or place.module not in order:
            continue
        functions = [item for item in place.thing.items() if type(item[1]) in KINDS]
        for name, value in functions:
            by = origin(value, type(value))
            if by != place.module and order.get(by, -1) > order[place.module]:
                path = (*place.path, name)
                if type(name) is str and is_told(changes, by, place.module, path):
                    file = changes.state.attribute(place.module, "__file__")
                    names = (name, value.__name__) if type(value) is FUNCTION else (name,)
                    if place.path or not any(imports(file, each) for each in names):
                        yield by, place.module, path


def is_told(changes: "Changes", by: str, module: str, path: "tuple[str, ...]") -> bool:
    """Whether it is more than a package's own affair: what is in itself, or in private parts of others."""
    if changes.own.has(changes.state.attribute(by, "__file__") or ""):
        return True
    return changes.group(by) != changes.group(module) and not any(part.startswith("_") for part in path)
