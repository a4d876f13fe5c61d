"""What the records of a start come to."""

from __future__ import annotations

import os
import sys
import types
from pathlib import Path

import pytest

from django_startup.banner.distributed import Groups, distribution_names, loaded_files, package_directories
from django_startup.banner.start import Doors, PackageStart, make_start, start_time
from django_startup.banner.start_spans import read_spans
from tests.support.starts import MS, SERVER, begin, clocks, compiled, end, recorded

SITE = "/venv/site-packages/"
SHOP = "/shop/billing/models.py"
FILES = {
    "stripe": SITE + "stripe/__init__.py",
    "stripe.api": SITE + "stripe/api.py",
    "requests": SITE + "requests.py",
    "google": "",
    "google.cloud": "",
    "google.cloud.tapes": SITE + "google/cloud/tapes/__init__.py",
    "google.cloud.tapes.reel": SITE + "google/cloud/tapes/reel.py",
    "early": SITE + "early.py",
    "billing": "/shop/billing/__init__.py",
    "billing.models": SHOP,
    "sys": "",
}
NAMES = {"stripe": "stripe", "requests": "Requests", "google.cloud.tapes": "google-cloud-tapes", "early": "early"}


def groups(settings: str = "") -> Groups:
    return Groups(FILES, (SITE,), settings)


def shorten(file: str) -> str:
    return file.removeprefix("/shop/")


def test_groups() -> None:
    found = groups()
    assert found.loaded == set(NAMES)
    assert found.of("google.cloud.tapes.reel.spool") == "google.cloud.tapes"
    assert found.of("google.cloud.unknown") is None
    assert found.of("billing.models") is None
    assert found.of("django_startup.banner.line") is None


def test_a_project_that_is_installed_is_in_no_group() -> None:
    assert groups("google.cloud.tapes").loaded == set(NAMES) - {"google.cloud.tapes"}
    assert groups("shop.settings").loaded == set(NAMES)


def test_self_times_and_doors() -> None:
    start = make_start(
        recorded(
            begin(1, 1000, 200, "models", "billing"),
            begin(2, 1010, 210, "import", "billing.models", "/venv/site-packages/django/apps/config.py:269"),
            begin(3, 1020, 220, "import", "stripe", f"{SHOP}:3"),
            begin(4, 1040, 240, "import", "requests", SITE + "stripe/__init__.py:1"),
            begin(5, 1050, 250, "gc", "2"),
            end(5, 1060, 260),
            end(4, 1080, 280),
            begin(6, 1080, 280, "import", "stripe.api", SITE + "stripe/__init__.py:2"),
            end(6, 1090, 290),
            begin(7, 1090, 290, "import", "json", SITE + "stripe/__init__.py:4"),
            end(7, 1100, 300),
            end(3, 1110, 310),
            begin(8, 1110, 310, "import", "nothing_of_that_name", f"{SHOP}:5"),
            end(8, 1120, 320),
            end(2, 1130, 330),
            end(1, 1140, 340),
            begin(9, 1140, 340, "import", "google.cloud.tapes", SITE + "django/core/handlers/base.py:40"),
            end(9, 1141, 341),
            begin(10, 1150, 350, "ready", "billing"),
            end(10, 1650, 360),
            begin(11, 1650, 360, "import", "early", "<string>:1"),
            end(11, 1650, 360),
        ),
        groups(),
        NAMES,
        shorten,
    )
    assert start.packages == {
        "stripe": PackageStart(40 * MS, (), "billing/models.py:3"),
        "Requests": PackageStart(30 * MS, ("stripe",), "billing/models.py:3"),
        "google-cloud-tapes": PackageStart(1 * MS, (), "django/core/handlers/base.py:40"),
        "early": PackageStart(0, (), "<string>:1"),
    }
    assert start.parts == {
        "before the apps": 300 * MS,
        "billing.models": 20 * MS,
        "garbage collection": 10 * MS,
        "ready() of billing": 500 * MS,
        "system checks and migrations": 500 * MS,
        "the standard library": 10 * MS,
    }
    assert start.time_ns == 1800 * MS


def test_what_came_before_has_no_time() -> None:
    start = make_start(recorded(), groups(), NAMES, shorten)
    assert set(start.packages.values()) == {PackageStart(None)}


def test_a_package_of_an_app() -> None:
    records = (
        begin(1, 1000, 200, "app", "stripe"),
        begin(2, 1010, 210, "import", "stripe", SITE + "django/apps/config.py:193"),
        end(2, 1020, 220),
        end(1, 1020, 220),
    )
    start = make_start(recorded(*records), groups(), NAMES, shorten)
    assert start.packages["stripe"] == PackageStart(10 * MS, (), "INSTALLED_APPS")


