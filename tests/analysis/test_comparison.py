from __future__ import annotations

from dataclasses import replace

import pytest

from django_startup.analysis.comparison import Change, Registration, compare
from django_startup.analysis.profile import ImportSite, Registries, RegistryEntry, StartupProfile
from tests.profiles import MS, make_module, make_profile


def with_total(profile: StartupProfile, milliseconds: int) -> StartupProfile:
    return replace(profile, total=replace(profile.total, time_ns=milliseconds * MS))


@pytest.mark.parametrize(
    ("milliseconds", "verdict"), [(1400, "same"), (1470, "same"), (1471, "slower"), (1330, "same"), (1329, "faster")]
)
def test_a_difference_must_be_larger_than_the_noise(milliseconds: int, verdict: str) -> None:
    comparison = compare(make_profile(), with_total(make_profile(), milliseconds))
    assert (comparison.verdict, comparison.noise_ns) == (verdict, 70 * MS)


def test_boots_that_differ_make_more_noise() -> None:
    profile = make_profile()
    boots = tuple(replace(boot, time_ns=time * MS) for boot, time in zip(profile.boots, (0, 1400, 1700), strict=True))
    noisy = replace(profile, boots=boots)
    assert compare(profile, with_total(noisy, 1540)).verdict == "same"
    assert compare(noisy, profile).noise_ns == 150 * MS


def test_no_boots() -> None:
    assert compare(replace(make_profile(), boots=()), make_profile()).noise_ns == 70 * MS


def test_the_same_profile_twice() -> None:
    comparison = compare(make_profile(), make_profile())
    assert (comparison.circumstances, comparison.changes, comparison.lost, comparison.gained) == ((), (), (), ())


def test_what_grew_shrank_appeared_and_vanished() -> None:
    before = replace(make_profile(), modules=(make_module("a"), make_module("b"), make_module("small", self_ms=1)))
    site = ImportSite("shop.urls", "shop/urls.py", 3)
    after = replace(
        before,
        modules=(
            make_module("a", self_ms=21),
            replace(make_module("b", self_ms=30), importer=site),
            make_module("new"),
        ),
        packages=(replace(before.packages[0], version="14.0", self_ns=500 * MS),),
        apps=(before.apps[0], replace(before.apps[1], ready_ns=10 * MS)),
        side_effects=before.side_effects[:2],
    )
    assert compare(before, after).changes == (
        Change("ready()", "billing", 520 * MS, 10 * MS, ""),
        Change("package", "stripe 14.0", None, 500 * MS, "billing/models.py:3"),
        Change("subprocess", "mjml --version", 310 * MS, None, ":0"),
        Change("package", "stripe 13.0.1", 300 * MS, None, "billing/models.py:3"),
        Change("package", "pandas 2.2", 80 * MS, None, ""),
        Change("module", "new", None, 20 * MS, ""),
        Change("module", "b", 20 * MS, 30 * MS, "shop/urls.py:3"),
    )


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
    assert compare(before, after).circumstances == (
        "Another Python: 3.13.0 before, 3.14.0 now.",
        "Another Django: 5.2.19 before, 6.0 now.",
        "Another target: manage.py to checks before, manage.py to migrate --plan now.",
        "Modules were compiled from source before, so the times cannot be compared.",
    )
    assert compare(after, before).circumstances[-1].startswith("Modules were compiled from source now")
