"""Which names the modules of a project have by imports: their own, those of star imports, those of files they run."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator

from django_startup.imports.readers.file_facts import FileFacts
from django_startup.imports.readers.mentions import STAR
from django_startup.imports.readers.module_files import ModuleFiles, Reached, module_key
from django_startup.imports.readers.reads import How, Reads

Seen = frozenset[tuple[str, str]]


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
            for ending in found.mentions.ran:
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
        found, waiting = {key}, [key]
        while waiting:
            new = self.takers.get(waiting.pop(), set()) - found
            found |= new
            waiting.extend(new)
        return found

    def reached(self, name: str, directory: str, seen: Seen = frozenset()) -> Iterator[Reached]:
        """The modules that a file in a directory goes through when it reads a name, each with what is read of it."""
        for key, rest in self.modules.path(name, directory):
            yield key, rest
            if rest and (rest[0] in self.bound.get(key, ()) or key in self.sources) and (key, rest[0]) not in seen:
                yield from self.beyond(key, rest, seen)

    def beyond(self, key: str, rest: list[str], seen: Seen = frozenset()) -> Iterator[Reached]:
        """The modules behind a name of a module that it has from elsewhere."""
        seen |= {(key, rest[0])}
        if self.is_bound(key, rest[0]):
            for target in self.bound[key][rest[0]]:
                further = self.reached(".".join([target, *rest[1:]]), self.directory(key), seen)
                yield from ((module, left) for module, left in further if len(left) < len(rest))
        elif key in self.sources:
            found = [(how, end) for how, end in self.taken(key, rest, seen)]
            if found and rest[0] not in self.reads(key).defined:
                yield from (end for _, end in found)

    def taken(self, key: str, rest: list[str], seen: Seen = frozenset()) -> Iterator[tuple[How, Reached]]:
        """The modules that a module may have a name from without importing it, and how."""
        for source, how in self.sources.get(key, {}).items():
            if (source, rest[0]) in seen:
                continue
            found = [(source, rest)] if self.is_bound(source, rest[0]) else []
            found += self.beyond(source, rest, seen)
            if found and (how is How.NAMESPACE or is_exported(self.reads(source), rest[0])):
                yield from ((how, end) for end in found)

    def directory(self, key: str) -> str:
        return os.path.dirname(self.modules.files[key])

    def reads(self, key: str) -> Reads:
        return self.facts.reads(self.modules.files[key])


def is_exported(reads: Reads, name: str) -> bool:
    """Whether a star import takes a name."""
    if reads.exported is None:
        return not name.startswith("_")
    return name in reads.exported or STAR in reads.exported
