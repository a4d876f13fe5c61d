from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from django_startup.exceptions import UsageError
from django_startup.gate.baseline import (
    Baseline,
    baseline_of,
    dump_baselines,
    read_baselines,
    save_baseline,
    settled,
)
from django_startup.gate.baseline import (
    make_baseline as baseline_from,
)
from django_startup.profile.effects import Registries, RegistryEntry
from tests.support.budgets import HERE, make_baseline
from tests.support.profiles import make_profile

SCHEMA = "django-startup/baseline/1"


def save(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "startup-baseline.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UsageError) as error:
        read_baselines(path)
    return str(error.value)


# What is in it


def test_made_from_a_profile() -> None:
    profile = make_profile()
    entry = RegistryEntry("reindex", "post_save", "shop.signals")
    route = RegistryEntry("admin:app_list", "admin/^(?P<app_label>auth|billing)/$", "shop.urls")
    profile = replace(profile, registries=replace(profile.registries, receivers=(entry,), url_names=(route,)))
    assert baseline_from(profile, HERE, 42, 19_769_000) == Baseline(
        circumstances=HERE,
        packages=("pandas 2.2", "stripe 13.0.1"),
        project_modules=("billing.models",),
        side_effects=("sql billing/apps.py SELECT 1", "subprocess  mjml --version"),
        registrations=(
            "models billing.Refund (billing)",
            "receivers reindex (post_save)",
            "url_names admin:app_list",
        ),
        modules=1234,
        calls=42,
        memory=231 * 2**20,
        bytecode=19_769_000,
        settings="shop.settings",
    )


def test_what_a_system_does_not_tell() -> None:
    profile = make_profile()
    profile = replace(profile, total=replace(profile.total, rss_bytes=None), registries=Registries())
    found = baseline_from(profile, HERE, 0)
    assert (found.memory, found.registrations) == (0, ())


# The file


def test_round_trip(tmp_path: Path) -> None:
    baselines = {"urls": make_baseline(), "wsgi": make_baseline(packages=("a\udc80\n\"'é 1",), ratio=0.0)}
    path = save(tmp_path, dump_baselines(baselines))
    assert read_baselines(path) == baselines
    assert baseline_of(path, "wsgi") == baselines["wsgi"]


def test_sorted_and_an_item_a_line() -> None:
    text = dump_baselines({"wsgi": make_baseline(), "urls": make_baseline()})
    assert text == dump_baselines({"urls": make_baseline(), "wsgi": make_baseline()})
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    for item in ("Django 5.2.1", "stripe 13.0.1", "billing.models", "models Refund (billing)"):
        assert lines.count(json.dumps(item)) == 2
    assert text.isascii()
    assert text.endswith("}\n")
    document = json.loads(text)
    assert document["schema"] == SCHEMA
    assert text == json.dumps(document, indent=1, sort_keys=True) + "\n"


def test_no_file_is_no_baseline(tmp_path: Path) -> None:
    path = tmp_path / "missing.json"
    assert read_baselines(path) == {}
    with pytest.raises(UsageError) as error:
        baseline_of(path, "urls")
    assert str(error.value) == f"There is no file {path}; startupbudget baseline writes it."


def test_no_such_target(tmp_path: Path) -> None:
    path = save(tmp_path, dump_baselines({"wsgi": make_baseline()}))
    with pytest.raises(UsageError) as error:
        baseline_of(path, "urls")
    assert str(error.value) == f"{path} has no baseline for urls; write one with startupbudget baseline."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (
            "{",
            "is not JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1)); write it "
            "again with startupbudget baseline.",
        ),
        (
            b"\xff\xfe",
            "is not JSON ('utf-8' codec can't decode byte 0xff in position 0: invalid start byte); write it "
            "again with startupbudget baseline.",
        ),
        (
            '{\n<<<<<<< HEAD\n "a": 1\n=======\n>>>>>>> main\n}',
            "has merge conflict markers; choose one side and write it again with startupbudget baseline.",
        ),
        ("[]", "is not a baseline; write one with startupbudget baseline."),
        ("{}", "is not a baseline; write one with startupbudget baseline."),
        ('{"schema": 1, "targets": {}}', "is not a baseline; write one with startupbudget baseline."),
        ('{"schema": "django-startup/profile/1"}', "is not a baseline; write one with startupbudget baseline."),
        (
            '{"schema": "django-startup/baseline/2"}',
            "has the schema django-startup/baseline/2, this django-startup "
            "reads django-startup/baseline/1; write it again with startupbudget baseline.",
        ),
        (f'{{"schema": "{SCHEMA}"}}', "is damaged: it has no targets."),
        (f'{{"schema": "{SCHEMA}", "targets": []}}', "is damaged: it has no targets."),
        (f'{{"schema": "{SCHEMA}", "targets": {{"urls": 3}}}}', "is damaged: targets.urls must be an object, not 3."),
        (f'{{"schema": "{SCHEMA}", "targets": {{"urls": {{}}}}}}', "is damaged: targets.urls has no circumstances."),
    ],
    ids=str,
)
def test_files_that_cannot_be_used(tmp_path: Path, content: str | bytes, sentence: str) -> None:
    path = save(tmp_path, content)
    assert refusal(path) == f"{path} {sentence}"


