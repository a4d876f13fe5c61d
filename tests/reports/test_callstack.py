"""The boot as a pyinstrument session, and what its viewers read."""

from __future__ import annotations

import json
import pstats
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from pyinstrument.session import Session

from django_startup.exceptions import UsageError
from django_startup.measure.spans import ImportSite
from django_startup.profile.boots import Phase
from django_startup.profile.owners import Owner, OwnerKind
from django_startup.profile.profile import StartupProfile, TimelineInfo
from django_startup.profile.profile_file import load_profile
from django_startup.profile.timeline import KINDS
from django_startup.reports.viewers.boot_session import boot_session
from django_startup.reports.viewers.callstack import call_stack
from django_startup.reports.viewers.session_formats import boot_as
from tests.support.helpers import app_config, at, make_project, profile, run
from tests.support.profiles import MS, make_module, make_profile

SUFFIXES = (".pyinstrument.html", ".speedscope.json", ".pstats", ".pyisession")
BODY = "import gc\n\ngc.collect()\n"
SITE = "/venv/lib/python3.13/site-packages"

# kind, name, parent, thread, start, end, CPU time, waiting (milliseconds)
SPANS: list[tuple[str, str, int, int, int, int, int, int]] = [
    ("phase", "interpreter", -1, 0, 0, 30, 30, 0),
    ("phase", "models", -1, 0, 30, 700, 4, 0),
    ("models", "billing", 1, 0, 40, 690, 6, 0),
    ("import", "billing.models", 2, 0, 50, 680, 300, 0),
    ("import", "stripe.api", 3, 0, 150, 480, 290, 0),
    ("gc", "2", 4, 0, 200, 230, 30, 0),
    ("import", "worker", -1, 1, 210, 220, 99, 0),
    ("phase", "ready", 4, 0, 300, 330, 15, 500),
    ("app", "missing", 7, 0, 310, 311, 0, 0),
    ("phase", "unknown", -1, 0, 700, 701, 7, 0),
]
PHASES = (
    Phase("interpreter", 30 * MS, 30 * MS, 0),
    Phase("models", 624 * MS, 624 * MS, 0),
    Phase("ready", 515 * MS, 15 * MS, 500 * MS),
    Phase("noise", 231 * MS, 231 * MS, 0),
)


def drawn(*spans: tuple[str, str, int, int, int, int, int, int], **changes: Any) -> StartupProfile:
    """A profile with a timeline of these spans."""
    names = tuple({span[1]: None for span in spans})
    rows = tuple(
        (KINDS.index(kind), names.index(name), parent, thread, *(ms * 1000 for ms in times))
        for kind, name, parent, thread, *times in spans
    )
    timeline = TimelineInfo(KINDS, names, ("MainThread", "worker"), rows)
    return replace(make_profile(), **{"phases": PHASES, "timeline": timeline, **changes})


