"""No file, however damaged, ends a command with a traceback: it is passed over, or refused with one sentence."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_startup.compare.comparison import compare
from django_startup.exceptions import UsageError
from django_startup.gate.baseline import read_baselines
from django_startup.gate.declared import declared_budgets, declared_waivers
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.why import explain
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.failure import failure_sentence
from django_startup.profile.json_form import to_json
from django_startup.profile.profile import SCHEMA, StartupProfile
from django_startup.profile.profile_file import load_profile
from django_startup.profiler import ProjectDied, stop_if_dead
from django_startup.pyproject import read_settings
from django_startup.reports.console.comparison import render_comparison
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.why import render_why
from django_startup.reports.formats import FORMATS, View, write_as
from tests.support.budgets import make_baseline
from tests.support.documents import changed, changes, fuzzed, texts, values
from tests.support.helpers import make_project, profile, run

TABLE = """
[tool.django-startup.budget]
max = { warn = "2.5s", fail = "3s" }
waiting = "50ms"
modules = 3000
memory = "350MiB"
calls = 900000
bytecode = "20MiB"
cold-bytecode = "warn"
forbid = ["pandas", "google.cloud.*", { modules = ["langchain"], message = "in the view", target = "setup" }]
require = [{ modules = ["json"], target = "wsgi" }]
baseline = "startup-baseline.json"
phases = { settings = "150ms" }
ready = { "*" = "50ms", search = "200ms" }
apps = { billing = { fail = "300ms", optional = true } }
packages = { stripe = "200ms" }
side-effects = { sql = 0, subprocess = 0 }
target = { wsgi = { require = ["shop.urls"] } }
waive = [{ item = "forbid pandas", reason = "soon", until = 2027-03-01 }]
"""


KEYS = ("schema", "target", "environment", "boots", "total", "phases", "apps", "packages", "modules", "timeline")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a saved profile."""
    apps = {
        "billing": {"models.py": "import json.tool\nfrom wsgiref import util\n"},
        "search": {"apps.py": "from django.apps import AppConfig\n\n\nclass C(AppConfig):\n    name = 'search'\n"},
    }
    project = make_project(tmp_path_factory.mktemp("fuzz"), apps=apps)
    ran = profile(project, "-o", "profile.json")
    assert ran.returncode == 0, ran
    return project


@pytest.fixture(scope="module")
def saved(directory: Path) -> dict[str, Any]:
    """Its profile, with the lists cut down to a few items each, so that a change hits every part as often."""
    document: dict[str, Any] = json.loads((directory / "profile.json").read_text())
    for key, value in document.items():
        if isinstance(value, list):
            document[key] = value[:3]
    course = document["timeline"]
    course["spans"] = course["spans"][:60]  # a parent comes before what is inside it
    course["names"] = course["names"][: 1 + max(name for _, name, *_ in course["spans"])]
    return document


def show(profile: StartupProfile, directory: Path) -> None:
    """Everything that is made of a profile."""
    for suffix in FORMATS:
        write_as(Path(f"x{suffix}"), profile, View(top=3))
        write_as(Path(f"x{suffix}"), profile, View(top=3, before=profile))
    as_text(render_comparison(compare(profile, profile), top=3), 80)
    names = ["json", *(package.name for package in profile.packages[:1]), *(row.name for row in profile.modules[:1])]
    for name in names:
        as_text(render_why(explain(Inquiry(profile, directory), name)), 80)


@fuzzed()
@given(picks=changes)
def test_profiles_are_read(directory: Path, saved: dict[str, Any], picks: list[tuple[int, Any]]) -> None:
    path = directory / "changed.json"
    path.write_text(json.dumps(changed(saved, picks)))
    try:
        assert isinstance(load_profile(path), StartupProfile)
    except UsageError as error:
        assert str(error)


@fuzzed(0.02)
@given(picks=changes)
def test_profiles_are_shown(directory: Path, saved: dict[str, Any], picks: list[tuple[int, Any]]) -> None:
    path = directory / "changed.json"
    path.write_text(json.dumps(changed(saved, picks)))
    try:
        show(load_profile(path), directory)
    except UsageError as error:
        assert str(error)


@fuzzed(0.5)
@given(key=st.integers(0, 99), value=values)
def test_any_value_for_a_part_of_a_profile(directory: Path, saved: dict[str, Any], key: int, value: Any) -> None:
    path = directory / "changed.json"
    name = list(saved)[key % len(saved)]
    path.write_text(json.dumps(saved | {name: value}))
    try:
        assert isinstance(load_profile(path), StartupProfile)
    except UsageError as error:
        assert str(error)


@fuzzed()
@given(document=values | st.dictionaries(texts | st.sampled_from(KEYS), values), has_schema=st.booleans())
def test_any_json_for_a_profile(directory: Path, document: Any, has_schema: bool) -> None:
    if has_schema and isinstance(document, dict):
        document = document | {"schema": SCHEMA}
    refused(directory, json.dumps(document).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 200_000,
        b'{"schema": "' + SCHEMA.encode() + b'", "modules": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a": ' * 100_000,
        b'{"schema": "' + SCHEMA.encode() + b'", "total": ' + b"9" * 5_000 + b"}",
        b'{"schema": "' + SCHEMA.encode() + b'", "schema": []}',
        b"\xef\xbb\xbf{}",
        "{}".encode("utf-16"),
        b"NaN",
        b"-Infinity",
        b'"\\ud800"',
        b"",
        b"\0" * 1000,
    ],
    ids=range(12),
)
def test_odd_json_for_a_profile(directory: Path, data: bytes) -> None:
    refused(directory, data)


