"""
The state of modules that importing others may change: their names, those of their classes and of objects that they have
made (namespaces), and their dictionaries, lists and sets, where registries usually are (containers).
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from django_startup.probe.places import Place

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for
FUNCTION, PROXY, MODULE = type(lambda: None), type(type.__dict__), type(sys)
SIMPLE = type(sys.implementation)  # types.SimpleNamespace
STDLIB = sys.stdlib_module_names
HEAP = 1 << 9  # the flag of types that are made by a class statement
# Of packages whose objects hold nothing but their own affairs, or caches that all code fills.
PRIVATE_TYPES = {
    *("_weakrefset", "weakref", "functools", "enum", "typing", "types", "threading", "_thread", "abc", "_abc", "re"),
    *("importlib", "_frozen_importlib", "_frozen_importlib_external", "zipimport", "contextvars", "ctypes", "_ctypes"),
}
PRIVATE_MODULES = PRIVATE_TYPES | {
    *("linecache", "inspect", "tokenize", "encodings", "zipfile", "pkgutil", "ast", "dis", "opcode"),
    *("importlib._bootstrap", "importlib._bootstrap_external", "importlib.machinery", "importlib.util", "__main__"),
    *("sysconfig", "platform", "locale", "gettext", "random"),
}
CURRENT = {"_thread", "_contextvars", "asgiref"}  # who defines what has values of the current thread: current_values.py
# What descriptors and members of enumerations have, in which nobody registers anything; and loggers: process_state.py.
NOT_LOOKED_INTO = ("__get__", "__set__", "_member_map_", "addHandler")
WRAPPED = "_wrapped"  # what Django's lazy objects stand for
SETTINGS = {"INSTALLED_APPS", "DATABASES"}  # which Django completes
# What is taken from these is dealt with.
QUEUES = ("queue", "pending", "stack", "waiting", "todo")
SCALARS = {*map(identity, (type(None), bool, int, float, complex, str, bytes))}
PLAIN = SCALARS | {
    *map(identity, (frozenset, property, classmethod, staticmethod, MODULE, object, type(len), type(str.join))),
    *map(identity, (type(object.__init__), type(vars(FUNCTION)["__code__"]), type(vars(FUNCTION)["__globals__"]))),
}
PLAIN_OR_FUNCTION = PLAIN | {identity(FUNCTION)}
CONTAINERS = (dict, list, set)
NAMES_OF_CLASS = type.__dict__["__dict__"]
PIECE = 500  # places


class SharedState:
    """
    Attributes:
        places: All that is watched.
        ended: The modules whose import has ended since new ones were looked for, in this order.
        order: Those whose import has ended, with numbers that grow; -1 for modules that were there before.
        things: The namespaces and containers in it, in the same order and in pieces, and sizes what they had last: most
            pieces are as they were, which is quickly seen.
        by_name: The namespaces that have a name.
        scalars: Those of classes and objects that have nothing but a number or a string by it.
        objects: Those of objects, by the package that defines their class.
        deep: Places behind others, by the identities of what they are.
        set_aside: Things that are left alone, as those of settings, unless code of the project's changes them.
        containers: All of them, by their identities: classes have some by another name than modules.
        by_path: What is reached by a name: that of a module, whole and as a relative import has it (".models"); the
            name that a module has something by.
    """

    def __init__(self, gc: "Any", peeking: "Any", places: "Any", origins: "Any", make_current: "Any") -> None:
        """
        gc is the module, which knows the dictionary behind the names of a class: its size is quicker to read. peeking
        is the module attributes; places and origins are modules too. make_current makes CurrentValues for this.
        """
        self.current = make_current(self)
        self.referents = gc.get_referents
        self.attributes, self.find = peeking.attributes, peeking.find
        self.origins, self.names_of, self.is_number = origins.origins, origins.names_of, origins.is_number
        self.kinds_of_places = places
        self.place = places.Place
        self.places: list[Place] = []
        self.ended: list[str] = []
        self.order: dict[str, int] = {}
        self.things: list[list[Any]] = []
        self.sizes: list[list[int]] = []
        self.seen: set[int] = {identity(sys.modules), identity(sys.path_importer_cache)}
        self.modules: set[str] = set()
        self.by_name: dict[str, list[Place]] = {}
        self.scalars: dict[str, list[Place]] = {}
        self.objects: dict[str, list[Place]] = {}
        self.containers: dict[int, Place] = {}
        self.by_path: dict[str, list[Place]] = {}
        self.kinds: dict[int, tuple[bool, bool, Any]] = {}
        self.plain = PLAIN_OR_FUNCTION
        self.deep: dict[int, Place] = {}
        self.set_aside: set[int] = set()
        self.kept: list[Any] = []
        self.private: dict[object, bool] = {}

    def add_new_modules(self) -> None:
        """
        Watch what has been imported since the last time; not what is being imported.

        Those come first whose import ended first: they have made what others have from them.
        """
        modules: Any = sys.modules  # where projects put other things than modules by their names
        others = reversed([name for name in [*modules] if name not in self.modules])
        ended = [name for name in self.ended if name in modules and name not in self.modules]
        self.ended.clear()
        if not self.order:
            self.order.update(dict.fromkeys(modules, -1))
        self.order.update(zip(ended, range(len(self.order), len(self.order) + len(ended))))  # noqa: B905
        for name in dict.fromkeys([*ended, *others]):
            names = self.attributes(modules.get(name))
            if type(name) is not str:
                self.modules.add(name)
            elif not self.attributes(names.get("__spec__")).get("_initializing"):
                self.modules.add(name)
                if name in PRIVATE_MODULES or not SETTINGS.isdisjoint(names):
                    if name in PRIVATE_MODULES:
                        self.add_quietly(name, names)
                    # Others may have these by another name; the dictionary of builtins is everywhere.
                    own = {identity(value) for key, value in names.items() if key != "__builtins__"}
                    self.set_aside.update(own - self.seen)
                    self.seen.update(own)
                elif not name.startswith("_"):
                    kind = type(sys.modules[name])
                    self.add_names(self.place(name, (), names, True, None if kind is MODULE else kind), 2)

    def add_quietly(self, module: str, names: "dict[str, Any]") -> None:
        """Watch the names of a module and of its classes for what is replaced, as in threading.Thread.start."""
        classes = [(name, value) for name, value in names.items() if issubclass(type(value), type)]
        found = [(name, next(iter(self.referents(NAMES_OF_CLASS.__get__(value))))) for name, value in classes]
        own = [((name,), inner) for name, inner in found if inner.get("__module__") == module]
        for path, thing in [((), names), *own]:
            place = self.place(module, path, thing, True)
            place.is_quiet = True
            if self.add(place):
                for name in thing:
                    self.by_name.setdefault(name, []).append(place)

    def add_names(self, place: "Place", depth: int) -> None:
        """Watch a namespace, and what is in it."""
        if not self.add(place):
            return
        thing, seen = place.thing, self.seen
        kinds = self.index(place)
        skipped = PLAIN if depth > 1 else PLAIN_OR_FUNCTION
        if not skipped.issuperset(kinds):
            for name in [name for name, kind in zip(thing, kinds) if kind not in skipped]:  # noqa: B905
                value = thing.get(name)
                if identity(value) in seen:
                    if place.path and identity(value) in self.containers:
                        for way in (place.path[0], name):
                            self.by_path.setdefault(way, []).append(self.containers[identity(value)])
                elif not self.is_private(name):
                    self.add_value(place.module, (*place.path, name), value, depth, place.maker)

    def index(self, place: "Place") -> list[int]:
        """Let a namespace be found by what is in it; the kinds of that."""
        kinds = [*map(identity, map(type, place.thing.values()))]
        for name, kind in zip(place.thing, kinds):  # noqa: B905
            index = self.scalars if place.path and kind in SCALARS else self.by_name
            if name in index:
                index[name].append(place)
            else:
                index[name] = [place]
        return kinds

    def add_deep(self, place: "Place") -> bool:
        """Watch a place that only few modules get at, see reachable.py; whether it is new."""
        known = self.deep.get(identity(place.thing))
        if known is not None:  # the name by which somebody gets at it now says more
            known.module, known.path, known.name = place.module, place.path, place.name
            return False
        place.is_deep = True
        self.seen.difference_update(self.set_aside.intersection({identity(place.thing)}))
        is_new = self.add(place)
        if is_new:
            self.deep[identity(place.thing)] = place
            if place.is_namespace:
                self.index(place)
        return is_new

    def is_private(self, name: object) -> bool:
        """Whether a name is one that says that nobody else relies on what it stands for."""
        found = self.private.get(name)
        if found is None:
            found = self.private[name] = self.kinds_of_places.is_private(name) if type(name) is str else True
        return found

    def add_value(self, module: str, path: tuple[str, ...], value: "Any", depth: int, maker: str = "") -> None:
        """
        Watch what a name stands for, if others may add to it or to what is in it. maker is the package whose object has
        the name.
        """
        kind = type(value)
        is_container, is_object, defined = self.kinds.get(identity(kind)) or self.find_out(kind)
        if not is_container and defined in CURRENT and self.current.add(module, path, value, defined):
            return
        if is_container or kind is tuple:
            parts: Any = value
            if is_container:
                place = self.place(module, path, value, False)
                self.add(place)
                parts = place.values()
            for part in parts[: self.kinds_of_places.MOST_ENTRIES]:
                if type(part) in CONTAINERS:
                    self.add(self.place(module, path, part, False))
        elif kind is FUNCTION:
            registry = getattr(value, "registry", None)  # of functools.singledispatch
            if type(registry) is PROXY:
                self.add(self.place(module, path, registry, False))
            self.seen.add(identity(value))
            for name, part in () if self.top_of_stdlib(module) else self.kinds_of_places.inner_values(value, 2):
                if self.find_out(type(part))[0] and not self.is_private(name):
                    place = self.place(module, (*path, name), part, False)
                    place.is_inner = True
                    self.add(place)
        elif not depth:
            return
        elif issubclass(kind, type):
            names = next(iter(self.referents(type.__dict__["__dict__"].__get__(value))))
            if names.get("__module__") == module:
                self.seen.add(identity(value))
                self.add_names(self.place(module, path, names, True), depth - 1)
        elif is_object and (defined in (module.partition(".")[0], maker) or (depth > 1 and defined != "logging")):
            self.seen.add(identity(value))
            self.add_names(self.place(module, path, self.attributes(value), True, kind), depth - 1)

    def find_out(self, kind: "Any") -> "tuple[bool, bool, Any]":
        """Whether things of a type are containers, or objects that registrations may be kept in; who defines it."""
        module = type.__dict__["__dict__"].__get__(kind).get("__module__")
        defined = module.partition(".")[0] if type(module) is str else ""
        defined = "_contextvars" if kind is self.current.variable else defined
        is_left_out = any(self.find(kind, name) is not None for name in NOT_LOOKED_INTO)
        is_object = bool(kind.__flags__ & HEAP) and not is_left_out and defined not in PRIVATE_TYPES
        is_object = is_object or kind is SIMPLE
        base = self.kinds_of_places.base_of(kind)
        is_container = base is not None and self.find(kind, "__len__") is self.find(base, "__len__")
        found = self.kinds[identity(kind)] = (is_container, is_object, defined)
        self.kept.append(kind)
        return found

    def add(self, place: "Place") -> bool:
        """Watch one place; whether it is new."""
        thing = place.thing
        if identity(thing) in self.seen:
            return False
        self.seen.add(identity(thing))
        ways = place.path[:1] or (place.module, f".{place.module.rpartition('.')[2]}")
        if not place.is_namespace:
            ways = (*ways, *place.path[1:][-1:])
        if not place.path or place.kind is not None:
            ways = (*ways, *self.top_of_stdlib(place.module))
        for way in ways:
            if way in self.by_path:
                self.by_path[way].append(place)
            else:
                self.by_path[way] = [place]
        if place.kind is not None:
            place.maker = self.find_out(place.kind)[2]
            self.objects.setdefault(place.maker, []).append(place)
        if not place.is_namespace:
            self.containers[identity(thing)] = place
        place.number = len(self.places)
        self.places.append(place)
        if not place.number % PIECE:
            self.things.append([])
            self.sizes.append([])
        self.things[-1].append(thing)
        self.sizes[-1].append(len(thing))
        return True

    def top_of_stdlib(self, module: str) -> tuple[str, ...]:
        """asyncio for asyncio.events: what has a function may keep it in another part."""
        top = module.partition(".")[0]
        return (top,) if top in STDLIB else ()

    def changed_sizes(self) -> "list[tuple[Place, int, int]]":
        """What has become larger or smaller since the last time, with the size before and now."""
        changed: list[tuple[Place, int, int]] = []
        for piece, things in enumerate(self.things):
            before, sizes = self.sizes[piece], [*map(len, things)]
            if sizes != before:
                self.sizes[piece] = sizes
                places = self.places[piece * PIECE : (piece + 1) * PIECE]
                changed += [row for row in zip(places, before, sizes) if row[1] != row[2]]  # noqa: B905
        return changed

    def is_news(self, place: "Place", name: object, is_stored: bool) -> bool:
        """
        Whether a name that a namespace has now is somebody's doing; what it stands for is watched from now on.
        is_stored: code of the module that is looked at stores it.
        """
        is_sure = is_stored and place.kind is not None
        if not is_sure and (self.is_private(name) or self.adds_by_itself(place, str(name))):
            return False
        value = place.thing[name]
        self.add_value(place.module, (*place.path, str(name)), value, 0)
        index = self.scalars if place.path and identity(type(value)) in SCALARS else self.by_name
        places = index.setdefault(str(name), [])
        position = len(places)
        while position and places[position - 1].number > place.number:  # their numbers grow
            position -= 1
        places.insert(position, place)
        return True

    def adds_by_itself(self, place: "Place", name: str) -> bool:
        """Whether a name that is new came in because somebody asked for it: a submodule, a cached property."""
        kind = place.kind
        if kind is not None:
            by_name = self.find(kind, name)
            is_made = by_name is not None and type(by_name) is not FUNCTION and hasattr(type(by_name), "__get__")
            if is_made or self.find(kind, "__getattr__") is not None:
                return True
        return not place.path and ("__getattr__" in place.thing or f"{place.module}.{name}" in sys.modules)

    def is_queue(self, path: tuple[str, ...]) -> bool:
        """Whether a container is one that things are taken from in order to deal with them, by its name."""
        return any(self.is_private(name) or self.kinds_of_places.has_part(name, QUEUES) for name in path)

    def entries(self, place: "Place", known: int) -> "list[Any]":
        """
        What is in a container behind as many as were known, of a dictionary as key and value; containers in it are
        watched from now on.
        """
        thing = place.thing
        if not place.is_sequence:
            items = [*place.base.items(thing)][known:]
            for _, value in items:
                if type(value) in CONTAINERS:
                    self.add(self.place(place.module, place.path, value, False))
            return items
        before = set(place.entries)
        values = place.values()
        place.entries = tuple(map(identity, values))
        return [entry for entry in values if identity(entry) not in before]

    def public_name(self, module: str, path: tuple[str, ...]) -> str:
        """
        The shortest dotted name of something: json.JSONEncoder, which json.encoder defines, and json has too.

        Of what an object keeps inside, such as os.environ._data, it is the object's.
        """
        path = (*path[:1], *(part for part in path[1:] if part != WRAPPED))
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
