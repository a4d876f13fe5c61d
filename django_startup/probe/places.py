"""
A place where modules keep what others may change: a namespace or a container. No method of the project's is called.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for
FUNCTION, PROXY = type(lambda: None), type(type.__dict__)
BASES = {*map(identity, (dict, list, set, PROXY))}
IMMUTABLE = 1 << 8  # the flag of types that are C's
MRO, FLAGS, NAMES_OF_CLASS = (type.__dict__[f"__{name}__"] for name in ("mro", "flags", "dict"))
MOST_ENTRIES = 300  # of a container whose values are compared
PRIVATE_NAMES = {"loggerDict", "_handlerList"}
CACHES = ("cache", "memo", "weak")


class Place:
    """
    A namespace or container.

    Attributes:
        module: The module that it belongs to.
        path: The names that lead from there to it; none for the module itself.
        thing: The namespace or container.
        number: How many were watched before it.
        is_sequence: It is a list, a set or a deque, which are seldom caches.
        base: What it is: dict, list, set, deque or a mappingproxy. The methods of classes of theirs are not asked.
        entries: The identities of what is in one.
        is_namespace: It has the names of a module, class or object.
        is_inner: It is a container that a function has, not a module, class or object.
        is_current: It has what is the current thread's.
        is_deep: It is behind others, and use changes it: what the project's code names counts.
        is_quiet: It has its own affairs in it: what was replaced counts, what is new does not.
        name: What it is called where it is, without underscores at the front, if it is deep.
        kind: The type of the object whose names it has; None for those of classes, and of ordinary modules.
        maker: The package that defines it; "" for none.
    """

    __slots__ = (
        *(
            "base",
            "entries",
            "is_current",
            "is_deep",
            "is_inner",
            "is_namespace",
            "is_quiet",
            "is_sequence",
            "kind",
            "maker",
            "module",
            "number",
        ),
        *("name", "path", "thing"),
    )

    def __init__(
        self, module: str, path: tuple[str, ...], thing: "Any", is_namespace: bool, kind: "Any" = None
    ) -> None:
        self.is_inner = self.is_quiet = self.is_deep = self.is_current = False
        self.module = module
        self.path = path
        self.thing = thing
        self.is_namespace = is_namespace
        self.kind = kind
        self.maker = self.name = ""
        self.number = 0
        self.base: Any = dict if is_namespace else base_of(type(thing))
        self.is_sequence = self.base is not dict and self.base is not PROXY
        self.entries = tuple(map(identity, self.values())) if self.is_sequence else ()

    def values(self) -> "list[Any]":
        """What is in it."""
        return [*(self.base.__iter__(self.thing) if self.is_sequence else self.base.values(self.thing))]

    def identities(self) -> "Any":
        """The names or the identities of the keys, and the identities of the values; None for what is too large."""
        if self.is_sequence:
            return (None, tuple(map(identity, self.values()))) if len(self.thing) < MOST_ENTRIES else None
        if self.is_namespace:
            return tuple(self.thing), tuple(map(identity, self.base.values(self.thing)))
        if len(self.thing) >= MOST_ENTRIES:
            return None
        return tuple(map(identity, self.base.keys(self.thing))), tuple(map(identity, self.base.values(self.thing)))


def inner_values(function: "Any", depth: int) -> "Iterator[tuple[str, Any]]":
    """What a function keeps: its attributes, defaults, and the variables of functions around it; one in it, too."""
    code = function.__code__
    yield from function.__dict__.items()
    yield from (function.__kwdefaults__ or {}).items()
    defaults = function.__defaults__ or ()
    yield from zip(code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount], defaults)  # noqa: B905
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):  # noqa: B905
        try:
            value = cell.cell_contents
        except ValueError:  # not bound yet
            continue
        if type(value) is FUNCTION and depth:
            yield from inner_values(value, depth - 1)
        yield name, value


def base_of(kind: "Any") -> "Any":
    """Which of the kinds of containers a class is, or is made from; None for none."""
    for base in MRO.__get__(kind):
        if identity(base) in BASES:
            return base
        if FLAGS.__get__(base) & IMMUTABLE and "appendleft" in NAMES_OF_CLASS.__get__(base):
            return base  # deque, whose module is the project's to import
    return None


def is_private(name: str) -> bool:
    """Whether a name says that nobody else relies on what it stands for: a cache, a name of Python's own."""
    if name in PRIVATE_NAMES or (name.startswith("__") and name.endswith("__")):
        return True
    return has_part(name, CACHES)


def has_part(name: str, parts: tuple[str, ...]) -> bool:
    lowered = name.lower()
    return any(part in lowered for part in parts)
