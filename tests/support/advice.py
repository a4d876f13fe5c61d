"""Profiles of small projects that are written down, not booted, and what there is to change in them."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django_startup.imports.enrich import by_saving, fixes_alone, with_doors
from django_startup.imports.fixes import find_fixes
from django_startup.imports.graph import ROOT, ImportGraph, Statement, graph_info
from django_startup.imports.inquiry import Inquiry
from django_startup.profile.boots import GcPauses, TargetInfo, Total
from django_startup.profile.effects import Ran, Registries
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Advice, Fix, Module, Package
from django_startup.profile.profile import StartupProfile, TimelineInfo
from tests.support.profiles import MS, make_profile

TOTAL_MS = 1000

USE = "def use():\n    return {}\n"


@dataclass(frozen=True)
class Advised:
    """A profile with what find_fixes() made of it."""

    profile: StartupProfile
    fixes: tuple[Fix, ...]
    advice: Advice

    @property
    def told(self) -> list[tuple[str, str, int]]:
        """Kind, subject and milliseconds of each fix."""
        return [told(fix) for fix in self.fixes]


def told(fix: Fix) -> tuple[str, str, int]:
    return fix.kind, fix.subject, fix.saving_ns // MS


def advise(directory: Path, files: Mapping[str, str], costs: Mapping[str, int], **changes: Any) -> Advised:
    """
    What there is to change where costs has the milliseconds of each module. A file in site/ is a package's, which is
    called as its first module. shop.py, and what nobody imports, is imported by the boot. changes are of the profile.
    """
    graph = ImportGraph()
    modules: dict[str, Module] = {}
    for file, text in files.items():
        path = directory / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        name = file.removeprefix("site/").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        modules[name] = make(name, file, costs.get(name, 0))
        graph.node(name)
    for name, module in modules.items():
        for node in ast.walk(ast.parse((directory / module.file).read_text("utf-8"))):
            for target in imported(node, modules):
                statement = Statement(name, module.file, getattr(node, "lineno", 0), False)
                graph.connect(graph.node(name), graph.node(target), statement)
    for name, number in graph.numbers.items():
        if not graph.predecessors[number] or name == "shop":
            graph.connect(ROOT, number)
    names = dict.fromkeys(module.owner.name for module in modules.values() if module.owner.kind is OwnerKind.PACKAGE)
    profile = replace(
        make_profile(),
        target=TargetInfo("manage.py", "urls", None, "settings"),
        total=Total(TOTAL_MS * MS, TOTAL_MS * MS, 0, TOTAL_MS * MS, 0, len(modules), None),
        gc=GcPauses(0, 0),
        apps=(),
        checks=(),
        side_effects=(),
        registries=Registries(),
        timeline=TimelineInfo(),
        fixes=(),
        ran=Ran(problem=""),
        graph=graph_info(graph, directory),
        modules=tuple(modules.values()),
        packages=tuple(Package(name, "1.0", 0, 0, 1) for name in names),
    )
    profile = replace(profile, **changes)
    before = profile
    packages = by_saving(with_doors(Inquiry(profile, directory), package, None) for package in profile.packages)
    profile = replace(profile, packages=packages)
    fixes, more = find_fixes(profile, Inquiry(before, directory))
    assert fixes_alone(Inquiry(before, directory)) == fixes  # a gate that fails shows the same
    return Advised(profile, fixes, more)


def make(name: str, file: str, cost_ms: int) -> Module:
    is_package = file.startswith("site/")
    owner = Owner(OwnerKind.PACKAGE, name.partition(".")[0]) if is_package else Owner(OwnerKind.PROJECT, "project")
    return Module(name, file, owner, "urls", None, cost_ms * MS, cost_ms * MS, None, None, True)


def imported(node: ast.AST, modules: Mapping[str, Module]) -> list[str]:
    """The modules that a statement imports."""
    names = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [name for name in names if name in modules]


def moving(*names: str) -> str:
    """A file that imports some modules for a function."""
    return "".join(f"import {name}\n" for name in names) + USE.format(", ".join(f"{name}.x" for name in names))
