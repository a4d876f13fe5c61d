"""Imports that other files need without saying so: they use a part of a package that only this import brings in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.imports.graph import ROOT, ImportGraph, Statement, graph_info
from django_startup.imports.inquiry import Inquiry
from django_startup.profile.effects import Ran
from tests.support.profiles import make_module, make_profile

STORES = "import cloud.storage\n\ndef save():\n    cloud.storage.put()\n"
READS = "import cloud\n\ndef read():\n    return cloud.storage.get()\n"


def verdict(directory: Path, reads: str, *, loaded: bool) -> tuple[str, tuple[str, ...]]:
    """That on the import in stores.py: the reason, and who reads it. Both packages come in with urls.py."""
    files = {"stores.py": STORES, "reads.py": reads, "urls.py": "import cloud, stores, reads\n"}
    for name, text in files.items():
        (directory / name).write_text(text)
    graph = ImportGraph()
    graph.connect(ROOT, graph.node("urls"))
    for target in ("cloud", "stores"):
        graph.connect(graph.node("urls"), graph.node(target), Statement("urls", "urls.py", 1, False))
    statement = Statement("stores", "stores.py", 1, False)
    for target in ("cloud", "cloud.storage"):
        graph.connect(graph.node("stores"), graph.node(target), statement)
    names = ["urls", "stores", *(["reads"] if loaded else [])]
    modules = tuple(replace(make_module(name), file=f"{name}.py") for name in names)
    profile = replace(make_profile(), modules=modules, graph=graph_info(graph, directory), ran=Ran("", ()))
    found = Inquiry(profile, directory).verdicts.of(statement)
    return found.reason, found.readers


@pytest.mark.parametrize(
    ("reads", "loaded", "expected"),
    [
        (READS, True, ("reads.py:4 uses cloud.storage without importing it", ())),
        (READS, False, ("used only in save()", ("reads.py:4 uses cloud.storage without importing it",))),
        (f"import cloud.storage\n{READS}", True, ("used only in save()", ())),
    ],
    ids=["loaded", "not loaded", "imports it"],
)
def test_a_part_of_a_package(tmp_path: Path, reads: str, loaded: bool, expected: tuple[str, tuple[str, ...]]) -> None:
    assert verdict(tmp_path, reads, loaded=loaded) == expected
