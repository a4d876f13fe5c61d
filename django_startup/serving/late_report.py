"""The warning about a request that had to wait for imports. Loaded when there is one."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass

import django
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest

from django_startup.measure.observations import LoadedApp, LoadedModule
from django_startup.probe.attributes import attributes
from django_startup.probe.inventory import modules, strings
from django_startup.profile.owners import THIRD_PARTY, Owner, OwnerKind, Owners
from django_startup.serving.late_imports import Import, ProjectFiles, RequestImports
from django_startup.text import format_duration, printable, relative_file, short_file

MOST_PACKAGES = 5  # packages named in a warning
LEAST_NS = 1_000_000  # what is named if it is not the only one
LABELS = {OwnerKind.STDLIB: "standard library", OwnerKind.PROJECT: "project modules"}
logger = logging.getLogger("django_startup")


@dataclass(slots=True)
class PackageCost:
    """What the imports of one owner cost a request."""

    time_ns: int = 0
    # The longest of them, and the line that asked for it.
    dearest_ns: int = -1
    line: str = ""


class Costs:
    """
    What a request paid for the imports of each package, those that it brought included; the project's own modules
    without the packages that they import.
    """

    def __init__(self, imports: RequestImports) -> None:
        self.files = imports.files
        self.owners = find_owners(imports)
        self.costs: dict[str, PackageCost] = {}
        for each in imports.imports:
            self.add(each, place(each, self.files))

    def add(self, each: Import, line: str) -> None:
        owner = self.owners.of(each.name)
        if each.failed:
            self.charge(f"{each.name} (failed)", each.time_ns, line)
        elif owner.kind in THIRD_PARTY:
            self.charge(label(owner), each.time_ns, line)
        else:
            inner_ns = sum(inner.time_ns for inner in each.imports)
            self.charge(label(owner), each.time_ns - inner_ns, line)
            for inner in each.imports:
                self.add(inner, place(inner, self.files) if self.files.has(inner.file) else line)

    def charge(self, name: str, time_ns: int, line: str) -> None:
        cost = self.costs.setdefault(name, PackageCost())
        cost.time_ns += time_ns
        if time_ns > cost.dearest_ns:
            cost.dearest_ns, cost.line = time_ns, line

    def describe(self) -> str:
        """The dearest first: pandas 0.412 s, reports/views.py:12; numpy 0.002 s, reports/views.py:13."""
        dearest = sorted(self.costs.items(), key=lambda item: -item[1].time_ns)
        shown = [item for item in dearest[:MOST_PACKAGES] if item[1].time_ns >= LEAST_NS] or dearest[:1]
        texts = [f"{printable(name)} {format_duration(cost.time_ns)}, {cost.line}" for name, cost in shown]
        if len(shown) < len(dearest):
            texts.append(f"and {len(dearest) - len(shown)} more")
        return "; ".join(texts)


def warn(request: HttpRequest, imports: RequestImports) -> None:
    """Log which view waited for which packages, for how long, and which lines asked for them."""
    time = format_duration(imports.time_ns)
    logger.warning("%s spent %s on imports: %s", view(request), time, Costs(imports).describe())


def view(request: HttpRequest) -> str:
    """The view by its dotted path; method and path of a request that came to none."""
    match = request.resolver_match
    return match._func_path if match else printable(f"{request.method} {request.path}")


def place(each: Import, files: ProjectFiles) -> str:
    return printable(f"{relative_file(short_file(each.file), files.directory)}:{each.line}")


def label(owner: Owner) -> str:
    return LABELS.get(owner.kind, owner.name)


def find_owners(imports: RequestImports) -> Owners:
    """Who the imported modules belong to, by their files."""
    settings_module = getattr(settings, "SETTINGS_MODULE", None) or ""
    names = {settings_module}
    waiting = list(imports.imports)
    while waiting:
        each = waiting.pop()
        waiting += each.imports
        names.add(each.name)
    rows = modules(attributes)
    loaded = [LoadedModule(name, origin, file, tuple(directories)) for _, name, origin, file, directories in rows]
    configs = apps.get_app_configs()
    return Owners(
        [module for module in loaded if module.name in names],
        apps=[LoadedApp(config.name, config.label, config.name, config.path) for config in configs],
        path=strings(sys.path),
        settings=settings_module,
        django=django.__version__,
    )