def test_deeply_nested(tmp_path: Path) -> None:
    path = save(tmp_path, "[" * 200_000)
    assert refusal(path).startswith(f"{path} is not JSON (")


def test_a_directory(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} cannot be read: Is a directory."


def test_a_value_of_another_type(tmp_path: Path) -> None:
    document = json.loads(dump_baselines({"urls": make_baseline()}))
    document["targets"]["urls"]["modules"] = "many"
    path = save(tmp_path, json.dumps(document))
    assert refusal(path) == f"{path} is damaged: targets.urls.modules must be a whole number, not 'many'."


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("Infinity", "ratio must be a number of at most 1,000,000,000,000,000,000, not inf."),
        ("NaN", "ratio must be a number of at most 1,000,000,000,000,000,000, not nan."),
        ("1e400", "ratio must be a number of at most 1,000,000,000,000,000,000, not inf."),
        ("9" * 4000, f"ratio must be a number of at most 1,000,000,000,000,000,000, not {'9' * 37}...."),
        ("-0.5", "ratio is below 0."),
    ],
)
def test_a_ratio_that_makes_no_sense(tmp_path: Path, value: str, sentence: str) -> None:
    path = tmp_path / "baseline.json"
    text = dump_baselines({"urls": replace(make_baseline(), ratio=7.25)})
    assert '"ratio": 7.25' in text
    path.write_text(text.replace('"ratio": 7.25', f'"ratio": {value}'))
    assert refusal(path) == f"{path} is damaged: targets.urls.{sentence}"


def test_a_statement_with_marks_is_no_conflict(tmp_path: Path) -> None:
    baseline = make_baseline(side_effects=("sql a.py <<<<<<< x\n<<<<<<< y",))
    path = save(tmp_path, dump_baselines({"urls": baseline}))
    assert read_baselines(path) == {"urls": baseline}


def test_keys_of_later_versions(tmp_path: Path) -> None:
    document = json.loads(dump_baselines({"urls": make_baseline()}))
    document["targets"]["urls"]["later"] = document["later"] = 3
    assert read_baselines(save(tmp_path, json.dumps(document))) == {"urls": make_baseline()}


# Measured again


def test_the_same_code_makes_no_difference() -> None:
    before = make_baseline()
    again = make_baseline(calls=580_562, memory=233 * 2**20, bytecode=19_770_000)
    assert settled(again, before, [7.95] * 5) == before


def test_on_a_busy_machine_a_ratio_has_to_be_further_off() -> None:
    before = make_baseline(ratio=8.0)
    assert settled(before, before, [8.8] * 5).ratio == 8.8
    assert settled(before, before, [7.0, 8.5, 8.8, 9.1, 12.0]).ratio == 8.0
    assert settled(before, before, [7.0] * 5).ratio == 7.0


def test_what_differs_is_written() -> None:
    before = make_baseline()
    again = make_baseline(
        modules=1001, calls=600_000, memory=250 * 2**20, bytecode=20_000_000, ratio=8.5, packages=("Django 5.2.2",)
    )
    assert settled(again, before, [8.5] * 5) == again


def test_what_was_not_measured_before_is_written() -> None:
    again = make_baseline()
    assert settled(again, make_baseline(calls=0, ratio=0.0), [7.89149]) == again
    assert settled(again, None, [7.89149]) == again


def test_measured_elsewhere_everything_is_written() -> None:
    again = make_baseline(circumstances=replace(HERE, python="3.14"), ratio=7.9)
    assert settled(again, make_baseline(), [7.9]) == again


def test_waiting_is_the_least_and_the_old_one_within_its_margin(tmp_path: Path) -> None:
    found = settled(make_baseline(), make_baseline(), [7.9], [40_000_900, 50_000_000])
    assert found.waiting_ns == 40_000_000
    assert read_baselines(save(tmp_path, dump_baselines({"urls": found}))) == {"urls": found}
    assert settled(make_baseline(), found, [7.9], [64_000_000]).waiting_ns == 40_000_000
    assert settled(make_baseline(), found, [7.9], [66_000_000]).waiting_ns == 66_000_000
    assert settled(make_baseline(), found, [7.9], []).waiting_ns is None


def test_targets_that_are_written_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "startup-baseline.json"
    targets = {until: make_baseline(modules=number) for number, until in enumerate(("settings", "setup", "urls") * 10)}
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda item: save_baseline(path, *item), targets.items()))
    assert read_baselines(path) == targets
    assert list(tmp_path.iterdir()) == [path]
