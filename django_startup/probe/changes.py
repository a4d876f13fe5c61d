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


class Changes:
    """Finds what the body of a module has changed in others."""

    def __init__(self, recorder: "Any", own: "Any", state: "Any", atexit: "Any") -> None:
        """own tells the project's files, see executed.py; state is a SharedState."""
        self.recorder = recorder
        self.own = own
        self.state = state
        self.callbacks = atexit._ncallbacks
        self.exits = self.callbacks()
        self.stdlib = sys.stdlib_module_names
        self.known: set[tuple[str, str]] = set()

    def group(self, module: str) -> str:
        """What a module is one with: the first part of its name, "" for the standard library."""
        first = module.partition(".")[0]
        return "" if first in self.stdlib else first

    def look(self, body: "Body") -> None:
        """What has changed since the last time is the doing of a body."""
        body.has_run_others = False
        for place, old, new in self.state.changed_sizes():
            if self.is_inside(body, place):
                continue
            if place.is_namespace:
                for name in [name for name in [*place.thing][old:] if self.state.is_news(place, name)]:
                    value = place.thing[name]
                    is_stored = any(name == stored for _, stored, _ in body.names)
                    if is_stored or self.is_foreign(body, place, [value], False):
                        self.note(body, place, (*place.path, name))
            elif new > old:
                entries = [
                    entry for entry in self.state.entries(place, old) if not self.is_about_own(body, place, entry)
                ]
                if entries and (place.is_sequence or self.is_foreign(body, place, entries, True)):
                    self.note(body, place, place.path)
        self.look_at_exits(body)

    def look_at_exits(self, body: "Body") -> None:
        """What a body has added to that runs at exit."""
        exits = self.callbacks()
        if exits > self.exits:
            self.emit(body, "atexit", "what runs at exit")
        self.exits = exits

    def forget_exits(self) -> None:
        """What has been added by now is nobody's doing."""
        self.exits = self.callbacks()

    def compare(self, body: "Body") -> None:
        """What the code of a body has replaced, since it began to run."""
        for place, name, before in body.names:
            value = place.thing.get(name)
            if id(value) != before and not self.is_inside(body, place) and self.is_foreign(body, place, [value], True):
                self.note(body, place, (*place.path, name))
        for place, identities in body.mappings:
            if not self.is_inside(body, place):
                values = zip([*place.thing.values()], identities)  # noqa: B905
                replaced = [value for value, old in values if id(value) != old]
                if replaced and self.is_foreign(body, place, replaced, False):
                    self.note(body, place, place.path)

    def is_inside(self, body: "Body", place: "Any") -> bool:
        """Whether something belongs to the module itself, or came in with it as another part of its package."""
        if place.module == body.name or not body.is_watched:
            return True
        is_new = place.number >= body.known and self.group(place.module) == self.group(body.name)
        return is_new and not self.is_own(body)

    def is_own(self, body: "Body") -> bool:
        return bool(self.own.has(str(self.state.attribute(body.name, "__file__"))))

    def is_foreign(self, body: "Body", place: "Any", values: "list[Any]", otherwise: bool) -> bool:
        """
        Whether some of values come from elsewhere than what has them: a module that keeps its own there has a cache.

        otherwise: what it is where none of them tell where they come from, as numbers and strings.
        """
        origins = set(self.state.origins(values))
        if not origins:
            return otherwise
        first = self.group(place.module)
        if self.group(body.name) == first:
            return origins != {place.module}
        return {self.group(origin) for origin in origins} != {first}

    def is_about_own(self, body: "Body", place: "Any", entry: "Any") -> bool:
        """Whether an entry is there for classes of the module alone: nobody has one of these without importing it."""
        if self.group(place.module):
            return False
        classes = [part for part in (entry if type(entry) is tuple else ()) if issubclass(type(part), type)]
        return bool(classes) and {self.group(origin) for origin in self.state.origins(classes)} == {
            self.group(body.name)
        }

    def note(self, body: "Body", place: "Any", path: tuple[str, ...]) -> None:
        """Something was changed. The private parts of others that packages change are caches: use fills them."""
        if self.is_own(body) or not any(part.startswith("_") for part in path):
            self.emit(body, place.module, self.state.public_name(place.module, path))

    def emit(self, body: "Body", module: str, name: str) -> None:
        if body.is_watched and (body.name, name) not in self.known:
            self.known.add((body.name, name))
            self.recorder.emit(("H", body.name, module, name))
