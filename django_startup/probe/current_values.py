"""
Values of the current thread or task that modules keep: context variables, threading.local(), and the Local of asgiref,
in which Django has its language, time zone and URLconf. For the evidence boot only.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from django_startup.probe.shared_state import SharedState

identity = object.__hash__  # id() raises an audit event, which every hook of the program is called for
NOTHING = object()


class Current:
    """One context variable, or what asgiref keeps in one; path leads to it from a module."""

    __slots__ = ("is_storage", "known", "module", "path", "variable")

    def __init__(self, module: str, path: tuple[str, ...], variable: "Any", is_storage: bool) -> None:
        self.module = module
        self.path = path
        self.variable = variable
        self.is_storage = is_storage
        self.known: dict[str, Any] = {}


class CurrentValues:
    """local and variable are the classes threading.local and ContextVar."""

    def __init__(self, state: "SharedState", local: "Any", variable: "Any") -> None:
        self.state = state
        self.local = local
        self.variable = variable
        self.watched: list[Current] = []
        self.values: list[Any] = []  # kept: another may have the identity of one that is gone

    def add(self, module: str, path: tuple[str, ...], value: "Any", defined: str) -> bool:
        """Watch a value if it is one of these kinds; whether it is."""
        kind = type(value)
        if kind is self.variable:
            self.watch(Current(module, path, value, False))
        elif kind is self.local:
            place = self.state.place(module, path, vars(value), True, kind)
            place.is_current = True
            self.state.add_deep(place)
        elif defined == "asgiref" and "_storage" in self.state.attributes(value):
            storage = self.state.attributes(value)["_storage"]
            variable = self.state.attributes(storage).get("_data")
            if type(variable) is self.variable:
                self.watch(Current(module, path, variable, True))
            else:
                self.add(module, path, storage, "")
        else:
            return False
        self.state.seen.add(identity(value))
        return True

    def watch(self, current: Current) -> None:
        value = current.variable.get(NOTHING)
        current.known = self.read(current, value)
        self.watched.append(current)
        self.values.append(value)

    def read(self, current: Current, value: "Any") -> "dict[str, Any]":
        """What a variable stands for, by name where it keeps several."""
        if value is NOTHING:
            return {}
        if not current.is_storage:
            return {"": value}
        data = self.state.find(type(value), "data")  # from asgiref 3.12 on a _Storage, a dictionary before
        names = value if data is None else data.__get__(value)
        return dict(names) if type(names) is dict else {}

    def changes(self) -> "Iterator[tuple[Current, str, list[Any]]]":
        """What has changed since the last time: the name in a variable, and the values that it has now."""
        now = [current.variable.get(NOTHING) for current in self.watched]
        before, self.values = self.values, now
        for current, old, value in zip(self.watched, before, now):  # noqa: B905
            if old is not value:
                names = self.read(current, value)
                known, current.known = current.known, names
                for name in {**known, **names}:
                    if names.get(name, NOTHING) is not known.get(name, NOTHING):
                        yield current, name, [names[name]] if name in names else []