def test_a_package_that_the_standard_library_imports() -> None:
    records = (
        begin(1, 1010, 210, "import", "webbrowser", f"{SHOP}:1"),
        begin(2, 1020, 220, "gc", "2"),
        begin(3, 1030, 230, "import", "requests", os.__file__ + ":7"),
        end(3, 1040, 240),
        end(2, 1040, 240),
        end(1, 1050, 250),
    )
    start = make_start(recorded(*records), groups(), NAMES, shorten)
    assert start.packages["Requests"] == PackageStart(10 * MS, (), "billing/models.py:1")


def test_an_import_that_nobody_has_written() -> None:
    spans, _, _ = read_spans(recorded(begin(1, 1000, 200, "import", "stripe"), end(1, 1001, 201)))
    assert Doors(groups(), NAMES, shorten).way(spans[0]) == ((), "")


def test_waiting_counts_while_the_main_thread_is_alone() -> None:
    spans, _, _ = read_spans(
        recorded(
            begin(1, 1000, 200, "import", "alone"),
            end(1, 1100, 210, delay_ms=30),
            begin(2, 2100, 900, "import", "beside the server"),
            end(2, 2200, 910),
            begin(3, 1500, 5, "import", "in another thread", thread=SERVER),
            end(3, 1600, 25, thread=SERVER),
        )
    )
    assert [span.self_ns // MS for span in spans] == [70, 10, 20]


def test_compiling_is_no_part_of_an_import() -> None:
    spans, number, ns = read_spans(
        recorded(
            compiled(3),
            begin(1, 1000, 200, "import", "stripe"),
            compiled(4),
            compiled(5, thread=SERVER),
            end(1, 1010, 210),
            compiled(6),
        )
    )
    assert [span.self_ns // MS for span in spans] == [6]
    assert (number, ns) == (4, 18 * MS)


def test_spans_that_end_in_another_order() -> None:
    """As greenlets may leave them."""
    spans, _, _ = read_spans(
        recorded(
            begin(1, 1000, 200, "import", "a"),
            begin(2, 1010, 210, "import", "b"),
            begin(3, 1020, 220, "import", "c"),
            end(2, 1030, 230),
            end(3, 1040, 240),
            end(1, 1050, 250),
            end(9, 1060, 260),
        )
    )
    assert [span.self_ns // MS for span in spans] == [30, 10, 10]


@pytest.mark.parametrize(
    ("values", "time_ms"),
    [
        pytest.param({}, 1800, id="age"),
        pytest.param({"age": None}, 200 + 1500, id="no age"),
        pytest.param({"age": 900 * MS}, 200 + 1500, id="an age that cannot be"),
        pytest.param({"main_run_queue_wait": 300 * MS, "serving": clocks(2500, 100, 50)}, 1450, id="a busy machine"),
        pytest.param({"main_run_queue_wait": 1700 * MS}, 1000, id="no less than its CPU time"),
        pytest.param(
            {"is_main": True, "serving": clocks(2500, 1100, 400), "main_run_queue_wait": 400 * MS},
            1400,
            id="one thread",
        ),
    ],
)
def test_time_of_a_start(values: dict[str, object], time_ms: int) -> None:
    assert start_time(recorded(**values)) == time_ms * MS


def test_one_thread_waits_for_the_machine_before_and_after() -> None:
    serving = clocks(2500, 1100, 400)
    values = {"is_main": True, "serving": serving, "handover": clocks(2000, 900, 300), "main_run_queue_wait": 400 * MS}
    start = make_start(recorded(**values), groups(), NAMES, shorten)
    assert start.parts["system checks and migrations"] == 400 * MS


def test_files_of_what_is_no_module() -> None:
    class Lazy(types.ModuleType):
        def __getattribute__(self, name: str) -> object:
            raise AssertionError("it was woken up")

    module = types.ModuleType("known")
    module.__file__ = "/known.py"
    strange = types.ModuleType("strange")
    strange.__file__ = Path("/strange.py")  # type: ignore[assignment]
    things = {"known": module, "strange": strange, "none": None, "number": 1, "lazy": Lazy("lazy"), 5: module}
    assert loaded_files(things) == {"known": "/known.py", "strange": "", "lazy": ""}  # type: ignore[arg-type]


def test_package_directories(tmp_path: Path) -> None:
    (tmp_path / "vendor/acme-1.0.dist-info").mkdir(parents=True)
    path = ["/shop", "/venv/site-packages/", "/venv/site-packages", str(tmp_path / "vendor"), str(tmp_path)]
    assert package_directories(path) == (SITE, f"{tmp_path}/vendor{os.sep}")


def test_names_are_looked_up_in_the_metadata() -> None:
    files = {name: str(getattr(sys.modules.get(name), "__file__", "")) for name in ("pytest", "_pytest", "tests")}
    files["tests"] = __file__
    assert distribution_names(files, files, sys.path) == {"pytest": "pytest", "_pytest": "pytest", "tests": "tests"}
