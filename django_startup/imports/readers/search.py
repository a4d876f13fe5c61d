"""
Who in the project reads a name that an import binds.

An import that moves into a function takes its names out of its module. So all of the project's files are searched for
what takes them from there: imports, attributes, strings such as those of mock.patch(), star imports, settings.
"""

from __future__ import annotations

import os
import re
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from django_startup.imports.readers.facts_cache import cache_path
from django_startup.imports.readers.file_facts import FileFacts
from django_startup.imports.readers.mentions import STAR
from django_startup.imports.readers.module_files import ModuleFiles, module_key
from django_startup.imports.readers.namespaces import Namespaces
from django_startup.imports.readers.possible_reads import may_hand_on
from django_startup.imports.readers.project_files import find_files, search_directories
from django_startup.imports.readers.reads import How

IN_DOUBT = (How.ANY, How.ENDING)
IMPORTING = (How.IMPORT, How.TYPING, How.STRING, How.PATCH)  # these import a submodule that is not there yet


class Reader(NamedTuple):
    """A line that reads a name which an import binds in another file."""

    file: str
    line: int
    name: str
    how: How

    @property
    def is_certain(self) -> bool:
        """Whether it reads this name, or may read it: whatever a module has, or a string that is put together."""
        return self.how not in IN_DOUBT


class Surroundings(NamedTuple):
    """
    Who may read the names of a module.

    Attributes:
        spaces: The modules that may have its names, itself among them.
        holders: The files that have one of them.
        of_themselves: Those of their own files that may read their names by way of their module.
        handing: Those of the holders that may hand the module to others, which may read anything of it.
    """

    spaces: set[str]
    holders: set[str]
    of_themselves: set[str]
    handing: set[str]


