"""Which names the modules of a project have by imports: their own, those of star imports, those of files they run."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django_startup.imports.readers.file_facts import FileFacts
from django_startup.imports.readers.mentions import STAR
from django_startup.imports.readers.module_files import ModuleFiles, Reached, module_key
from django_startup.imports.readers.reads import How, Reads

Seen = set[tuple[str, str]]


class Namespaces:
    """
    A module is known by its key, see ModuleFiles. What is read of it is a list of names: load and delay in
    shop.services.load.delay.

    bound: what the imports of a module bind, and to which dotted names. sources: the modules whose names a module has
    too, and how; takers: those that have its names.
    """

    def __init__(self, facts: FileFacts, modules: ModuleFiles) -> None:
        self.facts = facts
        self.modules = modules
        self.bound: dict[str, dict[str, list[str]]] = {}
        self.sources: dict[str, dict[str, How]] = defaultdict(dict)
        self.takers: dict[str, set[str]] = defaultdict(set)
        self.known_sources: dict[str, set[str]] = {}
        for file, found in facts.facts.items():
            key = module_key(file)
            names: dict[str, list[str]] = defaultdict(list)
            for name, target in found.mentions.bindings:
                if name == STAR:
                    for source, rest in modules.path(target, os.path.dirname(file)):
                        if not rest and source in modules.files:
                            self.share(source, key, How.STAR)
                elif name:
                    names[name].append(target)
            self.bound[key] = dict(names)
            for ending in found.mentions.ran if found.mentions.ran and facts.reads(file).runs_files else ():
                for other in modules.ending_with(ending, file):
                    self.share(other, key, How.NAMESPACE)
                    self.share(key, other, How.NAMESPACE)

    def share(self, source: str, taker: str, how: How) -> None:
        """One module has the names of another."""
        if source != taker:
            self.sources[taker].setdefault(source, how)
            self.takers[source].add(taker)

    def is_bound(self, key: str, name: str) -> bool:
        """Whether an import in a module binds a name."""
        return name in self.bound.get(key, ())

    def sharing(self, key: str) -> set[str]:
        """The modules that may have the names of a module, itself among them."""
        return {key} | closure(key, self.takers)

    def reached(self, name: str, directory: str, seen: Seen | None = None) -> Iterator[Reached]:
        """The modules that a file in a directory goes through when it reads a name, each with what is read of it."""
        for key, rest in self.modules.path(name, directory):
            yield key, rest
            if rest and (rest[0] in self.bound.get(key, ()) or key in self.sources):
                yield from self.beyond(key, rest, set() if seen is None else seen)

    def beyond(self, key: str, rest: list[str], seen: Seen) -> Iterator[Reached]:
        """The modules behind a name that a module has from elsewhere; seen are names that were followed before."""
        name = rest[0]
        if (key, name) in seen:
            return
        seen.add((key, name))
        for target in self.bound.get(key, {}).get(name, ()):
            further = self.reached(".".join([target, *rest[1:]]), self.directory(key), seen)
            yield from ((module, left) for module, left in further if len(left) < len(rest))
        if not self.is_bound(key, name) and self.taken(key, name) and name not in self.reads(key).defined:
            for source, _ in self.taken(key, name):
                yield source, rest
                yield from self.beyond(source, rest, seen)

    def taken(self, key: str, name: str) -> list[tuple[str, How]]:
        """The modules whose imports bind a name that a module has without importing it, and how it has it."""
        if not any(self.is_bound(source, name) for source in self.all_sources(key)):
            return []
        found: list[tuple[str, How]] = []
        seen = {key}
        waiting = [(source, key, how) for source, how in self.sources[key].items()]
        while waiting:
            source, taker, how = waiting.pop()
            by_star = self.sources[taker][source] is How.STAR
            if source in seen or (by_star and not is_exported(self.reads(source), name)):
                continue
            seen.add(source)
            if self.is_bound(source, name):
                found.append((source, how))
            elif name not in self.reads(source).defined:
                waiting += [(further, source, how) for further in self.sources.get(source, ())]
        return found

    def all_sources(self, key: str) -> set[str]:
        """The modules that a module may have names from, near and far."""
        if key not in self.known_sources:
            self.known_sources[key] = closure(key, self.sources)
        return self.known_sources[key]

    def directory(self, key: str) -> str:
        return os.path.dirname(self.modules.files[key])

    def reads(self, key: str) -> Reads:
        return self.facts.reads(self.modules.files[key])


def closure(start: str, after: Mapping[str, Iterable[str]]) -> set[str]:
    """All that comes after a start, near and far."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = set(after.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return found


def is_exported(reads: Reads, name: str) -> bool:
    """Whether a star import takes a name."""
    if reads.exported is None:
        return not name.startswith("_")
    return name in reads.exported or STAR in reads.exported
