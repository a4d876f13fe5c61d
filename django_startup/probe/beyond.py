"""
Goes on behind the target of an evidence boot: to the system checks, to the applications that the settings name, and to
the imports that its overlay has deferred.

The recording is complete by then, so whatever happens here is no part of the boot. Each rung leaves a record "U" when
it begins and one when it is reached or fails, so that one that ends or blocks the process is known, too.
"""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

BEGUN, REACHED, FAILED = "begun", "reached", "failed"
SERVERS = ("wsgi", "asgi")
NEEDED = ("__name__", "__package__", "__spec__", "__path__")  # by relative imports


class Beyond:
    """
    The way behind a target.

    registries is a Registries, postmortem the module of that name, redact what takes secrets out of a text, probe the
    directory of this file.
    """

    def __init__(
        self,
        journal: "Any",
        target: "Any",
        registries: "Any",
        postmortem: "Any",
        redact: "Callable[[str], str]",
        probe: str,
    ) -> None:
        self.journal = journal
        self.target = target
        self.registries = registries
        self.postmortem = postmortem
        self.redact = redact
        self.probe = probe
        self.until = target.until
        target.until = "beyond"  # whatever comes by again has been there

    def climb(self, rungs: "tuple[str, ...]", deferred: "Iterable[tuple[str, str, int, str]]") -> None:
        """Those of rungs that there are, then the deferred imports: module, file, line and text of each."""
        if self.until == "settings":  # nothing can be booted from in there
            return
        if "checks" in rungs:
            self.rung("checks", self.check)
        settings: Any = getattr(sys.modules["django.conf"], "settings", None)
        for server in SERVERS:
            is_named = getattr(settings, f"{server.upper()}_APPLICATION", None)
            if server in rungs and server != self.until and is_named:
                self.rung(server, self.target.load_application, server)
        self.make_up(deferred)

    def check(self) -> None:
        self.target.check()
        self.journal.write_all([["V", self.redact(str(message))] for message in self.target.messages])

    def rung(self, name: str, function: "Callable[..., object]", *arguments: "Any") -> None:
        self.journal.write(["U", name, BEGUN, "", "", 0])
        self.journal.write(["U", name, *self.outcome(function, *arguments)])

    def outcome(self, function: "Callable[..., object]", *arguments: "Any") -> "tuple[str, str, str, int]":
        """State, exception, and the file and line where that was raised."""
        try:
            function(*arguments)
        except BaseException as error:
            failure = self.postmortem.describe(error, self.probe)
            text = f"{failure['type']}: {failure['text']}".rstrip(": ")
            return FAILED, self.redact(text), str(failure["file"]), int(failure["line"])
        return REACHED, "", "", 0

    def make_up(self, deferred: "Iterable[tuple[str, str, int, str]]") -> None:
        """
        Make the deferred imports, in the name of the modules that they were taken out of. One of a module that is not
        there waits for those that bring it in.
        """
        waiting = list(deferred)
        known = self.registered()
        while True:
            ready = [row for row in waiting if row[0] in sys.modules]
            if not ready:
                return
            for row in ready:
                waiting.remove(row)
                before = frozenset(sys.modules)
                self.import_later(*row)
                loaded = [str(name) for name in tuple(sys.modules) if name not in before]
                if loaded:
                    self.journal.write(["JM", *row[1:3], loaded])
                    now = self.registered()
                    self.journal.write_all([["Q", *row[1:3], *now[key]] for key in now if key not in known])
                    known = now

    def import_later(self, module: str, file: str, line: int, statement: str) -> None:
        self.journal.write(["J", module, file, line, BEGUN, "", "", 0])
        outcome = self.outcome(execute, module, file, line, statement)
        self.journal.write(["J", module, file, line, *outcome])

    def registered(self) -> "dict[tuple[str, ...], list[str]]":
        """The entries of all registries, by what they are without who registered them."""
        rows = self.registries.records(self.until, self.redact)
        return {tuple(row[1:5]): row[1:] for row in rows if row[0] == "G"}


def execute(module: str, file: str, line: int, statement: str) -> None:
    """An import statement as the module would have executed it, on the line on which it stood."""
    names = sys.modules[module].__dict__
    code = compile("\n" * (line - 1) + statement, file, "exec", dont_inherit=True)
    exec(code, {"__builtins__": sys.modules["builtins"]} | {name: names[name] for name in NEEDED if name in names})
