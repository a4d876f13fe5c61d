"""What the files of a project mention and read: each file is looked at once, and again only when it has changed."""

from __future__ import annotations

import functools
import warnings
from pathlib import Path

from django_startup.files import read_file
from django_startup.imports.readers.facts_cache import Facts, read_facts, write_facts
from django_startup.imports.readers.mentions import find_mentions
from django_startup.imports.readers.possible_reads import may_read, may_read_any, may_read_itself
from django_startup.imports.readers.project_files import ProjectFiles, Stamp
from django_startup.imports.readers.reads import Reads
from django_startup.imports.readers.reads_finder import find_reads


class FileFacts:
    """Answers for the files that were found at a time. What is known of them is kept at cache; None keeps nothing."""

    def __init__(self, found: ProjectFiles, cache: Path | None = None, now_ns: int = 0) -> None:
        self.cache = cache
        self.now_ns = now_ns
        known = read_facts(cache) if cache else {}
        self.facts: dict[str, Facts] = {}
        self.reads_any: dict[str, bool] = {}
        self.texts: dict[str, str] = {}
        self.is_kept = known.keys() == found.files.keys()
        for file, stamp in found.files.items():
            facts = known.get(file)
            if facts is None or facts.stamp != stamp:
                self.is_kept = False
                text = read_text(file, stamp)
                facts = None if text is None else Facts(stamp, find_mentions(text))
            if facts is not None:
                self.facts[file] = facts

    def reads(self, file: str) -> Reads:
        """What a file reads; nothing where it cannot be parsed."""
        facts = self.facts[file]
        if facts.reads is None:
            reads = parse_reads(file)
            if reads is None:
                return Reads()
            facts = self.facts[file] = facts._replace(reads=reads)
            self.is_kept = False
        return facts.reads or Reads()

    def has_name(self, file: str, name: str) -> bool:
        """Whether a name is in a file."""
        return name in self.text(file)

    def may_read(self, file: str, name: str) -> bool:
        """Whether a file may read a name of a module that it has."""
        if file not in self.reads_any:
            bound = {name for name, _ in self.facts[file].mentions.bindings}
            self.reads_any[file] = may_read_any(self.text(file), bound)
        return self.reads_any[file] or may_read(self.text(file), name)

    def may_read_itself(self, file: str) -> bool:
        """Whether a file may read its own names by way of its module."""
        return may_read_itself(self.text(file))

    def text(self, file: str) -> str:
        if file not in self.texts:
            self.texts[file] = read_text(file, self.facts[file].stamp) or ""
        return self.texts[file]

    def keep(self) -> None:
        """Keep what is known for the next time."""
        if self.cache and not self.is_kept:
            write_facts(self.cache, self.facts, self.now_ns)
            self.is_kept = True


@functools.lru_cache(maxsize=4096)
def read_text(file: str, stamp: Stamp) -> str | None:
    """The text of a file while it has a stamp; None where it cannot be read."""
    try:
        return read_file(Path(file)).decode("utf-8", "replace")
    except OSError:
        return None


def parse_reads(file: str) -> Reads | None:
    """What a file reads: nothing where it is no Python. None where that cannot be told now, but perhaps later."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # those about the project's text are not ours to give
            return find_reads(read_file(Path(file)), file)
    except (SyntaxError, ValueError):
        return Reads()
    except (OSError, RecursionError, MemoryError):
        return None
