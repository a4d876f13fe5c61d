"""
What a module may get at through the names that its code has from others: AdminSite behind admin.site, the lists of the
engine behind engines["django"]. For the evidence boot only.

Of the project's modules alone: there are few, and what their code says is looked at before and after.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import CodeType
    from typing import Any

    from django_startup.probe.chains import Chains
    from django_startup.probe.places import Place
    from django_startup.probe.shared_state import SharedState

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for
FUNCTION, MODULE = type(lambda: None), type(sys)
SLOT = type(vars(FUNCTION)["__globals__"])
MOST_FUNCTIONS = 10  # of one name
DEPTH = 6  # how many objects are between a name and what is looked at, at most
MOST_THINGS = 300  # behind one name
NOTHING = object()


class Reachable:
    """Watches more of what is behind the names of a module."""

    def __init__(self, state: "SharedState", reach: "Any", chains: "Chains", local: "Any", variable: "Any") -> None:
        """
        reach is the Reach, which knows the project's functions; local and variable are the classes of what each thread
        has of its own, and each task.
        """
        self.state = state
        self.reach = reach
        self.reader = reach.reader
        self.chains = chains
        self.local = local
        self.variable = variable
        self.modules: dict[str, tuple[str, CodeType]] = {}
        self.bound: dict[str, dict[str, tuple[str, str]]] = {}

    def add(self, module: str, code: "CodeType") -> None:
        """The code of a module of the project."""
        self.modules[code.co_filename] = module, code

    def of(self, code: "CodeType") -> "list[tuple[str, str, str, tuple[str, ...], str]]":
        """
        What the code of a module changes of what it imports, while it is imported, with the functions of the project
        that it calls: the module whose code it is, the module and the attribute that this has a name from, the names
        that follow, and what is changed, as Chains has it.
        """
        parts = [*self.reader.run_at_import(code)]
        called = {name for part in parts for name in part.co_names}.intersection(self.reach.own_functions)
        functions = [self.reach.own_functions[name] for name in called]
        parts += [part for each in functions if len(each) <= MOST_FUNCTIONS for part in each]
        found = {(part.co_filename, *each) for part in parts for each in self.chains.of(part)}
        return [
            (self.modules[file][0], *self.bound_in(file)[names[0]], names[1:], changed)
            for file, names, changed in sorted(found)
            if names[0] in self.bound_in(file)
        ]

    def bound_in(self, file: str) -> "dict[str, tuple[str, str]]":
        """The names that a module has by its imports."""
        if file not in self.bound:
            self.bound[file] = self.chains.bound(self.modules[file][1])
        return self.bound[file]

    def watch(self, own: str, module: str, attribute: str, names: "tuple[str, ...]") -> "list[Place] | None":
        """Watch what a module, own, may get at by a chain; what is new of it. None: it is not imported yet."""
        found = self.resolve(own, module, attribute)
        if found is None:
            return None
        thing = self.follow(*found, names)
        return [] if thing is None else [*self.behind(*thing)]

    def resolve(self, own: str, module: str, attribute: str) -> "tuple[str, tuple[str, ...], Any] | None":
        """The module, path in it and value that an import statement in a module, own, binds; None if not loaded."""
        modules: Any = sys.modules
        above = own.split(".")
        prefixes = [".".join(above[:count]) for count in range(len(above), 0, -1)]
        for name in (module, *(f"{prefix}.{module}" if module else prefix for prefix in prefixes)):
            if name in modules:
                if not attribute:
                    name = name.partition(".")[0]
                    return name, (), modules.get(name)
                names = self.state.attributes(modules[name])
                if attribute in names:
                    return name, (attribute,), names[attribute]
                inner = f"{name}.{attribute}"
                if inner in modules or f".{name}".endswith(f".{attribute}"):  # import a.b as c
                    name = inner if inner in modules else name
                    return name, (), modules[name]
        return None

    def follow(
        self, module: str, path: tuple[str, ...], value: "Any", names: tuple[str, ...]
    ) -> "tuple[str, tuple[str, ...], Any] | None":
        """What names lead to from a value, as far as they do without running code; None for what is no object."""
        state = self.state
        for name in names:
            kind = type(value)
            if issubclass(kind, type):
                found = state.find(value, name)
            else:
                found = state.attributes(value).get(name)
            if kind is MODULE:
                module, path = state.attributes(value).get("__name__", module), ()
            if found is None or (type(found) is FUNCTION and kind is not MODULE):
                break
            value, path = found, (*path, name)
        return None if not path or issubclass(type(value), (type, MODULE)) else (module, path, value)

    def behind(self, module: str, path: tuple[str, ...], value: "Any") -> "Iterator[Place]":
        """Watch a thing and what it has, and what that has; which was not watched before."""
        state = self.state
        known = {identity(value)}
        waiting: list[tuple[tuple[str, ...], object, Any, int]] = [(path, path[-1], value, DEPTH)]
        while waiting and len(known) < MOST_THINGS:
            path, name, value, depth = waiting.pop(0)
            place, entries = self.contents(module, path, value)
            if place is not None:
                place.name = name.lstrip("_") if type(name) is str else ""
                if state.add_deep(place):
                    yield place
            for name, entry in entries if depth else ():
                is_plain = identity(type(entry)) in state.plain or (type(name) is str and state.is_private(name))
                if not is_plain and identity(entry) not in known:
                    known.add(identity(entry))
                    is_shown = type(name) is str and name.isidentifier() and not name.startswith("_")
                    waiting.append(((*path, str(name)) if is_shown else path, name, entry, depth - 1))

    def contents(
        self, module: str, path: tuple[str, ...], value: "Any"
    ) -> "tuple[Place | None, list[tuple[object, Any]]]":
        """The place that a thing is, and what is in it by name; None for what has nothing of interest."""
        state, kind = self.state, type(value)
        is_container, is_object, _ = state.kinds.get(identity(kind)) or state.find_out(kind)
        if is_container:
            place = state.place(module, path, value, False)
            if len(value) > state.kinds_of_places.MOST_ENTRIES:
                return None, []
            values = place.values()
            keys = [None] * len(values) if place.is_sequence else [*place.base.keys(value)]
            return place, [*zip(keys, values)]  # noqa: B905
        if kind is self.variable:
            return None, [(None, value.get(None))]
        if kind is self.local:
            names = vars(value)
        elif issubclass(kind, (type, MODULE)) or not (is_object or kind is FUNCTION):
            return None, [*enumerate(value)] if kind is tuple else []
        else:
            names = state.attributes(value)
            if state.find(kind, "__dict__") is None:
                return None, [*slots(kind, value)]
        return state.place(module, path, names, True, kind), [*names.items()]


def slots(kind: "Any", value: "Any") -> "Iterator[tuple[None, Any]]":
    """What a thing has that has no names of its own."""
    for descriptor in type.__dict__["__dict__"].__get__(kind).values():
        if type(descriptor) is SLOT:
            try:
                yield None, descriptor.__get__(value)
            except AttributeError:  # nothing
                continue
