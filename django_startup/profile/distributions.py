"""
Which distribution (PyPI package) the file of a module is of, by the lists of installed files (RECORD) of those on the
search path.

Those without a list, which setup.py installed, have what their top-level names say, in site-packages only: elsewhere
such metadata lies beside the sources of a checkout, where an editable install by setuptools leaves .egg-info.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from django_startup.files import read_file
from django_startup.measure.observations import LoadedModule
from django_startup.text import SITE_DIRECTORIES


class Distributed:
    """
    The files of some modules; path is the search path (sys.path).

    Attributes:
        by_file: The name of the distribution that installed a file.
        versions: The version of each distribution, by its name.
        shared: Files that several install, which make a namespace package.
    """

    def __init__(self, modules: Iterable[LoadedModule], path: Iterable[str]) -> None:
        self.by_file: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.shared: set[str] = set()
        files = {module.file for module in modules if module.file}
        script = next((module.file for module in modules if module.name == "__main__"), "")
        for root in dict.fromkeys(path):
            start = len(root.rstrip(os.sep)) + 1
            inside = {file[start:].replace(os.sep, "/"): file for file in files if is_inside(file, root)}
            if not inside:
                continue
            if script and os.path.basename(root) in SITE_DIRECTORIES:  # a console script lies beside, in bin
                inside[os.path.relpath(script, root).replace(os.sep, "/")] = script
            tops = {path.partition("/")[0].removesuffix(".py") for path in inside}
            is_site = not set(root.split(os.sep)).isdisjoint(SITE_DIRECTORIES)
            for distribution in distributions(path=[root]):
                files_of = installed_files(distribution, tops, inside if is_site else ())
                hits = [inside[path] for path in files_of if path in inside]
                if hits:
                    self.add(*identity(distribution), hits)

    def add(self, name: str, version: str, files: Iterable[str]) -> None:
        """A distribution has installed some files. The first on the search path has them."""
        self.versions.setdefault(name, version)
        for file in files:
            if self.by_file.setdefault(file, name) != name and is_namespace(file):
                self.shared.add(file)


def is_namespace(file: str) -> bool:
    """Whether a file that several distributions install makes a namespace package, by pkgutil or pkg_resources."""
    try:
        text = read_file(Path(file))
    except (OSError, ValueError):
        return False
    return b"extend_path" in text or b"declare_namespace" in text


def installed_files(distribution: Distribution, tops: set[str], inside: Iterable[str]) -> Iterator[str]:
    """The files that a distribution installed, relative to its directory; by its top-level names without a list."""
    record = distribution.read_text("RECORD")
    if record is not None:
        for line in record.splitlines():
            yield next(csv.reader([line]), [""])[0] if line.startswith('"') else line.partition(",")[0]
        return
    top_level = set((distribution.read_text("top_level.txt") or "").split()) & tops
    for path in inside:
        if path.partition("/")[0].removesuffix(".py") in top_level:
            yield path


def identity(distribution: Distribution) -> tuple[str, str]:
    """Name and version, as far as its metadata is readable."""
    try:
        metadata = distribution.metadata.json
        return str(metadata.get("name") or "unnamed"), str(metadata.get("version") or "")
    except Exception:  # which one depends on the version of Python
        return "unnamed", ""


def is_inside(file: str, directory: str) -> bool:
    return file.startswith(directory.rstrip(os.sep) + os.sep)
