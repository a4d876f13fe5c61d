"""
What imports do to modules that were there before: registries that grow, attributes that are replaced. For the evidence
boot only.

Before and after the body of each module that could move, the state of the others is looked at: how large their
namespaces and containers are, and the attributes that the module's own code stores. What has changed is its doing. The
modules of a package are one with the first of them that is imported, and the standard library changes itself only.

Each change leaves a record "H", once.
"""

import sys
from _thread import get_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

FRAMES = 20  # between a module's body and the hook that its import statement ends in, at most


class Body:
    """
    An import under way that could move, or one of the standard library, or an app's ready(), which are not watched.

    Attributes:
        code: The code of the module; None where there is none in Python, or not yet.
        seen_until: The offset in it up to which its doing is known.
        known: How many places were watched before it.
        has_run_others: Modules of the same package have been imported since.
        names, mappings: What its own code may replace, as it was before: see SharedState.named() and mappings().
    """

    def __init__(self, span: int, name: str, is_watched: bool, known: int) -> None:
        self.span = span
        self.name = name
        self.is_watched = is_watched
        self.code: CodeType | None = None
        self.seen_until = 0
        self.has_run_others = False
        self.known = known
        self.names: list[tuple[Any, str, int]] = []
        self.mappings: list[tuple[Any, tuple[int, ...]]] = []


