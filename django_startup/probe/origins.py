"""Where things come from: the modules whose code they are. No code of theirs is run."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for
FUNCTION, BUILTIN, MODULE = type(lambda: None), type(len), type(sys)
WRAPPERS = {*map(identity, (staticmethod, classmethod, type((lambda: None).__get__(1))))}
IMMUTABLE = 1 << 8  # the flag of types that are C's
HEAP = 1 << 9  # the flag of types that are made while the program runs
FLAGS, NAMES_OF_CLASS, MODULE_OF_CLASS, NAME_OF_CLASS = (
    type.__dict__[f"__{name}__"] for name in ("flags", "dict", "module", "name")
)
CONTAINERS = {*map(identity, (dict, list, tuple, set))}
SCALARS = {*map(identity, (type(None), bool, int, float, complex, str, bytes))}
NUMBERS = SCALARS - {*map(identity, (str, bytes))}
MOST_ENTRIES = 300  # of a container that are asked


def origins(values: "list[Any]", depth: int = 1) -> "Iterator[str]":
    """The modules that things come from, as far as they tell: of containers what is in them."""
    for value in values:
        kind = type(value)
        if identity(kind) in CONTAINERS:
            inner = [*value.values()] if kind is dict else [*value]
            yield from origins(inner[:MOST_ENTRIES], depth - 1) if depth else ()
        elif identity(kind) not in SCALARS:
            module = origin(value, kind)
            if type(module) is str and module != "builtins":
                yield module


def names_of(values: "list[Any]", depth: int = 1) -> "Iterator[str]":
    """What classes and functions are called, of other things their classes; of containers what is in them."""
    for value in values:
        kind = type(value)
        if identity(kind) in CONTAINERS:
            inner = [*value.values()] if kind is dict else [*value]
            yield from names_of(inner[:MOST_ENTRIES], depth - 1) if depth else ()
        elif identity(kind) not in SCALARS:
            yield (
                value.__name__ if kind is FUNCTION else NAME_OF_CLASS.__get__(value if issubclass(kind, type) else kind)
            )


def origin(value: "Any", kind: "Any") -> object:
    """The module whose code something is: of a function that says to be another's, too."""
    while True:
        if kind is FUNCTION:
            return value.__globals__.get("__name__")
        if kind is MODULE:
            return MODULE.__getattribute__(value, "__dict__").get("__name__")
        if kind is BUILTIN:
            return value.__module__ if value.__module__ != "builtins" else "sys"
        names = NAMES_OF_CLASS.__get__(kind)
        if identity(kind) in WRAPPERS:
            value = value.__func__
        elif kind is property:
            value = value.fget
        elif FLAGS.__get__(kind) & IMMUTABLE and "keywords" in names:  # functools.partial
            value = value.func
        else:
            return module_of(value if issubclass(kind, type) else kind)
        kind = type(value)


def module_of(kind: "Any") -> object:
    """What a class says; that of C code has no entry for it in its dictionary."""
    names = NAMES_OF_CLASS.__get__(kind)
    return names.get("__module__") if FLAGS.__get__(kind) & HEAP else MODULE_OF_CLASS.__get__(kind)


def is_number(value: object) -> bool:
    return identity(type(value)) in NUMBERS
