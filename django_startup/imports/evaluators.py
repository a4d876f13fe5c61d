"""
Who may evaluate annotations that their own file hands to nobody: other files do that with what they import from it, and
functions that get the annotations of whatever they are given.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from django_startup.imports.annotations import handed_on
from django_startup.imports.deferral import Annotation
from django_startup.imports.readers.search import Readers
from django_startup.imports.source import read_source
from django_startup.text import relative_file

# Functions that evaluate annotations, and the modules that have them.
EVALUATING = {
    "get_type_hints": ("typing", "typing_extensions"),
    "get_annotations": ("annotationlib", "inspect", "typing_extensions"),
}


class Evaluators:
    """Answers for the project in a directory, by what its files read."""

    def __init__(self, readers: Readers, directory: Path) -> None:
        self.readers = readers
        self.directory = directory

    def doubt(self, file: str, annotation: Annotation) -> str:
        """What may evaluate an annotation in a file, as a sentence without a full stop; "" for nothing."""
        for name in annotation.owners:
            for other in sorted(self.readers.having(str(self.directory / file), name)):
                index = read_source(Path(other)).index
                line = handed_on(index).get(name) if index else None
                if line is not None:
                    return f"{relative_file(other, self.directory)}:{line} hands on {name}"
        return self.of_any_class if annotation.of.startswith("class ") else ""

    @cached_property
    def of_any_class(self) -> str:
        """A line of the project that gets the annotations of classes, which may be any."""
        importers = self.readers.importers
        for function, modules in EVALUATING.items():
            named = {file for module in modules for file in importers.get(f"{module}.{function}", ())}
            by_module = {file for module in modules for file in importers.get(module, ())}
            for file in sorted(named | {file for file in by_module if self.readers.facts.has_name(file, function)}):
                index = read_source(Path(file)).index
                calls = index.calls_of(function) if index else []
                if calls:
                    return f"{relative_file(file, self.directory)}:{calls[0]} calls {function}()"
        return ""
