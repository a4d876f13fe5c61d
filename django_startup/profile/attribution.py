"""The rows of a profile: which app, package and module the time of a boot belongs to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from django_startup.measure.recording import Recording
from django_startup.measure.spans import ImportSite
from django_startup.profile.boot_minimums import Cost
from django_startup.profile.owners import THIRD_PARTY, OwnerKind, Owners
from django_startup.profile.parts import App, FailedImports, Module, Package
from django_startup.profile.places import PlacedSpan, plus
from django_startup.profile.profile import CheckTime, OwnerTime
from django_startup.text import relative_file

OF_ANOTHER_THREAD = ("lock", "contention")
MOST_NAMES = 3  # of modules that could not be imported, as examples


def make_modules(recording: Recording, places: list[PlacedSpan], owners: Owners, directory: Path) -> tuple[Module, ...]:
    """
    Every module that was imported, in that order; imported twice, its costs are added up. Then those that are loaded
    without an import that was seen: before the project, by hand, by C code.
    """
    loaded = {module.name: module for module in recording.modules}
    rows: dict[str, list[PlacedSpan]] = defaultdict(list)
    waited_ns: dict[str, int] = defaultdict(int)
    for place in places:
        if place.span.kind == "import":
            rows[place.span.name].append(place)
        elif place.span.kind in OF_ANOTHER_THREAD:
            waited_ns[place.span.name] += place.self_cost.time_ns if place.span.on_main else 0
    modules = []
    for name, imports in rows.items():
        first = next((place for place in imports if not place.span.failed), imports[0])
        span = first.span
        site = span.importer
        if first.outer is not None and first.outer.span.kind == "phase" and first.outer.span.importer is not None:
            site = first.outer.span.importer  # who asked for the URLconf, and not the line of Django that loads it
        modules.append(
            Module(
                name=name,
                file=relative_file(loaded[name].file, directory) if name in loaded else "",
                owner=owners.of_missing(name)
                if span.failed and name not in loaded
                else owners.of(name, site.module if site else ""),
                phase=first.phase,
                app=first.app,
                self_ns=sum(place.self_cost.time_ns for place in imports),
                cumulative_ns=sum(place.cumulative.time_ns for place in imports),
                importer=ImportSite(site.module, relative_file(site.file, directory), site.line) if site else None,
                thread=None if span.on_main else recording.threads.get(span.thread, "another thread"),
                loaded=name in loaded,
                waited_ns=waited_ns[name],
            )
        )
    preloaded = set(recording.preloaded)
    for name, module in loaded.items():
        if name not in rows and name != "__main__":
            modules.append(
                Module(
                    name=name,
                    file=relative_file(module.file, directory),
                    owner=owners.of(name),
                    phase="interpreter" if name in preloaded else "",
                    app=None,
                    self_ns=0,
                    cumulative_ns=0,
                    importer=None,
                    thread=None,
                    loaded=True,
                )
            )
    return tuple(modules)


def make_apps(
    recording: Recording, places: list[PlacedSpan], owners: Owners, modules: Iterable[Module]
) -> tuple[App, ...]:
    """Every installed app, in the order of INSTALLED_APPS."""
    own_ns: dict[str, int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    for module in modules:
        app = owners.app_of(module.name)
        if app is not None and module.loaded:
            count[app.label] += 1
            own_ns[app.label] += 0 if module.thread else module.self_ns
    stages: dict[tuple[str, str | None], PlacedSpan] = {}
    times: dict[tuple[str, str | None], Cost] = defaultdict(Cost)
    for place in places:
        stage = place.stage
        if stage is not None:
            key = stage.span.kind, stage.app
            if stages.setdefault(key, stage) is stage:
                times[key] = plus(times[key], place.self_cost)
    apps = []
    for app in recording.apps:
        found = [stages.get((kind, app.label)) for kind in ("app", "models", "ready")]
        create, models, ready = (times[kind, app.label] for kind in ("app", "models", "ready"))
        apps.append(
            App(
                label=app.label,
                name=app.name,
                project=owners.of(app.name).kind not in THIRD_PARTY,
                apps_ns=create.time_ns,
                models_ns=models.time_ns,
                ready_ns=ready.time_ns,
                ready_own_ns=found[2].self_cost.time_ns if found[2] else 0,
                waiting_ns=create.waiting_ns + models.waiting_ns + ready.waiting_ns,
                self_ns=own_ns[app.label],
                modules=count[app.label],
                entry=app.entry,
            )
        )
    return tuple(apps)


def make_packages(places: list[PlacedSpan], owners: Owners, modules: Iterable[Module]) -> tuple[Package, ...]:
    """The distributions, the one with the largest self time first."""
    self_ns: dict[str, int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    of_module: dict[str, str] = {}
    for module in modules:
        if module.owner.kind in (OwnerKind.PACKAGE, OwnerKind.DJANGO):
            name = of_module[module.name] = module.owner.name
            count[name] += 1
            self_ns[name] += 0 if module.thread else module.self_ns
    cumulative: dict[str, int] = defaultdict(int)
    for place in places:
        around = place.outer.packages if place.outer else frozenset()
        package = of_module.get(place.span.name) if place.span.kind == "import" else None
        if package is not None and package not in around:
            around |= {package}
            cumulative[package] += place.cumulative.time_ns if place.span.on_main else 0
        place.packages = around
    rows = [Package(name, owners.version(name), self_ns[name], cumulative[name], count[name]) for name in count]
    return tuple(sorted(rows, key=lambda row: (-row.self_ns, row.name)))


def make_owners(modules: Iterable[Module]) -> tuple[OwnerTime, ...]:
    """What each kind of owner takes in all."""
    self_ns: dict[str, int] = defaultdict(int)
    count: dict[str, int] = defaultdict(int)
    for module in modules:
        count[module.owner.kind] += 1
        self_ns[module.owner.kind] += 0 if module.thread else module.self_ns
    kinds = (kind for kind in OwnerKind if kind is not OwnerKind.NOBODY or count[kind])
    return tuple(OwnerTime(kind, self_ns[kind], count[kind]) for kind in kinds)


def make_failed_imports(
    recording: Recording, places: Iterable[PlacedSpan], directory: Path
) -> tuple[FailedImports, ...]:
    """The lines on which imports failed, where what they tried to import was never loaded; the costliest first."""
    loaded = {module.name for module in recording.modules}
    tried: dict[ImportSite, list[PlacedSpan]] = defaultdict(list)
    for place in places:
        span = place.span
        if span.kind == "import" and span.on_main and span.failed and span.importer and span.name not in loaded:
            tried[span.importer].append(place)
    rows = [
        FailedImports(
            module=site.module,
            file=relative_file(site.file, directory),
            line=site.line,
            imports=len(failed),
            names=tuple(dict.fromkeys(place.span.name for place in failed))[:MOST_NAMES],
            time_ns=sum(place.self_cost.time_ns for place in failed),
        )
        for site, failed in tried.items()
    ]
    return tuple(sorted(rows, key=lambda row: (-row.time_ns, row.file, row.line)))


def make_checks(places: Iterable[PlacedSpan]) -> tuple[CheckTime, ...]:
    """The system checks, the slowest first."""
    checks = [
        CheckTime(place.span.name, place.cumulative.time_ns, place.self_cost.time_ns)
        for place in places
        if place.span.kind == "check"
    ]
    return tuple(sorted(checks, key=lambda check: -check.time_ns))
