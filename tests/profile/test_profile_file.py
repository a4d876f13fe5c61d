from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from inline_snapshot import snapshot

import django_startup.profile
from django_startup.compare.comparison import compare
from django_startup.exceptions import UsageError
from django_startup.measure.target import Until
from django_startup.profile.assemble import PHASES
from django_startup.profile.effects import Registries, RegistryEntry
from django_startup.profile.profile_file import dump_profile, load_profile
from tests.support.profiles import make_module, make_profile

SCHEMA = json.loads((Path(django_startup.profile.__file__).parent / "profile.schema.json").read_text())


def save(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "profile.json"
    path.write_text(text)
    return path


def test_a_saved_profile_is_valid_and_loads_again(tmp_path: Path) -> None:
    profile = make_profile()
    text = dump_profile(profile)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(text))
    assert load_profile(save(tmp_path, text)) == profile


def test_a_comparison_is_valid_and_passed_over_when_loading(tmp_path: Path) -> None:
    before, after = make_profile(), make_profile()
    receiver = RegistryEntry("shop.signals.reindex", "post_save shop.Product", "shop.signals")
    after = replace(
        after,
        packages=after.packages[:1],
        phases=after.phases[1:],
        environment=replace(after.environment, python="3.14.0"),
        total=replace(after.total, rss_bytes=300 * 2**20, modules=1),
        registries=Registries(receivers=(receiver,)),
    )
    comparison = compare(before, after)
    text = dump_profile(after, comparison)
    saved = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(saved)
    assert saved["comparison"]["circumstances"] == snapshot(["Different Python: 3.13.0 before, 3.14.0 now."])
    assert saved["comparison"]["changes"] == [
        {
            "kind": "package",
            "name": "pandas",
            "before_ms": 80.0,
            "after_ms": None,
            "place": "",
            "status": "vanished",
            "detail": "2.2",
        }
    ]
    assert saved["comparison"]["memory"][1] == {
        "kind": "package",
        "name": "pandas",
        "before_mib": 60.0,
        "after_mib": None,
        "status": "vanished",
    }
    assert {*saved["comparison"]} == {*SCHEMA["properties"]["comparison"]["required"]}
    assert load_profile(save(tmp_path, text)) == after


@pytest.mark.parametrize("key", ["verdict", "before_ms", "changes", "lost", "phases", "memory", "after_modules"])
def test_the_schema_wants_the_whole_comparison(key: str) -> None:
    saved = json.loads(dump_profile(make_profile(), compare(make_profile(), make_profile())))
    del saved["comparison"][key]
    assert not jsonschema.Draft202012Validator(SCHEMA).is_valid(saved)


def test_the_schema_knows_every_target_and_phase() -> None:
    target, phases = SCHEMA["properties"]["target"], SCHEMA["properties"]["phases"]
    assert target["properties"]["until"]["enum"] == [until.value for until in Until]
    assert set(phases["items"]["properties"]["name"]["enum"]) == {*PHASES, "noise"}


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_units_are_in_the_names() -> None:
    saved = json.loads(dump_profile(make_profile()))
    assert saved["total"] == {
        "time_ms": 1400.0,
        "cpu_ms": 900.0,
        "waiting_ms": 500.0,
        "wall_ms": 1500.0,
        "gc_ms": 100.0,
        "modules": 1234,
        "rss_mib": 231.0,
    }
    assert saved["modules"][1]["owner"] == {"kind": "package", "name": "stripe"}
    assert saved["modules"][1]["importer"] == {"module": "billing.models", "file": "billing/models.py", "line": 3}


def test_memory_may_be_unknown(tmp_path: Path) -> None:
    profile = make_profile()
    profile = replace(profile, total=replace(profile.total, rss_bytes=None))
    assert load_profile(save(tmp_path, dump_profile(profile))) == profile


