"""
The state of modules that importing others may change: their names, those of their classes and of objects that they have
made (namespaces), and their dictionaries, lists and sets, where registries usually are (containers).
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

SIZES = [dict.__len__, list.__len__, set.__len__]
FUNCTION, PROXY, MODULE = type(lambda: None), type(type.__dict__), type(sys)
FUNCTIONS = id(FUNCTION)
HEAP = 1 << 9  # the flag of types that are made by a class statement
# Of packages whose objects hold nothing but their own affairs, or caches that all code fills.
PRIVATE_TYPES = {
    *("_weakrefset", "weakref", "functools", "enum", "typing", "types", "threading", "_thread", "abc", "_abc", "re"),
    *("importlib", "_frozen_importlib", "_frozen_importlib_external", "zipimport", "contextvars", "ctypes", "_ctypes"),
}
PRIVATE_MODULES = PRIVATE_TYPES | {
    *("linecache", "inspect", "tokenize", "copyreg", "encodings", "zipfile", "pkgutil", "ast", "dis", "opcode"),
    *("importlib._bootstrap", "importlib._bootstrap_external", "importlib.machinery", "importlib.util", "__main__"),
    *("sysconfig", "platform", "locale", "gettext", "random"),
}
SETTINGS = {"INSTALLED_APPS", "DATABASES"}  # which Django completes
PRIVATE_NAMES = {"loggerDict", "_handlers", "_handlerList"}
SCALARS = {*map(id, (type(None), bool, int, float, complex, str, bytes))}
PLAIN = SCALARS | {
    *map(id, (frozenset, property, classmethod, staticmethod, MODULE, object, type(len), type(str.join))),
    *map(id, (type(object.__init__), type(vars(FUNCTION)["__code__"]), type(vars(FUNCTION)["__globals__"]))),
}
CONTAINERS = (dict, list, set)
CACHES = ("cache", "memo", "weak")
MOST_ENTRIES = 300  # of a dictionary whose values are compared


class Place:
    """
    A namespace or container.

    Attributes:
        module: The module that it belongs to.
        path: The names that lead from there to it; none for the module itself.
        thing: The namespace or container.
        number: How many were watched before it.
        is_sequence: It is a list or a set, which are seldom caches.
        entries: The identities of what is in one.
        is_namespace: It has the names of a module, class or object.
        kind: The type of the object whose names it has; None for those of classes, and of ordinary modules.
    """

    __slots__ = ("entries", "is_namespace", "is_sequence", "kind", "module", "number", "path", "thing")

    def __init__(
        self, module: str, path: tuple[str, ...], thing: "Any", is_namespace: bool, kind: "Any" = None
    ) -> None:
        self.module = module
        self.path = path
        self.thing = thing
        self.is_namespace = is_namespace
        self.kind = kind
        self.number = 0
        self.is_sequence = not is_namespace and not isinstance(thing, (dict, PROXY))
        self.entries = tuple(map(id, thing)) if self.is_sequence else ()


class SharedState:
    """
    Attributes:
        places: All that is watched.
        things: The namespaces and containers in it, in the same order, and sizes what they had last.
        by_name: The namespaces that have a name.
    """

    def __init__(self, gc: "Any", peeking: "Any") -> None:
        """
        gc is the module, which knows the dictionary behind the names of a class: its size is quicker to read. peeking
        is the module attributes.
        """
        self.referents = gc.get_referents
        self.attributes, self.find = peeking.attributes, peeking.find
        self.places: list[Place] = []
        self.things: list[Any] = []
        self.sizes: list[int] = []
        self.seen: set[int] = {id(sys.modules), id(sys.path_importer_cache)}
        self.modules: set[str] = set()
        self.by_name: dict[str, list[Place]] = {}
        self.kinds: dict[int, tuple[bool, bool, Any]] = {}
        self.kept: list[Any] = []
        self.private: dict[object, bool] = {}

    def add_new_modules(self) -> None:
        """
        Watch what has been imported since the last time; not what is being imported.

        The last come first: they have made what others have from them.
        """
        modules: Any = sys.modules  # where projects put other things than modules by their names
        for name in reversed([name for name in [*modules] if name not in self.modules]):
            names = self.attributes(modules.get(name))
            if type(name) is not str:
                self.modules.add(name)
            elif not self.attributes(names.get("__spec__")).get("_initializing"):
                self.modules.add(name)
                if name in PRIVATE_MODULES or not SETTINGS.isdisjoint(names):
                    self.seen.update(map(id, names.values()))  # which others may have by another name
                elif not name.startswith("_"):
                    kind = type(sys.modules[name])
                    self.add_names(Place(name, (), names, True, None if kind is MODULE else kind), 2)

    def add_names(self, place: Place, depth: int) -> None:
        """Watch a namespace, and what is in it."""
        self.add(place)
        by_name, seen, has_all = self.by_name, self.seen, not place.path
        for name, value in [*place.thing.items()]:
            kind = id(type(value))
            if has_all or kind not in SCALARS:
                if name in by_name:
                    by_name[name].append(place)
                else:
                    by_name[name] = [place]
            if kind in PLAIN or id(value) in seen or (kind == FUNCTIONS and depth < 2):
                continue
            if not self.is_private(name):
                self.add_value(place.module, (*place.path, name), value, depth)

    def is_private(self, name: object) -> bool:
        """Whether a name is one that says that nobody else relies on what it stands for."""
        found = self.private.get(name)
        if found is None:
            found = self.private[name] = is_private(name) if type(name) is str else True
        return found

    def add_value(self, module: str, path: tuple[str, ...], value: "Any", depth: int) -> None:
        """Watch what a name stands for, if others may add to it or to what is in it."""
        kind = type(value)
        is_container, is_object, defined = self.kinds.get(id(kind)) or self.find_out(kind)
        if is_container or kind is tuple:
            if is_container:
                self.add(Place(module, path, value, False))
            for part in [*(value.values() if isinstance(value, dict) else value)][:MOST_ENTRIES]:
                if type(part) in CONTAINERS:
                    self.add(Place(module, path, part, False))
        elif kind is FUNCTION:
            registry = getattr(value, "registry", None)  # of functools.singledispatch
            if type(registry) is PROXY:
                self.add(Place(module, path, registry, False))
        elif not depth:
            return
        elif issubclass(kind, type):
            names = next(iter(self.referents(type.__dict__["__dict__"].__get__(value))))
            if names.get("__module__") == module:
                self.seen.add(id(value))
                self.add_names(Place(module, path, names, True), depth - 1)
        elif is_object and (defined == module.partition(".")[0] or (depth > 1 and defined != "logging")):
            self.seen.add(id(value))
            self.add_names(Place(module, path, self.attributes(value), True, kind), depth - 1)

    def find_out(self, kind: "Any") -> "tuple[bool, bool, Any]":
        """Whether things of a type are containers, or objects that registrations may be kept in; who defines it."""
        module = type.__dict__["__dict__"].__get__(kind).get("__module__")
        defined = module.partition(".")[0] if type(module) is str else ""
        is_object = bool(kind.__flags__ & HEAP) and self.find(kind, "__get__") is None and defined not in PRIVATE_TYPES
        found = self.kinds[id(kind)] = (any(self.find(kind, "__len__") is size for size in SIZES), is_object, defined)
        self.kept.append(kind)
        return found

    def add(self, place: Place) -> None:
        thing = place.thing
        if id(thing) in self.seen:
            return
        self.seen.add(id(thing))
        place.number = len(self.places)
        self.places.append(place)
        self.things.append(thing)
        self.sizes.append(len(thing))

    def changed_sizes(self) -> "Iterator[tuple[Place, int, int]]":
        """What has become larger or smaller since the last time, with the size before and now."""
        sizes = [*map(len, self.things)]
        if sizes == self.sizes:
            return
        before, self.sizes = self.sizes, sizes
        for number, (old, new) in enumerate(zip(before, sizes)):  # noqa: B905
            if old != new:
                yield self.places[number], old, new

    def is_news(self, place: Place, name: object) -> bool:
        """Whether a name that a namespace has now is somebody's doing; what it stands for is watched from now on."""
        if self.is_private(name) or self.adds_by_itself(place, str(name)):
            return False
        self.add_value(place.module, (*place.path, str(name)), place.thing[name], 0)
        return True

    def adds_by_itself(self, place: Place, name: str) -> bool:
        """Whether a name that is new came in because somebody asked for it: a submodule, a cached property."""
        kind = place.kind
        if kind is not None and (self.find(kind, "__getattr__") or self.find(kind, name)) is not None:
            return True
        return not place.path and ("__getattr__" in place.thing or f"{place.module}.{name}" in sys.modules)

    def entries(self, place: Place, known: int) -> "list[Any]":
        """What is in a container behind as many as were known; containers in it are watched from now on."""
        thing = place.thing
        if isinstance(thing, (dict, PROXY)):
            items = [*thing.items()][known:]
            for _, value in items:
                if type(value) in CONTAINERS:
                    self.add(Place(place.module, place.path, value, False))
            return [part for item in items for part in item]
        before = set(place.entries)
        place.entries = tuple(map(id, thing))
        return [entry for entry in thing if id(entry) not in before]

    def origins(self, values: "list[Any]", depth: int = 1) -> "Iterator[str]":
        """The modules that things come from, as far as they tell: of containers what is in them."""
        for value in values:
            kind = type(value)
            if kind in (dict, list, tuple, set):
                inner = [*value.values()] if kind is dict else [*value]
                yield from self.origins(inner[:MOST_ENTRIES], depth - 1) if depth else ()
            elif id(kind) not in SCALARS:
                if kind is FUNCTION:
                    module = value.__module__
                else:
                    names = type.__dict__["__dict__"].__get__(value if issubclass(kind, type) else kind)
                    module = names.get("__module__")
                if type(module) is str and module != "builtins":
                    yield module

    def public_name(self, module: str, path: tuple[str, ...]) -> str:
        """
        The shortest dotted name of something: json.JSONEncoder, which json.encoder defines, and json has too.

        Of what an object keeps inside, such as os.environ._data, it is the object's.
        """
        while len(path) > 1 and path[-1].startswith("_"):
            path = path[:-1]
        parts = module.split(".")
        for count in range(1, len(parts) if path else 0):
            above = ".".join(parts[:count])
            thing = self.attribute(module, path[0])
            if thing is not None and self.attribute(above, path[0]) is thing:
                return ".".join((above, *path))
        return ".".join((module, *path))

    def attribute(self, module: str, name: str) -> "Any":
        """What a module has by a name; None for nothing."""
        return self.attributes(sys.modules.get(module)).get(name)

    def named(self, names: "set[str]") -> "list[tuple[Place, str, int]]":
        """The namespaces that have some of names, each with the name and the identity of its value."""
        return [(place, name, id(place.thing.get(name))) for name in names for place in self.by_name.get(name, ())]

    def mappings(self) -> "list[tuple[Place, tuple[int, ...]]]":
        """The dictionaries, with the identities of their values."""
        return [
            (place, tuple(map(id, place.thing.values())))
            for place in self.places
            if not place.is_namespace and isinstance(place.thing, dict) and len(place.thing) < MOST_ENTRIES
        ]


def is_private(name: str) -> bool:
    """Whether a name says that nobody else relies on what it stands for: a cache, a name of Python's own."""
    if name in PRIVATE_NAMES or (name.startswith("__") and name.endswith("__")):
        return True
    lowered = name.lower()
    return any(cache in lowered for cache in CACHES)
