"""
The attributes of things that are not ours, without running any code of theirs.

Projects put all kinds of objects into sys.modules and into their modules: lazy ones, which an attribute that is asked
for wakes up, and proxies, whose __dict__ is a property that imports everything.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

# What stands for __dict__ in classes of Python and of C: anything else is somebody's own code.
DESCRIPTORS = (type(type.__dict__["__dict__"]), type(vars(type(sys))["__dict__"]))


def attributes(thing: object) -> "Any":
    """The names and values of a module or other object, its own dictionary; an empty one where it has none."""
    for found in inherited(type(thing), "__dict__"):
        if type(found) in DESCRIPTORS:
            names = found.__get__(thing)
            if type(names) is dict:
                return names
            return dict(dict.items(names)) if isinstance(names, dict) else {}
    return {}


def find(kind: "Any", name: str) -> "Any":
    """What a class or the nearest of its bases has under a name; None for nothing."""
    return next(inherited(kind, name), None)


def inherited(kind: "Any", name: str) -> "Iterator[Any]":
    """What a class and its bases have under a name, without running any code of a metaclass."""
    for base in type.__dict__["__mro__"].__get__(kind):
        names = type.__dict__["__dict__"].__get__(base)
        if name in names:
            yield names[name]
