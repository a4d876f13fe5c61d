"""
A project whose tests have known costs: each is a loop that burns a given CPU time, by clocks that go on by these costs
alone (tests/projects/ground_truth/clock).
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.measure.target import BootTarget, Until, pytest_entry
from django_startup.profile.boots import SessionPart
from django_startup.profile.parts import Module
from django_startup.profile.profile import StartupProfile
from django_startup.profiler import profile_startup
from tests.support.pytest_projects import make_tested_project

pytestmark = pytest.mark.smoke

GROUND_TRUTH = Path(__file__).parents[1] / "projects" / "ground_truth"
MS = 1_000_000
BURN = "from truth.costs import burn\n"


def burns(milliseconds: int) -> str:
    return f"{BURN}burn({milliseconds})\n"


FILES = {
    "plugin/acme_plugin.py": f"import acme_helper\n{burns(30)}",
    "plugin/acme_helper.py": burns(15),
    "plugin/acme_plugin-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: acme-plugin\nVersion: 1.0\n",
    "plugin/acme_plugin-1.0.dist-info/entry_points.txt": "[pytest11]\nacme = acme_plugin\n",
    "plugin/acme_plugin-1.0.dist-info/RECORD": "acme_plugin.py,,\nacme_helper.py,,\n",
    "conftest.py": """\
import pytest
import of_conftest
from truth.costs import burn

burn(20)


@pytest.fixture
def slow():
    burn(25)
""",
    "of_conftest.py": burns(40),
    "tests/conftest.py": burns(12),
    "tests/test_one.py": """\
import of_one
import pytest


@pytest.mark.django_db
def test_one(slow):
    import of_the_body
""",
    "of_one.py": burns(35),
    "of_the_body.py": burns(18),
    "tests/test_two.py": f"{burns(22)}\n\ndef test_two():\n    burn(500)\n",
}
APP = {
    "apps.py": """\
from django.apps import AppConfig
from django.db.models.signals import pre_migrate

from truth.costs import burn


class Config(AppConfig):
    name = "billing"

    def ready(self):
        burn(10)
        pre_migrate.connect(lambda **_: burn(60), sender=self, weak=False)
""",
    "models.py": burns(28),
}


def about(milliseconds: int) -> object:
    """A duration in nanoseconds that reading the clocks hundreds of times has not blurred by more than 3 ms."""
    return pytest.approx(milliseconds * MS, abs=3 * MS)


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> StartupProfile:
    project = make_tested_project(tmp_path_factory.mktemp("costs"), FILES, apps={"billing": APP})
    with pytest.MonkeyPatch.context() as patch:
        paths = GROUND_TRUTH / "clock", GROUND_TRUTH, project / "plugin"
        patch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))
        for name in ("DJANGO_SETTINGS_MODULE", "PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
            patch.delenv(name, raising=False)
        target = BootTarget(
            pytest_entry(), until=Until.FIRST_TEST, seen_as=("-p", "no:cacheprovider"), directory=project
        )
        return profile_startup(target, runs=1, on_boot=lambda done, planned: None)


def part(profile: StartupProfile, kind: str, name: str) -> SessionPart:
    return next(part for part in profile.session.parts if (part.kind, part.name) == (kind, name))


@pytest.fixture(scope="module")
def modules(profile: StartupProfile) -> dict[str, Module]:
    return {module.name: module for module in profile.modules}


def test_phases_hold_what_was_burnt_in_them(profile: StartupProfile) -> None:
    phases = {phase.name: phase.time_ns for phase in profile.phases}
    assert phases["conftest"] == about(20 + 40 + 12)
    assert phases["models"] == about(28)
    assert phases["ready"] == about(10)
    assert phases["collection"] == about(35 + 22)
    assert phases["database"] == about(60)
    assert phases["test"] == about(25 + 18)
    assert list(phases)[:3] == ["interpreter", "entry", "plugins"]


def test_phases_add_up_to_the_total(profile: StartupProfile) -> None:
    assert sum(phase.time_ns for phase in profile.phases) == profile.total.time_ns
    assert profile.total.time_ns >= (30 + 15 + 72 + 28 + 10 + 57 + 60 + 43) * MS


def test_a_plugin_is_named_by_its_distribution(profile: StartupProfile, modules: dict[str, Module]) -> None:
    assert part(profile, "plugin", "acme-plugin").time_ns == about(30 + 15)
    assert (modules["acme_plugin"].phase, modules["acme_helper"].phase) == ("plugins", "plugins")
    assert modules["acme_plugin"].importer is not None
    assert "django_startup" not in modules["acme_plugin"].importer.file


def test_pytest_is_what_runs_and_nothing_to_save(profile: StartupProfile) -> None:
    package = next(package for package in profile.packages if package.name == "pytest")
    assert (package.saving_ns, package.doors) == (0, ())


def test_a_conftest_file_has_its_costly_lines(profile: StartupProfile) -> None:
    found = part(profile, "conftest", "conftest.py")
    assert found.time_ns == about(20 + 40)
    assert [(line.line, line.name, line.time_ns) for line in found.lines] == [(2, "of_conftest", about(40))]
    assert part(profile, "conftest", "tests/conftest.py").time_ns == about(12)


def test_each_file_with_tests_has_what_its_collection_took(profile: StartupProfile) -> None:
    one, two = part(profile, "file", "tests/test_one.py"), part(profile, "file", "tests/test_two.py")
    assert (one.time_ns, two.time_ns) == (about(35), about(22))
    assert [(line.line, line.name) for line in one.lines] == [(1, "of_one")]
    assert two.lines == ()


def test_fixtures_of_the_body(profile: StartupProfile) -> None:
    slow, database = part(profile, "fixture", "slow"), part(profile, "fixture", "django_db_setup")
    assert (slow.own_ns, slow.file, slow.line) == (about(25), "conftest.py", 8)
    assert database.time_ns == about(60)


def test_the_first_test(profile: StartupProfile, modules: dict[str, Module]) -> None:
    session = profile.session
    assert (session.first_test, session.problem, session.tests) == ("tests/test_one.py::test_one", "", 2)
    module = modules["of_the_body"]
    assert (module.phase, module.self_ns) == ("test", about(18))
    assert module.importer is not None
    assert (module.importer.file, module.importer.line) == ("tests/test_one.py", 7)