class Changes:
    """Notes what imports do to others, for one thread."""

    def __init__(self, recorder: "Any", own: "Any", state: "Any", reader: "Any", atexit: "Any") -> None:
        """own tells the project's files, see executed.py; state is a SharedState, reader the module stored_names."""
        self.recorder = recorder
        self.own = own
        self.state = state
        self.reader = reader
        self.callbacks = atexit._ncallbacks
        self.exits = self.callbacks()
        self.standard = 0  # the span of an import of the standard library's
        self.stdlib = sys.stdlib_module_names
        self.thread = get_ident()
        self.bodies = [Body(0, "", False, 0)]  # what runs outside of all imports
        self.known: set[tuple[str, str]] = set()
        self.has_failed = False
        self.arrivals = {"mimetypes": self.wrap_mimetypes}
        self.resident: Any = None
        self.held = 0  # bytes of memory that are ours

    def wrap_mimetypes(self, module: "Any") -> None:
        """The first call fills the tables too, so that they do not show what else it adds."""
        add_type = module.add_type
        note = self.guarded(lambda: self.emit(self.bodies[-1], "mimetypes", "mimetypes.types_map"))

        def noted_add_type(*args: object, **kwargs: object) -> None:
            add_type(*args, **kwargs)
            note()

        module.add_type = noted_add_type

    def start(self, disguised: "Callable[..., Any]") -> None:
        """Begin to watch: what is loaded by now, and every import from now on."""
        recorder, begin, end = self.recorder, self.recorder.begin, self.recorder.end
        on_begin, on_end = self.guarded(self.on_begin), self.guarded(self.on_end)

        def watched_begin(kind: str, name: str, file: str = "", line: int = 0, importer: str = "") -> int:
            span: int = begin(kind, name, file, line, importer)
            if kind in ("import", "ready"):
                on_begin(span, kind, name, file, importer)
            return span

        def watched_end(span: int, failed: int = 0) -> None:
            end(span, failed)
            if span in (self.bodies[-1].span, self.standard):
                on_end(span)

        self.resident = recorder.resident
        self.guarded(self.state.add_new_modules)()
        recorder.begin, recorder.end = watched_begin, watched_end
        recorder.resident = self.resident and self.resident_of_others
        loader: Any = sys.modules["_frozen_importlib_external"].SourceLoader
        loader.get_code = disguised(self.keeping(loader.get_code))

    def resident_of_others(self) -> int:
        """Resident memory without what is kept here."""
        resident: int = self.resident()
        return max(0, resident - self.held)

    def keeping(self, get_code: "Callable[..., Any]") -> "Callable[..., Any]":
        """A loader's get_code that says which code is about to run."""
        on_code = self.guarded(self.on_code)

        def kept_get_code(loader: object, name: str) -> "Any":
            code = get_code(loader, name)
            on_code(name, code)
            return code

        return kept_get_code

    def on_code(self, name: str, code: "CodeType | None") -> None:
        """The body of a module is about to run. What it may replace is looked at as it is."""
        body = self.bodies[-1]
        if code is None or not body.is_watched:
            return
        if body.name == name:
            body.code = code
        body.names += self.state.named(self.reader.stored_names(code, body.name == name))
        if body.name == name and self.reader.stores_items(code):
            body.mappings = self.state.mappings()

    def guarded(self, watch: "Callable[..., None]") -> "Callable[..., None]":
        """
        A method that may not break the project's import, and counts in no figure. Where it cannot go on, nothing is
        known about changes.
        """
        recorder = self.recorder

        def guarded_watch(*args: object) -> None:
            if self.has_failed or get_ident() != self.thread:
                return
            calls, before = recorder.calls, 0 if self.resident is None else self.resident()
            try:
                watch(*args)
            except Exception as error:
                self.has_failed = True
                recorder.emit(("X", "changes", f"{type(error).__name__}: {error}"))
            recorder.calls = calls
            self.held += 0 if self.resident is None else max(0, self.resident() - before)

        return guarded_watch

    def on_begin(self, span: int, kind: str, name: str, file: str, importer: str) -> None:
        """An import or a ready() begins."""
        group, around = self.group(name), self.bodies[-1]
        if kind == "ready" or group:
            is_inside = group == self.group(importer) == self.group(around.name) and kind == "import"
            if is_inside and not self.own.has(file):
                around.has_run_others = True
                return
            if not self.has_done_nothing(around):
                self.look(around)
            self.bodies.append(Body(span, name, kind == "import", len(self.state.places)))
        elif not self.standard:
            self.look_at_exits(around)
            self.standard = span

    def on_end(self, span: int) -> None:
        """An import or a ready() ends."""
        if span == self.standard:
            self.standard = 0
            self.exits = self.callbacks()
        if self.bodies[-1].span != span:
            return
        body = self.bodies.pop()
        if body.code is None or body.has_run_others or not self.reader.is_harmless(body.code, body.seen_until, None):
            self.look(body)
            self.compare(body)
        self.state.add_new_modules()

    def group(self, module: str) -> str:
        """What a module is one with: the first part of its name, "" for the standard library."""
        first = module.partition(".")[0]
        return "" if first in self.stdlib else first

    def has_done_nothing(self, body: Body) -> bool:
        """Whether the body of a module, which imports something now, has done nothing else since it was looked at."""
        if body.code is None or body.has_run_others:
            return False
        frame: Any = sys._getframe()
        depth = 0
        while frame is not None and depth < FRAMES:
            if frame.f_code is body.code:
                start, body.seen_until = body.seen_until, frame.f_lasti
                return bool(self.reader.is_harmless(body.code, start, frame.f_lasti))
            frame = frame.f_back
            depth += 1
        return False

    def look(self, body: Body) -> None:
        """What has changed since the last time is the doing of a body."""
        body.has_run_others = False
        for place, old, new in self.state.changed_sizes():
            if self.is_inside(body, place):
                continue
            if place.is_namespace:
                for name in [name for name in [*place.thing][old:] if self.state.is_news(place, name)]:
                    value = place.thing[name]
                    if name in {stored for _, stored, _ in body.names} or self.is_foreign(body, place, [value], False):
                        self.note(body, place, (*place.path, name))
            elif new > old:
                entries = [
                    entry for entry in self.state.entries(place, old) if not self.is_about_own(body, place, entry)
                ]
                if entries and (place.is_sequence or self.is_foreign(body, place, entries, True)):
                    self.note(body, place, place.path)
        self.look_at_exits(body)

    def look_at_exits(self, body: Body) -> None:
        """What a body has added to that runs at exit."""
        exits = self.callbacks()
        if exits > self.exits:
            self.emit(body, "atexit", "what runs at exit")
        self.exits = exits

    def compare(self, body: Body) -> None:
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

    def is_inside(self, body: Body, place: "Any") -> bool:
        """Whether something belongs to the module itself, or came in with it as another part of its package."""
        if place.module == body.name or not body.is_watched:
            return True
        is_new = place.number >= body.known and self.group(place.module) == self.group(body.name)
        return is_new and not self.is_own(body)

    def is_own(self, body: Body) -> bool:
        return bool(self.own.has(str(self.state.attribute(body.name, "__file__"))))

    def is_foreign(self, body: Body, place: "Any", values: "list[Any]", otherwise: bool) -> bool:
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

    def is_about_own(self, body: Body, place: "Any", entry: "Any") -> bool:
        """Whether an entry is there for classes of the module alone: nobody has one of these without importing it."""
        if self.group(place.module):
            return False
        classes = [part for part in (entry if type(entry) is tuple else ()) if issubclass(type(part), type)]
        return bool(classes) and {self.group(origin) for origin in self.state.origins(classes)} == {
            self.group(body.name)
        }

    def note(self, body: Body, place: "Any", path: tuple[str, ...]) -> None:
        """Something was changed. The private parts of others that packages change are caches: use fills them."""
        if self.is_own(body) or not any(part.startswith("_") for part in path):
            self.emit(body, place.module, self.state.public_name(place.module, path))

    def emit(self, body: Body, module: str, name: str) -> None:
        if body.is_watched and (body.name, name) not in self.known:
            self.known.add((body.name, name))
            self.recorder.emit(("H", body.name, module, name))