def shown(profile: StartupProfile) -> list[tuple[str, int]]:
    """The names of the frames of each piece, and its milliseconds."""
    pieces = call_stack(profile).pieces
    return [(" > ".join(frame.split("\0")[0] for frame in frames[1:]), ns // MS) for frames, ns in pieces]


def test_pieces_in_the_order_of_time_that_add_up_to_the_total() -> None:
    billing = "models phase > billing: import_models() > billing.models"
    stripe = f"{billing} > stripe.api"
    assert shown(drawn(*SPANS)) == [
        ("interpreter phase", 30),
        ("models phase", 1),
        ("models phase > billing: import_models()", 2),
        (billing, 99),
        (stripe, 53),
        (f"{stripe} > garbage collection", 24),  # what the phase has left, not what this boot needed
        (stripe, 75),
        ("ready phase", 177),
        ("ready phase", 337),
        (stripe, 161),
        (billing, 200),
        ("models phase > billing: import_models()", 3),
        ("models phase", 2),
        ("noise", 231),
    ]
    pieces = call_stack(drawn(*SPANS)).pieces
    for phase in PHASES[:3]:
        assert sum(ns for frames, ns in pieces if frames[1].startswith(f"{phase.name} phase\0")) == phase.time_ns
    assert sum(ns for _, ns in pieces) == make_profile().total.time_ns
    assert {frames[0] for frames, _ in pieces} == snapshot({"manage.py to system checks\0\0000"})


def test_what_the_fastest_boot_does_not_show_comes_at_the_end_of_its_phase() -> None:
    spans = [("phase", "interpreter", -1, 0, 0, 30, 28, 0)]
    assert shown(drawn(*spans)) == snapshot(
        [
            ("interpreter phase", 28),
            ("interpreter phase > noise", 2),
            ("noise", 1370),
        ]
    )


def test_no_noise() -> None:
    spans = [("phase", "interpreter", -1, 0, 0, 30, 30, 0)]
    total = replace(make_profile().total, time_ns=29 * MS)
    assert shown(drawn(*spans, total=total)) == snapshot([("interpreter phase", 30)])


def test_collections_that_nothing_is_left_for() -> None:
    spans = [("phase", "interpreter", -1, 0, 0, 30, 30, 0), ("gc", "0", 0, 0, 5, 6, 1, 0)]
    assert shown(drawn(*spans))[:-1] == snapshot([("interpreter phase", 5), ("interpreter phase", 24)])


def test_files_and_lines() -> None:
    failed = replace(make_module("MySQLdb"), file="", importer=ImportSite("billing.models", "billing/models.py", 7))
    owner = Owner(OwnerKind.PACKAGE, "billing")
    apps = replace(make_module("billing.apps"), file=f"{SITE}/billing/apps.py", owner=owner)
    modules = (*make_profile().modules, failed, apps)
    spans = [
        ("phase", "ready", -1, 0, 0, 99, 1, 0),
        ("ready", "billing", 0, 0, 1, 98, 1, 0),
        ("import", "stripe.api", 1, 0, 2, 3, 1, 0),
        ("import", "MySQLdb", 1, 0, 4, 5, 1, 0),
        ("import", "gone", 1, 0, 6, 7, 1, 0),
        ("check", "shop.checks.slow", 1, 0, 8, 9, 1, 0),
        ("app", "billing", 1, 0, 10, 11, 1, 0),
    ]
    profile = drawn(*spans, modules=modules)
    stack = call_stack(profile)
    frames = {frame for frames, _ in stack.pieces for frame in frames}
    assert frames >= {
        "billing: ready()\0billing/apps.py\x001",
        f"stripe.api\0{SITE}/stripe/api.py\x001",
        "MySQLdb\0billing/models.py\x007",
        "gone\0\x000",
        "check shop.checks.slow\0\x000",
        "billing: AppConfig.create()\0\x000",
    }
    session = boot_session(profile, stack)
    assert session.sys_prefixes == [SITE]
    assert session.target_description == snapshot("manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19")


def test_code_elsewhere_that_is_not_the_project() -> None:
    vendored = replace(make_module("vendored"), file="/opt/vendored.py", owner=Owner(OwnerKind.PACKAGE, "vendored"))
    profile = drawn(*SPANS, modules=(make_module("billing.models"), vendored))
    assert boot_session(profile, call_stack(profile)).sys_path == ["/opt/vendored.py"]


def test_profile_without_its_course() -> None:
    for timeline in (TimelineInfo(), drawn(("import", "worker", -1, 1, 210, 220, 99, 0)).timeline):
        with pytest.raises(UsageError) as caught:
            boot_as(".pstats", replace(make_profile(), timeline=timeline))
        assert str(caught.value) == snapshot("The profile has no timeline of a boot. Record it again.")


def test_speedscope() -> None:
    document = json.loads(boot_as(".speedscope.json", drawn(*SPANS)))
    assert document["$schema"] == "https://www.speedscope.app/file-format-schema.json"
    frames = [frame["name"] for frame in document["shared"]["frames"]]
    (course,) = document["profiles"]
    opened: list[int] = []
    took: dict[str, float] = dict.fromkeys(frames, 0.0)
    before = 0.0
    for event in course["events"]:
        named = [frames[number] for number in opened if frames[number] != "[self]"]
        took[(named or frames)[-1]] += event["at"] - before
        before = event["at"]
        if event["type"] == "O":
            opened.append(event["frame"])
        else:
            assert opened.pop() == event["frame"]
    assert (opened, course["unit"]) == ([], "seconds")
    assert course["endValue"] == pytest.approx(1.4)
    assert before == pytest.approx(1.4)
    assert took["stripe.api"] == pytest.approx(0.29)
    assert took["ready phase"] == pytest.approx(0.515)


def test_pstats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "boot.pstats"
    content = boot_as(".pstats", drawn(*SPANS))
    assert isinstance(content, bytes)
    path.write_bytes(content)
    stats: Any = pstats.Stats(str(path))
    assert stats.total_tt == pytest.approx(1.4)
    by_name = {function: row for (_, _, function), row in stats.stats.items()}
    assert by_name["stripe.api"][:2] == (1, 1)
    assert by_name["stripe.api"][2:4] == (pytest.approx(0.29), pytest.approx(0.314))
    assert by_name["garbage collection"][4].keys() == {(f"{SITE}/stripe/api.py", 1, "stripe.api")}
    stats.sort_stats("tottime").print_stats("stripe")
    assert "    1    0.290    0.290    0.314    0.314 /venv/lib/" in capsys.readouterr().out


def test_page_is_safe_and_asks_nothing_of_the_network() -> None:
    name = "</script><img src=x onerror=alert(1)>"
    spans = [SPANS[0], ("import", name, 0, 0, 1, 2, 1, 0)]
    page = boot_as(".pyinstrument.html", drawn(*spans, modules=(make_module(name),)))
    assert isinstance(page, str)
    assert "fonts.googleapis.com" not in page
    assert "<img" not in page
    assert page.count("</script>") == 2
    _, _, data = page.partition("const sessionData = ")
    document, _ = json.JSONDecoder().raw_decode(data)
    assert name in json.dumps(document["frame_tree"])


def test_kinds_that_newer_versions_may_add() -> None:
    course = make_profile().timeline
    assert course is not None
    kinds = tuple("new" if kind == "models" else kind for kind in KINDS)
    profile = replace(make_profile(), timeline=replace(course, kinds=kinds))
    names = [frame["name"] for frame in json.loads(boot_as(".speedscope.json", profile))["shared"]["frames"]]
    assert names[5:8] == ["models phase", "billing", "billing.models"]


def test_names_that_would_break_a_frame() -> None:
    spans = [SPANS[0], ("import", "a\0b\1c\udc80", 0, 0, 1, 2, 1, 0)]
    profile = drawn(*spans, modules=())
    assert "interpreter phase > a\\x00b\\x01c\\udc80" in [name for name, _ in shown(profile)]
    for suffix in SUFFIXES:
        assert boot_as(suffix, profile)


def test_a_real_boot(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, apps={"billing": {"apps.py": app_config("import billing.late"), "late.py": BODY}}, urls="import csv\n"
    )
    files = [f"boot{suffix}" for suffix in (".json", *SUFFIXES)]
    (project / "shop/urls.py").write_text("import csv\n\nurlpatterns = []\n")
    ran = profile(project, "--runs", "2", *(argument for file in files for argument in ("-o", file)))
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-len(files) :] == [f"  Saved {file}" for file in files]
    total_ns = load_profile(project / "boot.json").total.time_ns
    session = Session.load(project / "boot.pyisession")
    root: Any = session.root_frame()
    root.self_check()
    assert root.time == pytest.approx(total_ns / 1e9)
    assert root.function == snapshot("manage.py to URLs")
    assert session.duration == pytest.approx(total_ns / 1e9)
    ready = next(frames for frames, _ in session.frame_records if frames[-1].startswith("billing.late\0"))
    assert [frame.split("\0")[0] for frame in ready] == snapshot(
        [
            "manage.py to URLs",
            "ready phase",
            "billing: ready()",
            "billing.late",
        ]
    )
    assert ready[-1].split("\0")[1:] == [*at(project, "billing/late.py", "import gc").split(":")]
    assert pstats.Stats(str(project / "boot.pstats")).total_tt == pytest.approx(total_ns / 1e9)  # type: ignore[attr-defined]
    loaded = run(project, "-m", "pyinstrument", "--load", "boot.pyisession", "--renderer", "text", "--show-all")
    assert (loaded.returncode, "billing.late" in loaded.stdout) == (0, True)


def test_pyinstrument_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "hidden/pyinstrument").mkdir(parents=True)
    (tmp_path / "hidden/pyinstrument/__init__.py").write_text("raise ImportError('not on this Python')\n")
    project = make_project(tmp_path)
    env = {"PYTHONPATH": str(tmp_path / "hidden")}
    ran = profile(project, "-o", "boot.pstats", env=env)
    assert (ran.returncode, ran.stdout, ran.stderr) == snapshot(
        (
            2,
            "",
            "CommandError: -o boot.pstats needs pyinstrument, which this Python cannot import (not on this Python).\n",
        )
    )
    ran = profile(project, "-o", "boot.txt", env=env)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_help_needs_no_pyinstrument(tmp_path: Path) -> None:
    code = (
        "import sys; from django_startup.__main__ import main\n"
        "try: main(['profile', '--help'])\n"
        "except SystemExit: print([name for name in sys.modules if 'pyinstrument' in name])"
    )
    ran = run(make_project(tmp_path), "-c", code)
    assert ran.stdout.endswith("[]\n")
