"""What the reports say of the memory of workers, and of what must not be forked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
from inline_snapshot import snapshot

import django_startup.profile
from django_startup.profile.profile_file import dump_profile, load_profile
from django_startup.profile.workers import UnsafeKind, UnsafeState, WorkerMemory, WorkerMode, Workers
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.sections import render_sections
from django_startup.reports.html.page import render_html
from django_startup.reports.markdown.profile import render_markdown
from django_startup.reports.workers import unsafe_sentence, workers_section
from tests.support.profiles import make_cold_start, make_profile

SCHEMA = json.loads((Path(django_startup.profile.__file__).parent / "profile.schema.json").read_text())
MIB = 2**20
MEMORY = (
    WorkerMemory(WorkerMode.NO_PRELOAD, 120 * MIB, 12 * MIB, 560 * MIB),
    WorkerMemory(WorkerMode.PRELOAD, 80 * MIB, 52 * MIB, 400 * MIB),
    WorkerMemory(WorkerMode.FREEZE, 20 * MIB, 112 * MIB, 220 * MIB),
)
UNSAFE = (
    UnsafeState(UnsafeKind.THREAD, "heart (shop.apps.beat)", "shop/apps.py", 12, True, False),
    UnsafeState(UnsafeKind.THREAD, "4 started by compiled code (python3)", "", 0, True, False),
    UnsafeState(UnsafeKind.CONNECTION, "database default (postgresql)", "shop/apps.py", 14, True, True),
    UnsafeState(UnsafeKind.FILE, "/shop/cities.db", "shop/geo.py", 3, True, False),
    UnsafeState(UnsafeKind.SEED, "random.seed()", "shop/dice.py", 5, False, True),
    UnsafeState(UnsafeKind.RANDOM, "shop.dice.DICE", "shop/dice.py", 7, True, True),
)
WORKERS = Workers(4, "/", "200 OK", "", "23.0.0", MEMORY, UNSAFE)


def sentences(workers: Workers) -> list[str]:
    section = workers_section(workers)
    return [*section.warnings, *(part for part in section.parts if isinstance(part, str))]


def test_the_console() -> None:
    assert as_text(render_sections(replace(make_profile(), workers=WORKERS), top=3), 80) == snapshot("""\
manage.py to system checks, 2 boots, Python 3.13.0, Django 5.2.19

  WORKERS (4)             private     shared  all 4 and master
  no preload            120.0 MiB   12.0 MiB         560.0 MiB
  preload                80.0 MiB   52.0 MiB         400.0 MiB
  preload, gc.freeze()   20.0 MiB  112.0 MiB         220.0 MiB

  Each worker answered GET / with 200 OK, then collected garbage. Server:
  gunicorn 23.0.0.
  Preloading saves 40.0 MiB of each worker.
  gc.freeze() before the fork saves 60.0 MiB more. In gunicorn.conf.py:
  preload_app = True, and in when_ready(server): gc.freeze().
  UNSAFE when the project is loaded before the fork, or in a snapshot:
  - thread heart (shop.apps.beat), shop/apps.py:12: runs in the master only, so
  a worker that waits for it waits for good
  - thread 4 started by compiled code (python3): runs in the master only, so a
  worker that waits for it waits for good
  - connection database default (postgresql), shop/apps.py:14: is one and the
  same in all workers, is dead after a snapshot
  - file /shop/cities.db, shop/geo.py:3: has one position, which all workers
  move
  - random numbers random.seed(), shop/dice.py:5: gives the same numbers after
  every restore of a snapshot
  - random numbers shop.dice.DICE, shop/dice.py:7: gives the same numbers in
  every worker, and after every restore of a snapshot
""")


def test_markdown_and_html() -> None:
    profile = replace(make_profile(), workers=WORKERS, cold=make_cold_start())
    text = render_markdown(profile, top=3)
    assert text.index("**Cold start**") < text.index("**Workers**") < text.index("| preload | 80.0 MiB | 52.0 MiB |")
    assert "<h2>Workers</h2>" in render_html(profile)


def test_saved_workers_are_valid_and_load_again(tmp_path: Path) -> None:
    profile = replace(make_profile(), workers=WORKERS)
    text = dump_profile(profile)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    (tmp_path / "profile.json").write_text(text)
    assert load_profile(tmp_path / "profile.json") == profile


def test_a_request_that_fails() -> None:
    failed = replace(WORKERS, status="500 Internal Server Error", failure="ValueError: no luck (shop/urls.py:4)")
    assert workers_section(failed).warnings == (
        "GET / was answered 500 Internal Server Error: ValueError: no luck (shop/urls.py:4). These are the figures of "
        "workers whose request failed; name another path with --request.",
    )
    assert "was answered nothing. These" in workers_section(replace(WORKERS, status="")).warnings[0]
    for status, is_failed in (("400 Bad Request", True), ("404 Not Found", False), ("302 Found", False)):
        assert bool(workers_section(replace(WORKERS, status=status)).warnings) is is_failed


def test_a_project_in_which_all_is_well() -> None:
    same = tuple(replace(memory, private_bytes=20 * MIB) for memory in MEMORY)
    assert sentences(replace(WORKERS, server="", memory=same, unsafe=())) == [
        "Each worker answered GET / with 200 OK, then collected garbage. Server: no server (gunicorn is not installed "
        "here).",
        "At the fork there were no threads, no connections, no files with a position, no seeded random numbers.",
    ]


def test_workers_that_are_too_few_for_a_master_that_has_the_project() -> None:
    none, preload, _ = MEMORY
    few = replace(WORKERS, count=2, memory=(none, replace(preload, total_bytes=none.total_bytes + 100 * MIB)))
    assert sentences(few)[1:3] == [
        "Preloading saves 40.0 MiB of each worker.",
        "With 2 it takes 100.0 MiB more in all, since the master has the project, too: it pays from about 5 workers "
        "on.",
    ]


def test_one_mode_alone() -> None:
    assert len(sentences(replace(WORKERS, memory=MEMORY[:1], unsafe=()))) == 2


def test_generators_that_are_seeded_anew_in_each_worker() -> None:
    state = replace(UNSAFE[-1], forks=False)
    assert unsafe_sentence(state) == snapshot(
        "random numbers shop.dice.DICE, shop/dice.py:7: gives the same numbers after every restore of a snapshot"
    )