def refused(directory: Path, data: bytes) -> None:
    """Each reader says in one line what is wrong."""
    path = directory / "any.json"
    path.write_bytes(data)
    for reader in (load_profile, read_baselines):
        with pytest.raises(UsageError) as error:
            reader(path)
        assert "\n" not in str(error.value)


@fuzzed(0.02)
@given(kinds=st.lists(texts, min_size=7, max_size=7), part=st.sampled_from(["kinds", "names", "threads"]))
def test_any_names_in_a_course(directory: Path, saved: dict[str, Any], kinds: list[str], part: str) -> None:
    path = directory / "changed.json"
    path.write_text(json.dumps(saved | {"timeline": saved["timeline"] | {part: kinds}}))
    try:
        show(load_profile(path), directory)
    except UsageError as error:
        assert str(error)


@fuzzed()
@given(data=st.binary(max_size=200), head=st.booleans())
def test_bytes_for_a_profile_and_a_baseline(directory: Path, data: bytes, head: bool) -> None:
    path = directory / "bytes.json"
    path.write_bytes((f'{{"schema": "{SCHEMA}", ' if head else "").encode() + data)
    for reader in (load_profile, read_baselines):
        with pytest.raises(UsageError):
            reader(path)


@fuzzed()
@given(picks=changes)
def test_baselines(directory: Path, picks: list[tuple[int, Any]]) -> None:
    path = directory / "baseline.json"
    document = {"schema": "django-startup/baseline/1", "targets": {"urls": to_json(make_baseline())}}
    path.write_text(json.dumps(changed(document, picks)))
    try:
        assert set(read_baselines(path)) <= {"urls", *map(str, [value for _, value in picks])}
    except UsageError as error:
        assert str(error)


@fuzzed()
@given(picks=changes)
def test_tables(picks: list[tuple[int, Any]]) -> None:
    document = changed(tomllib.loads(TABLE), picks)
    table = document.get("tool", {})
    table = table.get("django-startup", {}) if isinstance(table, dict) else {}
    table = table.get("budget", {}) if isinstance(table, dict) else {}
    try:
        declared_budgets(table if isinstance(table, dict) else {})
        declared_waivers(table if isinstance(table, dict) else {})
    except UsageError as error:
        assert str(error)


@fuzzed()
@given(text=st.text(max_size=100), cut=st.integers(0, len(TABLE)), at=st.integers(0, len(TABLE)))
def test_toml(directory: Path, text: str, cut: int, at: int) -> None:
    damaged = TABLE[:cut] + text + TABLE[at:]
    (directory / "pyproject.toml").write_bytes(damaged.encode("utf-8", "surrogatepass"))
    try:
        declared_budgets(read_settings(directory).budget or {})
    except UsageError as error:
        assert str(error)


@pytest.fixture(scope="module")
def recorded(directory: Path) -> list[Any]:
    """The records of an evidence boot, thinned out."""
    keep = directory / "kept.jsonl"
    code = (
        "import shutil, sys\n"
        "from pathlib import Path\n"
        "from django_startup.measure import boot as module\n"
        "from django_startup.measure.target import BootTarget, find_entry\n"
        "read = module.read_recording\n"
        "def keeping(path, **options):\n"
        f"    shutil.copy(path, {str(keep)!r})\n"
        "    return read(path, **options)\n"
        "module.read_recording = keeping\n"
        "target = BootTarget(find_entry(None, Path.cwd()), directory=Path.cwd())\n"
        "module.boot(target, module.BootKind.EVIDENCE, timeout=120)\n"
    )
    ran = run(directory, "-c", code)
    assert ran.returncode == 0, ran
    records = [json.loads(line) for line in keep.read_text().splitlines()]
    heads: dict[Any, list[Any]] = {}
    for record in records:
        heads.setdefault(record[0] if isinstance(record, list) else record["record"], []).append(record)
    wanted = [id(record) for found in heads.values() for record in (*found[:12], *found[-3:])]
    return [record for record in records if id(record) in wanted]


def damage(path: Path, records: list[Any], raw: bytes, cut: int) -> None:
    """Write records without the first few, and with something else after them."""
    lines = [json.dumps(record).encode() for record in records]
    path.write_bytes(b"\n".join(lines[cut:] if cut < 20 else lines) + raw)


@fuzzed()
@given(picks=changes, more=st.lists(values, max_size=3), raw=st.binary(max_size=20), cut=st.integers(0, 100))
def test_recordings_are_read(
    directory: Path, recorded: list[Any], picks: list[tuple[int, Any]], more: list[Any], raw: bytes, cut: int
) -> None:
    path = directory / "recording.jsonl"
    damage(path, [*changed(recorded, picks), *more], raw, cut)
    assert isinstance(read_recording(path, spawned_ns=400), Recording)


@fuzzed(0.02)
@given(picks=changes, raw=st.binary(max_size=20), cut=st.integers(0, 100), text=texts)
def test_recordings_are_shown(
    directory: Path, recorded: list[Any], picks: list[tuple[int, Any]], raw: bytes, cut: int, text: str
) -> None:
    path = directory / "recording.jsonl"
    damage(path, changed(recorded, picks), raw, cut)
    recording = read_recording(path, spawned_ns=400)
    target = BootTarget(find_entry(None, directory), directory=directory)
    for outcome in (Outcome.REACHED, Outcome.EXCEPTION):
        ending = Ending(outcome, lines=(text,))
        failure_sentence(target, recording.with_ending(ending), 3.0)
        try:
            stop_if_dead(target, recording.with_ending(ending), 3.0)
        except ProjectDied as error:
            if error.until is not None:
                show(error.until, directory)
