from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from django_startup.compare.changes import Change, PhaseChange, Status
from django_startup.compare.comparison import Registration, compare
from django_startup.compare.memory_changes import MemoryChange
from django_startup.measure.spans import ImportSite
from django_startup.profile.boots import Phase
from django_startup.profile.effects import Registries, RegistryEntry, UnreadableRegistry
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.parts import Package
from django_startup.profile.profile import StartupProfile
from tests.support.profiles import MS, make_module, make_profile


def with_total(profile: StartupProfile, milliseconds: int) -> StartupProfile:
    return replace(profile, total=replace(profile.total, time_ns=milliseconds * MS))


@pytest.mark.parametrize(
    ("milliseconds", "verdict", "noise"),
    [(1400, "same", 85), (1485, "same", 85), (1486, "slower", 85), (1315, "same", 85), (1314, "faster", 85)],
)
def test_a_difference_must_be_larger_than_the_noise(milliseconds: int, verdict: str, noise: int) -> None:
    comparison = compare(make_profile(), with_total(make_profile(), milliseconds))
    assert (comparison.verdict, comparison.noise_ns) == (verdict, noise * MS)


def test_boots_that_differ_make_more_noise() -> None:
    profile = make_profile()
    boots = tuple(replace(boot, time_ns=time * MS) for boot, time in zip(profile.boots, (0, 1400, 1700), strict=True))
    noisy = replace(profile, boots=boots)
    assert compare(profile, with_total(noisy, 1540)).verdict == "same"
    assert compare(noisy, profile).noise_ns == 150 * MS


def test_no_boots_and_no_noise() -> None:
    bare = replace(make_profile(), boots=(), phases=())
    assert compare(bare, bare).noise_ns == 70 * MS


def test_the_same_profile_twice() -> None:
    comparison = compare(make_profile(), make_profile())
    assert (comparison.circumstances, comparison.changes, comparison.lost, comparison.gained) == ((), (), (), ())
    assert (comparison.memory, comparison.before_modules, comparison.after_modules) == ((), 1234, 1234)
    assert comparison.phases[-1] == PhaseChange("noise", 85 * MS, 85 * MS)


def test_what_grew_shrank_appeared_and_vanished() -> None:
    before = replace(make_profile(), modules=(make_module("a"), make_module("b"), make_module("small", self_ms=1)))
    site = ImportSite("shop.urls", "shop/urls.py", 3)
    admin, billing = before.apps
    stripe = replace(before.packages[0], version="14.0", self_ns=500 * MS)
    jinja = Package("jinja2", "3.1", 9 * MS, 9 * MS, 3)
    after = replace(
        before,
        modules=(
            make_module("a", self_ms=21),
            replace(make_module("b", self_ms=30), importer=site),
            make_module("new", self_ms=1),
            replace(make_module("jinja2"), owner=Owner(OwnerKind.PACKAGE, "jinja2")),
        ),
        packages=(stripe, jinja),
        apps=(admin, replace(billing, ready_ns=10 * MS), replace(billing, label="new", ready_ns=0)),
        side_effects=before.side_effects[:1],
    )
    assert compare(before, after).changes == (
        Change("ready()", "billing", 520 * MS, 10 * MS, "", Status.SHRANK),
        Change("app", "new", None, 412 * MS, "", Status.APPEARED),
        Change("subprocess", "mjml --version", 310 * MS, None, "", Status.VANISHED),
        Change("package", "stripe", 300 * MS, 500 * MS, "billing/models.py:3", Status.GREW, "13.0.1 → 14.0"),
        Change("package", "pandas", 80 * MS, None, "", Status.VANISHED, "2.2"),
        Change("module", "b", 20 * MS, 30 * MS, "shop/urls.py:3", Status.GREW),
        Change("package", "jinja2", None, 9 * MS, "", Status.APPEARED, "3.1"),
        Change("sql", "SELECT 1", 7 * MS, 3 * MS, "billing/apps.py:12", Status.CHANGED, "×2 → ×1"),
        Change("module", "new", None, 1 * MS, "", Status.APPEARED),
        Change("module", "small", 1 * MS, None, "", Status.VANISHED),
    )


def test_an_app_that_comes_with_a_slow_ready() -> None:
    before = replace(make_profile(), apps=make_profile().apps[:1])
    changes = compare(before, make_profile()).changes
    assert [(change.kind, change.status) for change in changes] == [("ready()", "appeared"), ("app", "appeared")]


@pytest.mark.parametrize(("waiting", "listed"), [(500, ["ready()", "subprocess"]), (1500, [])])
def test_waiting_that_differs_from_boot_to_boot(waiting: int, listed: list[str]) -> None:
    """A subprocess waits for a processor as well, so on a busy machine what waits takes longer."""
    before = make_profile()
    boots = (*before.boots[:2], replace(before.boots[2], waiting_ns=waiting * MS))
    admin, billing = before.apps
    effects = (*before.side_effects[:2], replace(before.side_effects[2], time_ns=700 * MS))
    after = replace(before, boots=boots, apps=(admin, replace(billing, ready_ns=910 * MS)), side_effects=effects)
    assert sorted(change.kind for change in compare(before, after).changes) == listed
    assert sorted(change.kind for change in compare(after, before).changes) == listed


