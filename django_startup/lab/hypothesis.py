"""What is asked of --what-if: from a name to what is changed for the boots that answer."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django_startup.exceptions import UsageError
from django_startup.imports.deferral import judge
from django_startup.imports.graph import Statement
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import Subject
from django_startup.lab.candidates import Sources
from django_startup.lab.source_text import Uneditable
from django_startup.profile.owners import ancestors
from django_startup.text import quoted, short_file

COLLECTOR = "gc"
APP = "app:"
LINE = re.compile(r"(?P<file>.+):(?P<line>\d{1,9})")
SIMILAR = 2
LINES = 6  # of a file, in a suggestion


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """
    Something that a start may do without.

    Attributes:
        name: As it was asked.
        how: What is changed, as a sentence without a full stop.
        statements: The imports that move.
        apps: The labels of the apps that are left out of INSTALLED_APPS.
        collects: Whether there are garbage collections.
        problem: Why it cannot be tried, as a sentence without a full stop; empty where it can.
        nodes: What the estimate is about that nothing was found for to change.
    """

    name: str
    how: str = ""
    statements: frozenset[Statement] = frozenset()
    apps: frozenset[str] = frozenset()
    collects: bool = True
    problem: str = ""
    nodes: frozenset[int] = frozenset()


def together(hypotheses: Iterable[Hypothesis]) -> Hypothesis:
    """All at once."""
    known = list(hypotheses)
    return Hypothesis(
        "together",
        "all of these that work, at once",
        statements=frozenset(statement for each in known for statement in each.statements),
        apps=frozenset(label for each in known for label in each.apps),
        collects=all(each.collects for each in known),
    )


class Hypotheses:
    """Finds out what names mean in one profile; directory is the project's, where its files are read from."""

    def __init__(self, inquiry: Inquiry, directory: Path, sources: Sources) -> None:
        self.inquiry = inquiry
        self.subjects = inquiry.subjects
        self.directory = directory
        self.sources = sources

    def find(self, name: str) -> Hypothesis:
        """What is changed for a name. Raises UsageError where nothing in the boot has that name."""
        if name == COLLECTOR:
            return Hypothesis(name, "no garbage collections before the target", collects=False)
        if name.startswith(APP):
            return self.app(name, name.removeprefix(APP))
        line = LINE.fullmatch(name)
        if line:
            return self.line(name, line["file"], int(line["line"]))
        found = [subject for subject in self.subjects.find(name) if subject.kind != "app"]
        if not found:
            raise self.unknown(name)
        return self.without(name, found[0])

    def app(self, name: str, label: str) -> Hypothesis:
        app = next((app for app in self.inquiry.profile.apps if app.label == label), None)
        if app is None:
            raise self.unknown(name)
        return Hypothesis(name, f"{app.entry or app.name} left out of INSTALLED_APPS", apps=frozenset({label}))

    def line(self, name: str, file: str, line: int) -> Hypothesis:
        """The imports on one line, which may be named as reports name it."""
        in_file = [statement for statement in self.inquiry.savings.edges_by if is_named(statement.file, file)]
        on_line = frozenset(statement for statement in in_file if statement.line == line)
        if on_line:
            return self.moved(name, on_line)
        if in_file:
            lines = sorted({statement.line for statement in in_file}, key=lambda known: (abs(known - line), known))
            nearest = ", ".join(map(str, sorted(lines[:LINES])))
            raise UsageError(f"--what-if {name}: no import on that line in this boot. Lines with imports: {nearest}.")
        files = {short_file(statement.file) for statement in self.inquiry.savings.edges_by}
        raise UsageError(f"--what-if {name}: no file of that name imports anything in this boot.{similar(file, files)}")

    def unknown(self, name: str) -> UsageError:
        profile = self.inquiry.profile
        apps = {f"{APP}{app.label}" for app in profile.apps}
        known = apps if name.startswith(APP) else {*self.subjects.modules, *(row.name for row in profile.packages)}
        if f"{APP}{name}" in apps:
            return UsageError(f"--what-if {name}: that is an app only. Did you mean {APP}{name}?")
        what = "app" if name.startswith(APP) else "package, module, line or app"
        return UsageError(
            f"--what-if {name}: no {what} named {quoted(name.removeprefix(APP))} in this boot.{similar(name, known)}"
        )

    def without(self, name: str, subject: Subject) -> Hypothesis:
        """
        Without a package or a module: the fewest lines of the project that keep it out where all of them can move, else
        all lines that import it, whoever has written them. Modules of it that no import has made go with the others, as
        far as the boots show that.
        """
        fewest = self.inquiry.doors.fewest(subject)
        if fewest and not any(self.problems(fewest)):
            return self.moved(name, fewest)
        entrances = self.inquiry.doors.entrances(subject)
        seen = [edge for edge in entrances if edge[1] not in self.subjects.unseen] or list(entrances)
        problem = next((self.unwritten(*edge) for edge in seen if edge in self.subjects.graph.unwritten), "")
        if subject.nodes & self.subjects.preloaded:
            problem = "it is loaded before the project, by site, a .pth file or sitecustomize"
        if problem:
            return Hypothesis(name, problem=problem, nodes=subject.nodes)
        return self.moved(name, {statement for statements in entrances.values() for statement in statements})

    def unwritten(self, before: int, node: int) -> str:
        """Why something comes in without an import statement."""
        subjects = self.subjects
        for one in (before, node):
            if one in subjects.app_nodes:
                label = subjects.app_nodes[one]
                return f"Django imports it for the app {label}: try --what-if {APP}{label}"
        for row in subjects.named.get(node, ()):
            return f"a setting names it: {row.value!r} in {row.setting}"
        name = subjects.graph.names[node]
        package = next((above for above in ancestors(name) if above in subjects.modules), "")
        hint = f": try --what-if {package}" if package and node in subjects.unseen else ""
        return f"{name} comes in without an import statement that was seen{hint}"

    def moved(self, name: str, statements: Iterable[Statement]) -> Hypothesis:
        found = frozenset(statements)
        problems = list(self.problems(found))
        more = f" (and {len(problems) - 1:,} more like that)" if len(problems) > 1 else ""
        problem = f"{problems[0]}{more}" if problems else ""
        lines = {(statement.file, statement.line) for statement in found}
        how = f"{len(lines):,} import{'s' if len(lines) > 1 else ''} moved to where the names are used"
        return Hypothesis(name, "" if problem else how, found, problem=problem)

    def problems(self, statements: Iterable[Statement]) -> Iterator[str]:
        """Why some of the imports cannot be moved, those in the project's own files first."""
        for statement in sorted(statements, key=lambda one: (Path(one.file).is_absolute(), one)):
            reason = self.problem(statement)
            if reason:
                yield f"{short_file(statement.file)}:{statement.line}: {reason}"

    def problem(self, statement: Statement) -> str:
        if statement.is_dynamic:
            return "imported by name"
        verdict = judge(self.directory / statement.file, statement.line)
        if not verdict.deferrable:
            return verdict.reason
        try:
            self.sources.moved(self.path(statement), {statement.line})
        except Uneditable as error:
            return str(error)
        return ""

    def path(self, statement: Statement) -> Path:
        return Path(os.path.realpath(self.directory / statement.file))


def is_named(file: str, name: str) -> bool:
    """Whether a file is the one that somebody means: by its path, or by that as reports shorten it."""
    return name in (file, short_file(file)) or Path(name).as_posix() == Path(file).as_posix()


def similar(name: str, known: Iterable[str]) -> str:
    """A suggestion."""
    found = difflib.get_close_matches(name, known, n=SIMILAR)
    return f" Did you mean {' or '.join(found)}?" if found else ""