def test_any_name_survives(tmp_path: Path) -> None:
    profile = replace(make_profile(), modules=(make_module("a\udc80\x1b\n\"'</script>ü"),))
    text = dump_profile(profile)
    assert text.isascii()
    assert load_profile(save(tmp_path, text)) == profile


def test_keys_that_are_new_are_passed_over(tmp_path: Path) -> None:
    saved = json.loads(dump_profile(make_profile()))
    saved["total"]["later_ms"] = 1.0
    saved["later"] = []
    assert load_profile(save(tmp_path, json.dumps(saved))) == make_profile()


def test_keys_that_have_a_default_may_be_missing(tmp_path: Path) -> None:
    saved = json.loads(dump_profile(make_profile()))
    del saved["graph"], saved["side_effects"]
    assert load_profile(save(tmp_path, json.dumps(saved))) == replace(make_profile(), side_effects=())


def change(saved: dict[str, Any], *path: str | int, to: Any) -> None:
    *before, last = path
    place: Any = saved
    for step in before:
        place = place[step]
    place[last] = to


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("total", "time_ms"), "x", "the profile.total.time_ms must be a number, not 'x'."),
        (("total", "time_ms"), True, "the profile.total.time_ms must be a number, not True."),
        (("total", "time_ms"), 1e300, "the profile.total.time_ms must be a number, not 1e+300."),
        (("total", "modules"), 1.5, "the profile.total.modules must be a whole number, not 1.5."),
        (("total",), [], "the profile.total must be an object, not []."),
        (("phases",), {}, "the profile.phases must be a list, not {}."),
        (("phases", 1, "name"), 3, "the profile.phases[1].name must be a text, not 3."),
        (("apps", 0, "project"), 1, "the profile.apps[0].project must be true or false, not 1."),
        (
            ("modules", 0, "owner", "kind"),
            ["app"],
            "the profile.modules[0].owner.kind must be one of app, project, package, django, stdlib, nobody, "
            "not ['app'].",
        ),
        (
            ("timeline", "spans"),
            [[0, 1], [0, 1.5]],
            "the profile.timeline.spans[1][1] must be a whole number, not 1.5.",
        ),
        (("timeline", "spans"), [0], "the profile.timeline.spans[0] must be a list, not 0."),
        (("modules", 1, "importer"), 1, "the profile.modules[1].importer must be an object, not 1."),
        (
            ("modules", 0, "owner", "kind"),
            "x" * 50,
            "the profile.modules[0].owner.kind must be one of app, project, package, django, stdlib, nobody, "
            f"not '{'x' * 36}....",
        ),
    ],
)
def test_a_damaged_profile_says_where(
    tmp_path: Path, path: tuple[str | int, ...], value: object, sentence: str
) -> None:
    saved = json.loads(dump_profile(make_profile()))
    change(saved, *path, to=value)
    file = save(tmp_path, json.dumps(saved))
    with pytest.raises(UsageError) as error:
        load_profile(file)
    assert str(error.value) == f"{file} is damaged: {sentence}"


def test_a_key_that_is_missing(tmp_path: Path) -> None:
    saved = json.loads(dump_profile(make_profile()))
    del saved["gc"]["pause_ms"]
    with pytest.raises(UsageError, match=r"is damaged: the profile\.gc has no pause_ms\.$"):
        load_profile(save(tmp_path, json.dumps(saved)))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not JSON"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "is not a start-up profile"),
        ("{}", "is not a start-up profile"),
        ('{"schema": 3}', "is not a start-up profile"),
        ('{"schema": "other/profile/1"}', "is not a start-up profile"),
        ('{"schema": "django-startup/profile/2"}', "has the schema django-startup/profile/2"),
    ],
)
def test_files_that_are_no_profile(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        load_profile(save(tmp_path, text))


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="is not JSON"):
        load_profile(tmp_path / "x.json")


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"x\.json cannot be read: No such file or directory\.$"):
        load_profile(tmp_path / "x.json")