def test_a_version_that_costs_the_same() -> None:
    before = make_profile()
    after = replace(before, packages=(replace(before.packages[0], version="14.0"), before.packages[1]))
    (change,) = compare(before, after).changes
    assert (change.status, change.detail, change.difference_ns) == ("changed", "13.0.1 → 14.0", 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("load /tmp/tmpab12/x.so", "load /tmp/tmpcd34/x.so"),
        ("<Lock at 0x7f01>", "<Lock at 0x7f02>"),
        ("Thread-1 (run)", "Thread-7 (run)"),
    ],
)
def test_names_that_are_others_in_every_boot(one: str, other: str) -> None:
    before = make_profile()
    profiles = [replace(before, side_effects=(replace(before.side_effects[0], detail=text),)) for text in (one, other)]
    assert compare(*profiles).changes == ()


def test_modules_of_other_threads_come_and_go() -> None:
    before = make_profile()
    after = replace(before, modules=(*before.modules, make_module("late", thread="worker")))
    assert compare(before, after).changes == ()


def test_memory() -> None:
    before = make_profile()
    mib = 2**20
    total = replace(before.total, rss_bytes=241 * mib)
    stripe, pandas = before.packages
    after = replace(
        before,
        total=total,
        packages=(
            replace(stripe, rss_bytes=60 * mib),
            replace(pandas, rss_bytes=67 * mib),
            replace(stripe, name="new"),
        ),
    )
    assert compare(before, after).memory == (
        MemoryChange("total", "", 231 * mib, 241 * mib, Status.GREW),
        MemoryChange("package", "new", None, 41 * mib, Status.APPEARED),
        MemoryChange("package", "stripe", 41 * mib, 60 * mib, Status.GREW),
    )
    assert [change.status for change in compare(after, before).memory] == ["shrank", "vanished", "shrank"]


@pytest.mark.parametrize("swap", [False, True])
def test_memory_that_a_system_does_not_tell(swap: bool) -> None:
    one = make_profile()
    other = replace(one, total=replace(one.total, rss_bytes=None))
    assert compare(*((other, one) if swap else (one, other))).memory == ()


def test_a_phase_that_is_in_one_only() -> None:
    before = make_profile()
    after = replace(before, phases=(*before.phases[:1], Phase("urls", 5 * MS, 5 * MS, 0), *before.phases[2:]))
    assert [(phase.name, phase.before_ns, phase.after_ns) for phase in compare(before, after).phases] == [
        ("interpreter", 30 * MS, 30 * MS),
        ("settings", 70 * MS, None),
        ("models", 600 * MS, 600 * MS),
        ("ready", 615 * MS, 615 * MS),
        ("urls", None, 5 * MS),
        ("noise", 85 * MS, 85 * MS),
    ]


def test_registrations() -> None:
    before, after = make_profile(), make_profile()
    receiver = RegistryEntry("shop.signals.reindex", "post_save shop.Product", "shop.signals")
    after = replace(after, registries=Registries(receivers=(receiver,)))
    comparison = compare(before, after)
    assert comparison.lost == (Registration("models", "billing.Refund", "billing", "billing.models"),)
    assert comparison.gained == (Registration("receivers", *(receiver.name, receiver.of, receiver.module)),)


def test_circumstances() -> None:
    before = make_profile()
    after = replace(
        before,
        environment=replace(before.environment, python="3.14.0", django="6.0", compiled_from_source=0),
        target=replace(before.target, until="command", command="migrate --plan"),
    )
    assert compare(before, after).circumstances == snapshot(
        (
            "Different Python: 3.13.0 before, 3.14.0 now.",
            "Different Django: 5.2.19 before, 6.0 now.",
            "Different target: manage.py to checks before, manage.py to migrate --plan now.",
            "Modules were compiled from source before, so the times cannot be compared.",
        )
    )
    assert compare(after, before).circumstances[-1].startswith("Modules were compiled from source now")


def test_times_of_modules_compiled_from_source_are_not_compared() -> None:
    before = make_profile()
    slow = replace(before.apps[1], ready_ns=9000 * MS)
    after = replace(
        with_total(before, 9000),
        environment=replace(before.environment, compiled_from_source=0),
        apps=(before.apps[0], slow),
        packages=before.packages[:1],
    )
    comparison = compare(before, after)
    assert comparison.verdict == "same"
    assert [(change.name, change.status) for change in comparison.changes] == [("pandas", "vanished")]


def test_a_django_that_was_not_there() -> None:
    before = make_profile()
    after = replace(before, environment=replace(before.environment, django=""))
    assert compare(before, after).circumstances == snapshot(("Different Django: 5.2.19 before, none now.",))


def test_a_registry_that_could_not_be_read() -> None:
    before = make_profile()
    unreadable = (UnreadableRegistry("models", "KeyError: 3"),)
    comparison = compare(before, replace(before, registries=Registries(), unreadable=unreadable))
    assert (comparison.lost, comparison.gained) == ((), ())
    assert comparison.circumstances == snapshot(
        ("What is lost or new is not known in full: the registry models could not be read (KeyError: 3) now.",)
    )
