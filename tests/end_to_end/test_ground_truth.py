"""
A project whose costs are known, because each is a loop that burns a given CPU time or a sleep.

Its clocks are its own (clock/sitecustomize.py): they go on by these costs alone, however busy the machine is.
benchmarks/ground_truth.py measures the same project by the real ones.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Module, Package
from django_startup.profile.profile import StartupProfile
from django_startup.profiler import profile_startup

pytestmark = pytest.mark.smoke

PROJECT = Path(__file__).parents[1] / "projects" / "ground_truth"
BURNT: dict[str, int] = json.loads((PROJECT / "burnt_ms.json").read_text())  # by module
MS = 1_000_000
READY_BURNT, READY_SLEPT = 50, 90  # in beta's ready()
READING = MS // 10  # what reading the clocks takes at most, of one module


def about(milliseconds: int) -> object:
    """A duration in nanoseconds that reading the clocks hundreds of times has not blurred by more than 3 ms."""
    return pytest.approx(milliseconds * MS, abs=3 * MS)


@pytest.fixture(scope="module")
def profile() -> StartupProfile:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, (PROJECT / "clock", PROJECT / "site", PROJECT))))
        patch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
        target = BootTarget(find_entry(None, PROJECT), directory=PROJECT)
        return profile_startup(target, runs=3, on_boot=lambda done, planned: None)


@pytest.fixture(scope="module")
def modules(profile: StartupProfile) -> dict[str, Module]:
    return {module.name: module for module in profile.modules}


def test_self_times_are_what_was_burnt(modules: dict[str, Module]) -> None:
    found = {name: modules[name].self_ns for name in BURNT}
    assert found == pytest.approx({name: burnt * MS for name, burnt in BURNT.items()}, abs=READING)


def test_nothing_else_takes_time(modules: dict[str, Module]) -> None:
    assert len(modules) > len(BURNT)
    project = {name: module for name, module in modules.items() if module.phase != "interpreter"}
    assert [name for name, module in project.items() if module.self_ns > READING and name not in BURNT] == []


@pytest.mark.parametrize(
    ("name", "phase", "app", "importer"),
    [
        ("truth.settings", "settings", None, "django/conf/__init__.py"),
        ("alpha", "apps", "first", "django/apps/config.py"),
        ("alpha.apps", "apps", "first", "django/apps/config.py"),
        ("alpha.models", "models", "first", "django/apps/config.py"),
        ("shared_lib", "models", "first", "alpha/models.py:1"),
        ("plugins.dynamic", "models", "beta", "beta/models.py:7"),
        ("heavy.work", "ready", "beta", "beta/apps.py:12"),
        ("beta.urls", "urls", None, "truth/urls.py:3"),
        ("truth.urls", "urls", None, "django/urls/resolvers.py"),
    ],
)
def test_place_of_each_module(modules: dict[str, Module], name: str, phase: str, app: str, importer: str) -> None:
    module = modules[name]
    assert (module.phase, module.app, module.loaded, module.thread) == (phase, app, True, None)
    assert module.importer is not None
    assert importer in f"{module.importer.file}:{module.importer.line}"


@pytest.mark.parametrize(
    ("name", "kind", "owner"),
    [
        ("truth.settings", OwnerKind.PROJECT, "project"),
        ("heavy.work", OwnerKind.PROJECT, "project"),
        ("alpha.models", OwnerKind.APP, "first"),
        ("beta.urls", OwnerKind.APP, "beta"),
        ("shared_lib", OwnerKind.PACKAGE, "shared-lib"),
        ("google.cloud.tapes", OwnerKind.PACKAGE, "acme-google-tapes"),
        ("google.cloud", OwnerKind.NOBODY, "nobody"),
        ("google.paint", OwnerKind.PACKAGE, "acme-google-paint"),
        ("django.urls", OwnerKind.DJANGO, "Django"),
        ("zoneinfo", OwnerKind.STDLIB, "stdlib"),
    ],
)
def test_owner_of_each_module(modules: dict[str, Module], name: str, kind: OwnerKind, owner: str) -> None:
    assert modules[name].owner == Owner(kind, owner)


def test_packages_are_distributions_with_their_versions(profile: StartupProfile) -> None:
    packages = {package.name: package for package in profile.packages}
    versions = {name: packages[name].version for name in ("shared-lib", "acme-google-tapes", "acme-google-paint")}
    assert versions == {"shared-lib": "1.2", "acme-google-tapes": "3.0", "acme-google-paint": "4.0"}
    assert packages["Django"].version == profile.environment.django

    def order(package: Package) -> tuple[int, int]:
        return -(package.saving_ns or 0), -package.self_ns

    assert [package.name for package in sorted(packages.values(), key=order)] == [row.name for row in profile.packages]
    assert packages["shared-lib"].modules == 1


def test_a_package_imported_by_two_apps_is_charged_to_the_first(profile: StartupProfile) -> None:
    first, beta = profile.apps
    assert first.models_ns == about(BURNT["alpha.models"] + BURNT["shared_lib"])
    assert beta.models_ns == about(BURNT["plugins.dynamic"] + BURNT["google.cloud.tapes"] + BURNT["google.paint"])


def test_apps(profile: StartupProfile) -> None:
    first, beta = profile.apps
    assert (first.label, first.name, first.project) == ("first", "alpha", True)
    assert first.apps_ns == about(BURNT["alpha"] + BURNT["alpha.apps"])
    assert first.ready_ns == about(0)
    assert first.self_ns == about(BURNT["alpha"] + BURNT["alpha.apps"] + BURNT["alpha.models"])
    assert beta.ready_ns == about(READY_BURNT + READY_SLEPT + BURNT["heavy.work"])
    assert beta.ready_own_ns == about(READY_BURNT + READY_SLEPT)
    assert (first.waiting_ns, beta.waiting_ns) == (about(0), about(READY_SLEPT))


def test_phases_hold_what_was_burnt_in_them(profile: StartupProfile) -> None:
    phases = {phase.name: phase for phase in profile.phases}
    assert list(phases) == ["interpreter", "entry", "settings", "apps", "models", "ready", "urls", "noise"]
    assert phases["settings"].time_ns == about(BURNT["truth.settings"])
    assert phases["apps"].time_ns == about(BURNT["alpha"] + BURNT["alpha.apps"])
    burnt = ("shared_lib", "alpha.models", "plugins.dynamic", "google.cloud.tapes", "google.paint")
    assert phases["models"].time_ns == about(sum(BURNT[name] for name in burnt))
    assert phases["urls"].time_ns == about(BURNT["beta.urls"])
    assert phases["ready"].cpu_ns == about(READY_BURNT + BURNT["heavy.work"])
    assert phases["ready"].waiting_ns == about(READY_SLEPT)


def test_phases_add_up_to_the_total(profile: StartupProfile) -> None:
    assert sum(phase.time_ns for phase in profile.phases) == profile.total.time_ns
    assert sum(phase.cpu_ns for phase in profile.phases) == profile.total.cpu_ns
    assert sum(phase.waiting_ns for phase in profile.phases) == profile.total.waiting_ns
    assert all(phase.time_ns == phase.cpu_ns + phase.waiting_ns for phase in profile.phases)


def test_cumulative_time_holds_what_was_imported_from_within(modules: dict[str, Module]) -> None:
    assert modules["alpha.models"].cumulative_ns == about(BURNT["alpha.models"] + BURNT["shared_lib"])
    assert modules["truth.urls"].cumulative_ns == about(BURNT["beta.urls"])