class Readers:
    """
    Answers for the files of a project. A module is known by its key, see ModuleFiles.

    Attributes:
        settings: The file of its settings module, if that is known.
        suspects: The files that mention a name of a module.
        holders: The files that have a module, so that they may read any of its names.
        aliases: The modules that have a module, and the name by which they have it.
        found: Where a file reads which names of which modules, for the files that have been asked about.
        surroundings: Who may read the names of a module, for those that have been asked about.
        takers: The files that import what a module defines, by the module and the name of that.
        importers: The files that import something by a dotted name, which may be no module of the project.
    """

    def __init__(self, facts: FileFacts, modules: ModuleFiles, settings: str | None = None) -> None:
        self.facts = facts
        self.modules = modules
        self.settings = settings
        self.namespaces = Namespaces(facts, modules)
        self.suspects: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.holders: dict[str, set[str]] = defaultdict(set)
        self.aliases: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.takers: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.found: dict[str, dict[tuple[str, str], set[tuple[int, How]]]] = {}
        self.surroundings: dict[str, Surroundings] = {}
        self.importers: dict[str, set[str]] = defaultdict(set)
        for file, found in facts.facts.items():
            key, directory = module_key(file), os.path.dirname(file)
            for name, target in found.mentions.bindings:
                self.importers[target].add(file)
                for module in self.suspect(file, directory, target) if name != STAR else ():
                    self.aliases[module].add((key, name))
            for string in found.mentions.strings:
                self.suspect(file, directory, string)

    def suspect(self, file: str, directory: str, name: str) -> list[str]:
        """A file mentions a dotted name. The modules that it has by that."""
        modules = []
        for module, rest in self.namespaces.reached(name, directory):
            if not rest:
                self.holders[module].add(file)
                modules.append(module)
            elif self.namespaces.is_bound(module, rest[0]):
                self.suspects[module, rest[0]].add(file)
            else:
                self.takers[module, rest[0]].add(file)
        return modules

    def of(self, file: str, names: Collection[str]) -> tuple[Reader, ...]:
        """Who reads some names that the imports of a file bind, in the order of files and lines."""
        key = module_key(os.path.realpath(file))
        if key not in self.surroundings:
            self.surroundings[key] = self.around(key)
        spaces, holders, of_themselves, handing = self.surroundings[key]
        found: set[Reader] = set()
        for name in names:
            suspects = of_themselves | handing | {holder for holder in holders if self.facts.may_read(holder, name)}
            for suspect in suspects:
                found |= set(self.in_doubt(suspect, spaces, name))
            for suspect in suspects | self.suspects.get((key, name), set()):
                found |= {Reader(suspect, line, name, how) for line, how in self.places(suspect).get((key, name), ())}
            for space in spaces & self.modules.files.keys():
                found |= set(self.shared(space, key, name))
        return tuple(sorted(found))

    def around(self, key: str) -> Surroundings:
        """Who may have a module, or the names of it."""
        spaces = self.namespaces.sharing(key)
        files = {self.modules.files[space] for space in spaces & self.modules.files.keys()}
        return Surroundings(
            spaces,
            {holder for space in spaces for holder in self.holders_of(space)},
            {own for own in files & self.facts.facts.keys() if self.facts.may_read_itself(own)},
            {holder for space in spaces for holder in self.handing(space)},
        )

    def handing(self, key: str) -> Iterator[str]:
        """The files that may hand a module on, by one of the names by which they have it."""
        names: dict[str, set[str]] = defaultdict(set)
        for module, name in self.aliases.get(key, ()):
            names[module].add(name)
        for module, found in names.items():
            file = self.modules.files.get(module, "")
            if file in self.facts.facts and may_hand_on(self.facts.text(file), found):
                yield file

    def having(self, file: str, name: str) -> set[str]:
        """The other files that may have what a file defines by a name."""
        own = os.path.realpath(file)
        key = module_key(own)
        holders = {holder for holder in self.holders_of(key) if self.facts.has_name(holder, name)}
        return (self.takers.get((key, name), set()) | holders) - {own}

    def leaning_on(self, module: str, file: str) -> Iterator[Reader]:
        """
        Where other files than one use a module that is a part of a package, and do not import it themselves: they have
        it because others do.
        """
        package, _, name = module.rpartition(".")
        above = package.split(".")
        names = [".".join(above[:number]) for number in range(1, len(above) + 1)] if package else []
        having = {holder for one in names for holder in self.importers.get(one, ())} - {os.path.realpath(file)}
        for holder in sorted(having):
            targets = [target for _, target in self.facts.facts[holder].mentions.bindings]
            if self.facts.has_name(holder, f".{name}") and not any(is_of(target, module) for target in targets):
                reads = self.facts.reads(holder).reads
                lines = [line for read, line, how in reads if how not in IN_DOUBT and is_of(read, module)]
                yield from (Reader(holder, line, module, How.UNIMPORTED) for line in dict.fromkeys(lines))

    def is_named_elsewhere(self, file: str, names: Iterable[str]) -> bool:
        """Whether another file than this has one of some names in it, whatever it means there."""
        own, word = os.path.realpath(file), re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b")
        return any(word.search(self.facts.text(other)) for other in self.facts.facts if other != own)

    def holders_of(self, key: str) -> set[str]:
        """The files that have a module: by a name, by way of a package around it, by a name that others have it by."""
        found = set(self.holders.get(key, ()))
        above, stem = os.path.split(key)
        while stem:
            found |= {file for file in self.holders.get(above, ()) if self.facts.has_name(file, stem)}
            above, stem = os.path.split(above)
        for other, name in self.aliases.get(key, ()):
            found |= {file for file in self.holders.get(other, ()) if self.facts.has_name(file, name)}
        return found

    def places(self, file: str) -> dict[tuple[str, str], set[tuple[int, How]]]:
        """Where a file reads what the imports of modules bind, by module and name."""
        if file not in self.found:
            found = self.found[file] = defaultdict(set)
            for name, line, how in self.facts.reads(file).reads:
                for module, rest in self.namespaces.reached(name, os.path.dirname(file)) if how not in IN_DOUBT else ():
                    if rest and self.takes(file, module, rest, how):
                        found[module, rest[0]].add((line, how))
        return self.found[file]

    def takes(self, file: str, module: str, rest: list[str], how: How) -> bool:
        """Whether a file takes what an import in a module binds: not a submodule that it would import itself."""
        if not self.namespaces.is_bound(module, rest[0]):
            return False
        if how in (How.IMPORT, How.TYPING) and len(rest) > 1:
            return False
        child = self.modules.child(module, rest[0])
        if child is None or not (how in IMPORTING or file in self.holders.get(child, ())):
            return True
        targets = self.namespaces.bound[module][rest[0]]
        return not any(
            (child, []) in self.modules.path(target, self.namespaces.directory(module)) for target in targets
        )

    def in_doubt(self, file: str, spaces: set[str], name: str) -> Iterator[Reader]:
        """Where a file may read a name of a module that it has."""
        for read, line, how in self.facts.reads(file).reads:
            if how is How.ENDING and read == name:
                yield Reader(file, line, name, how)
            if how is How.ANY:
                ends = self.namespaces.reached(read, os.path.dirname(file))
                if any(key in spaces and not rest for key, rest in ends):
                    yield Reader(file, line, name, how)

    def shared(self, space: str, key: str, name: str) -> Iterator[Reader]:
        """Where a module uses a name that it has from another without importing it."""
        file = self.modules.files[space]
        hows = [how for source, how in self.namespaces.taken(space, name) if source == key]
        line = self.facts.reads(file).free.get(name) if hows else None
        if line is not None:
            yield Reader(file, line, name, hows[0])
        if file == self.settings and name.isupper() and (hows or space == key):
            yield Reader(file, 1, name, How.SETTING)


def is_of(name: str, module: str) -> bool:
    """Whether a dotted name is a module, or something in it."""
    return f"{name}.".startswith(f"{module}.")


def search(directory: str, loaded: Collection[tuple[str, str]], settings: str | None = None) -> Readers:
    """
    Who reads what in the project in a directory.

    loaded: the names and files of the project's modules that a boot loaded. settings: the file of its settings.
    """
    directories = search_directories(directory, loaded)
    now_ns = time.time_ns()
    found = find_files(directories)
    facts = FileFacts(found, cache_path(directories), now_ns)
    return Readers(facts, ModuleFiles(found, loaded, [directory, *directories]), settings)
