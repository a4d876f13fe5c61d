"""
Which module's body is running, and when to look at what it has changed in others. For the evidence boot only.

Before and after the body of each module that could move changes.py looks at the others: of the project's modules, and
of what they import. What Django imports by itself is there in any case. The modules of a package are one with the first
of them that is imported.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from django_startup.probe.changes import Changes
    from django_startup.probe.observer_costs import ObserverCosts
    from django_startup.probe.places import Place

STEPS = 3  # how far calls are followed, by name
FRAMES = 20  # between a module's body and the hook that its import statement ends in, at most


class Body:
    """
    An import under way that could move, or one of the standard library, or an app's ready(), which are not watched.

    Attributes:
        code: The code of the module; None where there is none in Python, or not yet.
        seen_until: The offset in it up to which its doing is known.
        known: How many places were watched before it.
        is_active: What it does is looked at: it is the project's, or imported by something that is.
        has_run_others: Modules of the same package have been imported since.
        snapshot: What its code may get at, as it was before; None where it changes nothing.
        entries: sys.modules as it was, if code of the project's names it.
        reaches: How code of the project's gets at what it changes of others, see reachable.py; changed: what that is.
    """

    def __init__(self, span: int, name: str, is_watched: bool, known: int, is_active: bool) -> None:
        self.span = span
        self.name = name
        self.is_watched = is_watched
        self.is_active = is_active
        self.code: CodeType | None = None
        self.seen_until = 0
        self.has_run_others = False
        self.known = known
        self.snapshot: Any = None
        self.entries: dict[str, int] = {}
        self.reaches: list[Any] = []
        self.waiting: list[Any] = []  # those whose module is not there yet
        self.changed: set[str] = set()
        self.read: set[str] = set()  # the names by which it may call something
        self.functions = self.functions_elsewhere = self.methods = 0  # how many were known when it was taken

    def stores(self, place: "Place", name: str) -> bool:
        """Whether its code may store something of others by a name."""
        return self.snapshot is not None and bool(self.snapshot.stores(place, name))

    def stores_first(self, name: str) -> bool:
        """Whether the code of the module itself stores an attribute of others."""
        return self.snapshot is not None and name in self.snapshot.stored_here

    def stores_here(self, name: str) -> bool:
        """Whether it does, or the project's code that it calls."""
        return self.stores_first(name) or name in self.changed

    def sets(self, name: str) -> bool:
        """Whether it does, or calls a function that does nothing else."""
        return self.stores_here(name) or (self.snapshot is not None and name in self.snapshot.set_only)


