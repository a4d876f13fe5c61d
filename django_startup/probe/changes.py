"""
What imports do to modules that were there before: registries that grow, attributes that are replaced. For the evidence
boot only.

bodies.py says when to look. The state of others is looked at: how large their namespaces and containers are, and the
attributes that the module's own code stores. What has changed is the doing of the module whose body has run. The
standard library changes itself only.

Each change leaves a record "H", once.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from django_startup.probe.bodies import Body


FUNCTION = type(lambda: None)
PROCESS = "sys"  # the module that what no module keeps is put down to: there is no boot without it


class Changes:
    """Finds what the body of a module has changed in others."""

    def __init__(
        self, recorder: "Any", own: "Any", state: "Any", process: "Any", snapshots: "Any", table: "Any"
    ) -> None:
        """
        own tells the project's files, see executed.py; state is a SharedState, process a ProcessState, snapshots and
        table the modules, module_table the latter.
        """
        self.recorder = recorder
        self.own = own
        self.state = state
        self.snapshots = snapshots
        self.process = process
        self.table = table.ModuleTable(state)
        self.entries, self.changed_entries = table.entries, table.changed
        self.stdlib = sys.stdlib_module_names
        self.known: set[tuple[str, str]] = set()

    def snapshot(self) -> "Any":
        return self.snapshots.Snapshot(self.state)

    def group(self, module: str) -> str:
        """What a module is one with: the first part of its name, "" for the standard library."""
        first = module.partition(".")[0]
        return "" if first in self.stdlib else first

    def look(self, body: "Body", at_loggers: bool) -> None:
        """What has changed since the last time is the doing of a body. at_loggers: so is what loggers have become."""
        body.has_run_others = False
        for place, old, new in self.state.changed_sizes():
            if place.is_quiet:
                continue
            # What is nobody's doing is watched from now on like the rest.
            is_seen = not self.is_inside(body, place)
            if place.is_namespace:
                for name in [*place.thing][old:]:
                    value = place.thing[name]
                    is_sure = self.is_own(body) and self.is_set(body, place, name)
                    if not self.state.is_news(place, name, is_sure) or not is_seen:
                        continue
                    is_stored = body.stores(place, name) and not self.is_count(body, name, value)
                    is_told = is_sure or (is_stored and not place.is_deep)
                    if is_told or self.is_foreign(body, place, [value], False):
                        self.note(body, place, (*place.path, name))
            elif new > old:
                entries = [
                    entry for entry in self.state.entries(place, old) if not self.is_about_own(body, place, entry)
                ]
                if not place.is_sequence:
                    entries = [part for item in entries for part in item]
                if is_seen and entries and self.is_told(body, place, entries):
                    self.note(body, place, place.path)
            elif is_seen and new < old and self.is_removal(body, place):
                self.note(body, place, place.path)
        for current, name, values in self.state.current.changes():
            place = self.state.place(current.module, current.path, {}, True)
            if not self.is_inside(body, place) and (body.sets(name) or self.is_foreign(body, place, values, True)):
                self.note(body, place, place.path)
        self.look_at_process(body)
        for name in self.process.changed_loggers(self.one_with(body)) if at_loggers else ():
            self.emit_of_process(body, name)

    def is_told(self, body: "Body", place: "Any", entries: "list[Any]") -> bool:
        """Whether entries that have come into a container are somebody's doing, and no cache's."""
        if self.is_meant(body, place):
            return True
        is_sequence = place.is_sequence and not place.is_deep
        if is_sequence or self.is_foreign(body, place, entries, not place.is_inner):
            return True
        is_public = not any(name.startswith("_") for name in place.path)
        return is_public and not self.group(place.module) and self.is_own(body)

    def is_meant(self, body: "Body", place: "Any") -> bool:
        """Whether a body of the project's says that it changes a place behind others."""
        return place.is_deep and not body.changed.isdisjoint((*place.path, place.name))

    def is_removal(self, body: "Body", place: "Any") -> bool:
        """Whether what is gone from a container was removed, and not dealt with."""
        if place.is_deep and place.base is not dict:
            return self.is_meant(body, place)
        return (self.is_own(body) or not place.is_deep) and not self.state.is_queue(place.path)

    def look_at_process(self, body: "Body") -> None:
        """What a body has changed that no module keeps."""
        for name in self.process.changes():
            self.emit_of_process(body, name)
        for name in self.table.added():
            if self.is_entry_for_others(body, name):
                self.emit_of_process(body, f'sys.modules["{name}"]')

    def is_entry_for_others(self, body: "Body", name: str) -> bool:
        """
        Whether a name that a body has put into sys.modules is one that others may import without it. Compiled code puts
        modules of its own there, which have no spec, or that of a compiled module of the same package: Cython's.
        """
        if f"{name}.".startswith(f"{body.name}."):
            return False
        if body.code is not None and self.is_own(body):
            return not name.startswith("_")
        is_of_others = self.group(name) not in ("", self.group(body.name))
        spec = self.state.attribute(name, "__spec__")
        return is_of_others and spec is not None and self.group(compiled_module(spec)) != self.group(body.name)

    def compare(self, body: "Body") -> None:
        """What a body has replaced or removed since the last time."""
        for name in self.changed_entries(body.entries, body.name):
            self.emit_of_process(body, f'sys.modules["{name}"]')
        for difference in body.snapshot.differences():
            place, name = difference.place, difference.name
            if name is not None and difference.values:
                self.state.add_value(place.module, (*place.path, name), difference.values[0], 1)
            if self.is_inside(body, place):
                continue
            if name is not None:
                if self.is_replaced(body, difference):
                    self.note(body, place, (*place.path, name))
            elif difference.is_less and self.is_removal(body, place):
                self.note(body, place, place.path)
            elif difference.values:
                # One number that has changed is a counter.
                is_count = len(difference.values) == 1 and self.is_counter(body, place, difference.values[0])
                tells = not is_count and (place.is_sequence or body.snapshot.stores_items)
                if self.is_meant(body, place) or self.is_foreign(body, place, difference.values, tells):
                    self.note(body, place, place.path)

    def is_replaced(self, body: "Body", difference: "Any") -> bool:
        """Whether what a name stands for was replaced or removed by others than the module that has it."""
        place, name = difference.place, difference.name
        is_stored = self.is_set(body, place, name) if place.is_deep else body.stores(place, name)
        if not is_stored and (self.state.is_private(name) or self.state.adds_by_itself(place, name)):
            return False
        if difference.is_less:
            return True
        if self.is_count(body, name, difference.values[0]):
            return False
        if difference.was_none and not is_stored and self.group(body.name) == self.group(place.module):
            return False  # something that is made when it is first asked for
        is_sure = is_stored if place.is_deep else name in body.snapshot.stored_here
        return is_sure or self.is_foreign(body, place, difference.values, is_stored)

    def is_set(self, body: "Body", place: "Any", name: str) -> bool:
        """Whether the code of a body is sure to mean what it stores by a name."""
        if not place.is_deep:
            return body.stores_first(name)
        return body.sets(name) if place.is_current else body.stores_here(name)

    def is_count(self, body: "Body", name: str, value: object) -> bool:
        """Whether a name stands for a number that functions count with: code of the module itself does not set it."""
        return type(value) is int and name not in body.snapshot.stored_here

    def is_counter(self, body: "Body", place: "Any", value: object) -> bool:
        """Whether a number in a container is one that is counted with, and no flag that the module's own code sets."""
        is_flag = type(value) is bool and not body.changed.isdisjoint(place.path)
        return bool(self.state.is_number(value)) and not is_flag

    def is_inside(self, body: "Body", place: "Any") -> bool:
        """Whether something belongs to the module itself, or came in with it as another part of its package."""
        if place.module == body.name or not body.is_watched:
            return True
        is_new = place.number >= body.known and self.group(place.module) == self.group(body.name)
        return is_new and not self.is_own(body)

    def one_with(self, body: "Body") -> str:
        """What has the same loggers as a body: a package all of its own, of the project each module its own."""
        return body.name if self.is_own(body) else self.group(body.name)

    def is_own(self, body: "Body") -> bool:
        file = self.state.attribute(body.name, "__file__") if body.code is None else body.code.co_filename
        return type(file) is str and bool(self.own.has(file))

    def is_foreign(self, body: "Body", place: "Any", values: "list[Any]", otherwise: bool) -> bool:
        """
        Whether some of values come from elsewhere than what has them: a module that keeps its own there has a cache.

        otherwise: what it is where none of them tell where they come from, as numbers and strings.
        """
        origins = set(self.state.origins(values))
        if place.is_deep:  # what was made for the body is there, too
            return self.is_own(body) and (body.name in origins or self.is_function_handed_over(body, values))
        if not origins:
            return otherwise
        first = self.group(place.module)
        if self.group(body.name) == first:
            return origins != {place.module}
        return {self.group(origin) for origin in origins} != {first} or self.is_handed_over(body, values)

    def is_handed_over(self, body: "Body", values: "list[Any]") -> bool:
        """Whether the project's code names one of values, or its class: no cache has put that there by itself."""
        return self.is_own(body) and not body.read.isdisjoint(self.state.names_of(values))

    def is_function_handed_over(self, body: "Body", values: "list[Any]") -> bool:
        functions = [value for value in values if type(value) is FUNCTION]
        return self.is_handed_over(body, functions)

    def is_about_own(self, body: "Body", place: "Any", entry: "Any") -> bool:
        """Whether an entry is there for classes of the module alone: nobody has one of these without importing it."""
        if self.group(place.module):
            return False
        parts = entry if type(entry) is tuple else ()
        classes = [part for part in (parts if place.is_sequence else parts[:1]) if issubclass(type(part), type)]
        return bool(classes) and {self.group(origin) for origin in self.state.origins(classes)} == {
            self.group(body.name)
        }

    def note_made(self, body: "Body", place: "Any", changed: str) -> None:
        """A place is new that was made when a body asked for it: what its code changes there is its doing."""
        if not self.is_inside(body, place):
            if place.base is dict and changed in place.thing:
                self.note(body, place, (*place.path, changed))
            elif changed in (*place.path, place.name):
                self.note(body, place, place.path)

    def note(self, body: "Body", place: "Any", path: tuple[str, ...]) -> None:
        """Something was changed. The private parts of others that packages change are caches: use fills them."""
        if self.is_own(body) or not any(part.startswith("_") for part in path):
            self.emit(body, place.module, self.state.public_name(place.module, path))

    def emit_of_process(self, body: "Body", name: str) -> None:
        """Something has changed that no module keeps."""
        self.emit(body, PROCESS, name)

    def emit(self, body: "Body", module: str, name: str) -> None:
        if body.is_watched and (body.name, name) not in self.known:
            self.known.add((body.name, name))
            self.recorder.emit(("H", body.name, module, name))


def compiled_module(spec: object) -> str:
    """The name of the compiled module that a spec is of; empty for any other."""
    bootstrap: Any = sys.modules["_frozen_importlib"]
    loaders: Any = sys.modules["_frozen_importlib_external"]
    if type(spec) is not bootstrap.ModuleSpec or type(spec.loader) is not loaders.ExtensionFileLoader:  # type: ignore[attr-defined]
        return ""
    return str(spec.name)  # type: ignore[attr-defined]
