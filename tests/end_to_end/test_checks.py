"""The system checks and what they read, in real processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.helpers import app_config, make_project, run

pytestmark = pytest.mark.smoke

GOOD = 'DJANGO_STARTUP = {"BANNER": True, "LATE_IMPORTS": {"THRESHOLD": "20ms", "LOG": "a"}, "PRELOAD": "a"}'
PROBLEMS = [
    pytest.param("[1]", "E001", "DJANGO_STARTUP must be a dictionary, not [1].", id="no dictionary"),
    pytest.param(
        '{"BANER": 1}',
        "E002",
        "DJANGO_STARTUP has an unknown key 'BANER'.\n\tHINT: Its keys are BANNER, ",
        id="key",
    ),
    pytest.param(
        '{"BANNER": "no"}', "E003", "DJANGO_STARTUP[\"BANNER\"] must be True or False, not 'no'.", id="banner"
    ),
    pytest.param('{"LATE_IMPORTS": 1}', "E004", 'DJANGO_STARTUP["LATE_IMPORTS"] must be a dictionary', id="late"),
    pytest.param('{"LATE_IMPORTS": {"LOGS": 1}}', "E002", "has an unknown key 'LOGS'", id="late key"),
    pytest.param('{"LATE_IMPORTS": {"THRESHOLD": 5}}', "E005", 'THRESHOLD"]: 5 is not a duration.', id="number"),
    pytest.param('{"LATE_IMPORTS": {"THRESHOLD": "5"}}', "E005", "THRESHOLD\"]: '5' is not a duration.", id="no unit"),
    pytest.param('{"PRELOAD": [1]}', "E007", 'PRELOAD"] must be a list of modules and paths, not [1].', id="preload"),
    pytest.param('{"PYTEST": 1}', "E008", 'PYTEST"] must be True or False, not 1.', id="pytest"),
    pytest.param('{"LATE_IMPORTS": {"LOG": 1}}', "E006", 'LOG"]: 1 is not a path.', id="log"),
]


def check(tmp_path: Path, settings: str, apps: str = "['django_startup']", **env: str) -> tuple[int, str]:
    project = make_project(tmp_path, settings=f"INSTALLED_APPS = {apps}\n{settings}\n")
    ran = run(project, "manage.py", "check", env={"PYTHONWARNINGS": "", **env})
    return ran.returncode, ran.stdout + ran.stderr


@pytest.mark.parametrize("settings", ["", "DJANGO_STARTUP = {}", GOOD])
def test_nothing_is_wrong(tmp_path: Path, settings: str) -> None:
    assert check(tmp_path, settings) == snapshot((0, "System check identified no issues (0 silenced).\n"))


@pytest.mark.parametrize(("value", "number", "text"), PROBLEMS)
def test_what_cannot_be_used(tmp_path: Path, value: str, number: str, text: str) -> None:
    code, output = check(tmp_path, f"DJANGO_STARTUP = {value}")
    assert code == 1
    assert f"django_startup.{number}" in output
    assert text in output


def test_what_is_usable_counts_all_the_same(tmp_path: Path) -> None:
    code = "from django_startup.settings import *; print(read_django_settings(), banner_enabled())"
    project = make_project(tmp_path)
    settings = project / "shop/settings.py"
    environment = {"DJANGO_SETTINGS_MODULE": "shop.settings", "PYTHONWARNINGS": ""}
    printed = "DjangoSettings(banner={}, late_imports=LateImports(threshold_ns={}, log={}), preload=()) {}\n"
    for value, (banner, threshold, log) in {
        "1": (True, 50_000_000, None),
        '{"BANNER": "no", "LATE_IMPORTS": 3}': (True, 50_000_000, None),
        '{"BANNER": False, "LATE_IMPORTS": {"THRESHOLD": "1.5s", "LOG": b"late"}}': (False, 1_500_000_000, None),
        '{"LATE_IMPORTS": {"THRESHOLD": "x", "LOG": "late.txt"}}': (True, 50_000_000, "'late.txt'"),
    }.items():
        settings.write_text(f"DJANGO_STARTUP = {value}\nSECRET_KEY = '-'\n")
        assert run(project, "-c", code, env=environment).stdout == printed.format(banner, threshold, log, banner)


HIDDEN = "['django.contrib.staticfiles', 'django_startup']"
STATIC = 'STATIC_URL = "static/"\n'


def test_a_runserver_that_hides_ours(tmp_path: Path) -> None:
    code, output = check(tmp_path, STATIC, HIDDEN)
    assert code == 0
    assert (
        "?: (django_startup.W001) 'django.contrib.staticfiles' overrides runserver, which hides the start-up "
        "banner.\n\tHINT: Move \"django_startup\" above 'django.contrib.staticfiles' in INSTALLED_APPS, preferably "
        'to the top, or turn the banner off with DJANGO_STARTUP = {"BANNER": False}.\n'
    ) in output


@pytest.mark.parametrize(
    ("settings", "apps"),
    [
        pytest.param(STATIC, "['django_startup', 'django.contrib.staticfiles']", id="ours is first"),
        pytest.param(STATIC + 'DJANGO_STARTUP = {"BANNER": False}', HIDDEN, id="no banner wanted"),
    ],
)
def test_no_warning(tmp_path: Path, settings: str, apps: str) -> None:
    assert "W001" not in check(tmp_path, settings, apps)[1]


@pytest.mark.parametrize(
    ("command", "warns"),
    [
        pytest.param("from django_startup.management.commands.runserver import Command\n", False, id="wraps ours"),
        pytest.param("import nothing_of_that_name\n", False, id="broken"),
        pytest.param("from django.core.management.commands.runserver import Command\n", True, id="another"),
    ],
)
def test_the_runserver_of_an_app_above(tmp_path: Path, command: str, warns: bool) -> None:
    project = make_project(
        tmp_path,
        settings="INSTALLED_APPS = ['billing', 'django_startup']\n",
        apps={"billing": {"apps.py": app_config(), "management/commands/runserver.py": command}},
    )
    output = run(project, "manage.py", "check", env={"PYTHONWARNINGS": ""})
    assert ("W001" in output.stderr) == warns
