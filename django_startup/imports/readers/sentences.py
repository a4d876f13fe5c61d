"""What readers do with a name, in words, and whether an import has to stay because of them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from django_startup.imports.finding import Finding
from django_startup.imports.readers.reads import How
from django_startup.imports.readers.search import Reader
from django_startup.profile.reasons import Reason
from django_startup.text import relative_file

SENTENCES = {
    How.IMPORT: "imports {} from here",
    How.TYPING: "imports {} from here for type checkers",
    How.ATTRIBUTE: "reads {} from here",
    How.PATCH: "patches {} here",
    How.STRING: "has {} of this module in a string",
    How.ENDING: "may patch {} here",
    How.ANY: "may read {} from here",
    How.STAR: "uses {} through a star import",
    How.NAMESPACE: "uses {} in the same namespace",
    How.SETTING: "has {} as a setting",
    How.UNIMPORTED: "uses {} without importing it",
}


def sentence(reader: Reader, directory: Path) -> str:
    """What a reader does, with its place: shop/tests.py:9 patches heavylib here."""
    return f"{relative_file(reader.file, directory)}:{reader.line} {SENTENCES[reader.how].format(reader.name)}"


def what_keeps(readers: Collection[Reader], directory: Path) -> Finding | None:
    """Why an import has to stay that some readers need which the boot has loaded."""
    first = min(readers, key=lambda reader: not reader.is_certain, default=None)
    if first is None:
        return None
    text = sentence(first, directory)
    if first.how is How.UNIMPORTED:
        return Finding(Reason.IMPORTED_FROM_HERE, text)
    if first.is_certain:
        return Finding(Reason.IMPORTED_FROM_HERE, f"re-exported: {text}")
    return Finding(Reason.MAY_BE_READ, f"may be re-exported: {text}")