class Bodies:
    """Follows the imports of one thread. wraps says what to call with which module."""

    def __init__(
        self,
        costs: "ObserverCosts",
        own: "Any",
        changes: "Changes",
        reader: "Any",
        reach: "Any",
        reachable: "Any",
        looks_at_all: bool,
    ) -> None:
        """
        own tells the project's files, see executed.py; reader is the module stored_names, reach a Reach, reachable a
        Reachable. looks_at_all: every body is looked at.
        """
        self.costs = costs
        self.recorder = costs.recorder
        self.own = own
        self.changes = changes
        self.state = changes.state
        self.reader = reader
        self.reach = reach
        self.reachable = reachable
        self.standard = 0  # the span of an import of the standard library's
        self.bodies = [Body(0, "", False, 0, looks_at_all)]  # what runs outside of all imports
        self.names = changes.table.under_way
        self.wraps = changes.process.wraps(self.costs.guarded(self.note_call))

    def note_call(self, name: str) -> None:
        """A call has changed something of the process. What the standard library changes is its own affair."""
        if not self.standard:
            self.changes.emit_of_process(self.bodies[-1], name)

    def start(self, disguised: "Callable[..., Any]") -> None:
        """Begin to watch: what is loaded by now, and every import from now on."""
        recorder, begin, end = self.recorder, self.recorder.begin, self.recorder.end
        on_begin, on_end = self.costs.guarded(self.on_begin, False), self.costs.guarded(self.on_end)
        names, ended = self.names, self.state.ended

        def watched_begin(kind: str, name: str, file: str = "", line: int = 0, importer: str = "") -> int:
            span: int = begin(kind, name, file, line, importer)
            if kind in ("import", "ready"):
                names[span] = name
                on_begin(span, kind, name, file, importer)
            return span

        def watched_end(span: int, failed: int = 0) -> None:
            end(span, failed)
            if span in names:
                ended.append(names.pop(span))
            if span in (self.bodies[-1].span, self.standard):
                on_end(span)

        self.costs.start()
        self.costs.guarded(self.state.add_new_modules)()
        recorder.begin, recorder.end = watched_begin, watched_end
        loader: Any = sys.modules["_frozen_importlib_external"].SourceLoader
        loader.get_code = disguised(self.keeping(loader.get_code))

    def stop(self, note_replaced: "Callable[..., None]", origin: "Callable[..., object]") -> None:
        """The target is reached, or the boot has ended before."""

        def note_rest() -> None:
            self.state.add_new_modules()
            note_replaced(self.changes, origin, self.reach.imports)

        self.costs.guarded(note_rest)()

    def keeping(self, get_code: "Callable[..., Any]") -> "Callable[..., Any]":
        """A loader's get_code that says which code is about to run."""
        on_code = self.costs.guarded(self.on_code)

        def kept_get_code(loader: object, name: str) -> "Any":
            code = get_code(loader, name)
            on_code(name, code)
            return code

        return kept_get_code

    def on_code(self, name: str, code: "CodeType") -> None:
        """The body of a module is about to run. What it may replace is looked at as it is."""
        body = self.bodies[-1]
        self.reach.add(name, code)
        if self.own.has(code.co_filename):
            self.reachable.add(name, code)
        if not body.is_active and body.name == name and self.own.has(code.co_filename):
            self.catch_up()
            body.is_active = True
            body.known = len(self.state.places)
        if body.is_active and body.is_watched and not self.reader.is_harmless(code, 0, None):
            if body.name == name:
                body.code = code
                body.snapshot = self.changes.snapshot()
                body.snapshot.stored_here |= self.reader.stored_names(code, True)
                if self.changes.is_own(body):
                    body.snapshot.stored_first |= self.reader.stored_names(code, False)
                    body.reaches = body.waiting = self.reachable.of(code)
                    body.changed = {changed for *_, changed in body.reaches}
                    self.watch_reachable(body)
                self.widen(body)
            elif body.snapshot is not None:
                body.snapshot.widen(set(), self.reader.stored_names(code, False))
        elif body.name == name:
            body.code = code
        if body.snapshot is not None and not self.changes.is_own(body):
            self.widen_by_calls(body, self.reach.read_at_import(code))

    def watch_reachable(self, body: Body) -> None:
        """Watch what code of the project's may get at in others, as far as they are there."""
        body.waiting = [(*names, changed) for *names, changed in body.waiting if self.reachable.watch(*names) is None]

    def note_made(self, body: Body) -> None:
        """What code of the project's changes in others may have been made when it was asked for."""
        reaches = [reach for reach in body.reaches if reach[0] == body.name]  # functions elsewhere need not have run
        changed = sorted({reach[-1] for reach in reaches} - {""})
        made = [place for *names, _ in reaches if changed for place in self.reachable.watch(*names) or ()]
        for place in made:
            for name in changed:
                self.changes.note_made(body, place, name)

    def widen(self, body: Body) -> None:
        """Take in what has been loaded since the code of a body with a snapshot was last looked at."""
        snapshot, code = body.snapshot, body.code
        added = self.reach.added[body.functions :]
        if not self.changes.is_own(body):  # there are many packages, and few that change others
            snapshot.widen(set(), snapshot.stored_here)
            self.widen_by_calls(body, set())
        else:
            has_news = not snapshot.known or not snapshot.named.isdisjoint(added)
            if has_news or self.reach.come(body.read, body.functions_elsewhere):
                snapshot.widen(*self.reach.follow(code, STEPS, body.read))
            else:
                snapshot.widen(set(), set())
            self.widen_by_methods(body)
            body.entries = self.changes.entries() if "modules" in snapshot.named else {}
        body.functions, body.functions_elsewhere = len(self.reach.added), len(self.reach.added_elsewhere)

    def widen_by_methods(self, body: Body) -> None:
        """Take in what methods of packages store that code of the project's may call."""
        methods = self.reach.methods
        if methods.come(body.read, body.methods):
            body.snapshot.widen_by_methods(*methods.stored_by_calls(body.read, body.methods, self.reach.in_file))
        body.methods = len(methods.added)

    def widen_by_calls(self, body: Body, read: set[str]) -> None:
        """Take in what the functions store that a package may call: by names that it reads now, and has read before."""
        news = self.reach.come(body.read, body.functions_elsewhere)
        body.read |= read
        body.functions_elsewhere = len(self.reach.added_elsewhere)
        body.snapshot.widen(set(), self.reach.stored_by_calls(news | read))

    def on_begin(self, span: int, kind: str, name: str, file: str, importer: str) -> None:
        """An import or a ready() begins."""
        group, around = self.changes.group(name), self.bodies[-1]
        if kind == "ready" or group:
            is_inside = group == self.changes.group(importer) == self.changes.group(around.name) and kind == "import"
            if is_inside and not self.own.has(file):
                around.has_run_others = True
                return
            is_active = around.is_active or (kind == "import" and self.own.has(file))
            if not around.is_active:
                if is_active:
                    self.catch_up()
            elif not self.has_done_nothing(around):
                self.changes.look(around, self.is_projects(around))
                if self.changes.is_own(around):
                    self.compare(around)
            self.bodies.append(Body(span, name, kind == "import", len(self.state.places), is_active))
        elif not self.standard:
            if around.is_active:
                self.changes.look_at_process(around)
            self.standard = span

    def catch_up(self) -> None:
        """Take in what has happened since the last body that was looked at, as nobody's doing."""
        self.state.add_new_modules()
        self.changes.look(self.bodies[0], True)

    def on_end(self, span: int) -> None:
        """An import or a ready() ends."""
        if span == self.standard:
            self.standard = 0
            if self.bodies[-1].is_active:
                self.changes.process.forget()
                self.arrived(True)
        if self.bodies[-1].span != span:
            return
        body = self.bodies.pop()
        if not body.is_active:
            return
        if body.code is None:
            is_harmless = body.name not in sys.modules  # there is no such module: nothing has run
        else:
            is_harmless = self.reader.is_harmless(body.code, body.seen_until, None)
        is_harmless = is_harmless and not body.has_run_others
        if not is_harmless:
            self.note_made(body)
            self.changes.look(body, self.is_projects(body) or self.is_projects(self.bodies[-1]))
            self.compare(body)
        if self.bodies[-1].is_active:
            self.arrived(is_harmless)

    def is_projects(self, body: Body) -> bool:
        """Whether what runs is the project's, or between the imports."""
        return not body.is_watched or self.changes.is_own(body)

    def compare(self, body: Body) -> None:
        if body.snapshot is not None:
            self.changes.compare(body)

    def arrived(self, is_harmless: bool) -> None:
        """A module has been imported; is_harmless: it has changed nothing that the one around could be blamed for."""
        self.state.add_new_modules()
        body = self.bodies[-1]
        if body.snapshot is not None:
            if not is_harmless and self.changes.is_own(body):
                body.snapshot.renew()
            self.watch_reachable(body)
            self.widen(body)

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
