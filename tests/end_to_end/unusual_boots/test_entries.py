"""How far a boot goes, and what is run."""

from __future__ import annotations

import json
import os
import shutil
import sys
import zipapp
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import helpers
from tests.support.helpers import MANAGE, at, left_behind, make_project, profile, run
from tests.support.unusual_boots import (
    BILLING,
    FACTS,
    SAFE_PATH,
    SETUP,
    TO_SETUP,
    TO_URLS,
    boot,
    both,
    importer,
    load,
    module,
    notes,
    phases,
    safely,
)


@pytest.fixture(autouse=True, scope="module")
def not_forked() -> Iterator[None]:
    """What stands in the working directory is to meet an interpreter that has imported nothing."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(helpers, "is_forkable", lambda arguments, variables: False)
        yield


@pytest.mark.parametrize(
    ("options", "last"),
    [
        (("--until", "settings"), ["settings"]),
        (("--until", "setup"), TO_SETUP[2:-1]),
        (("--until", "urls"), [*TO_SETUP[2:-1], "urls"]),
        (("--until", "checks"), [*TO_SETUP[2:-1], "urls", "checks"]),
        (("--until", "wsgi"), [*TO_SETUP[2:-1], "wsgi"]),
        (("--until", "asgi"), [*TO_SETUP[2:-1], "asgi"]),
        (("--", "check"), [*TO_SETUP[2:-1], "urls", "checks", "command"]),
    ],
    ids=["settings", "setup", "urls", "checks", "wsgi", "asgi", "command"],
)
def test_targets(tmp_path: Path, options: tuple[str, ...], last: list[str]) -> None:
    project = make_project(tmp_path, apps=BILLING)
    output = ("-o", str(tmp_path / "profile.json"))
    ran = profile(project, *output, *options)
    assert (ran.returncode, ran.stderr) == (0, "")
    saved = load(project)
    assert phases(saved) == ["interpreter", "entry", *last, "noise"]
    command = "check" if options[0] == "--" else None
    until = "command" if command else options[1]
    target = {"entry": "manage.py", "until": until, "command": command, "settings": "shop.settings"}
    assert saved["target"] == {**target, "secrets": "redacted"}


@pytest.mark.parametrize(
    ("until", "settings"),
    [
        ("wsgi", "WSGI_APPLICATION = 'shop.wsgi.application'\n"),
        ("asgi", "ASGI_APPLICATION = 'shop.asgi.application'\n"),
        ("asgi", "WSGI_APPLICATION = 'shop.wsgi.application'\n"),
    ],
    ids=["wsgi", "asgi", "asgi beside wsgi"],
)
def test_servers_load_the_projects_application(tmp_path: Path, until: str, settings: str) -> None:
    files = {
        f"shop/{name}.py": f"from django.core.{name} import get_{name}_application\n"
        f"application = get_{name}_application()\n"
        for name in ("wsgi", "asgi")
    }
    saved = boot(make_project(tmp_path, settings=settings, apps=BILLING, files=files), "--until", until)
    application = module(saved, f"shop.{until}")
    assert (application["phase"], application["importer"]) == (until, None)
    assert module(saved, "billing.models")["phase"] == "models"


def test_wsgi_application_without_an_asgi_one_beside_it(tmp_path: Path) -> None:
    settings = "WSGI_APPLICATION = 'shop.wsgi.application'\n"
    saved = boot(make_project(tmp_path, settings=settings), "--until", "asgi")
    assert module(saved, "django.core.asgi")["phase"] == "asgi"


def test_project_without_root_urlconf(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="del ROOT_URLCONF\n", apps=BILLING)
    assert phases(boot(project, "--until", "urls")) == TO_URLS


@SAFE_PATH
def test_manage_py_finds_what_it_finds_in_a_plain_run(tmp_path: Path, safe_path: bool) -> None:
    project = make_project(tmp_path, files={"manage.py": FACTS + MANAGE})
    plain, measured = both(project, ("manage.py", "check"), env=safely(project, safe_path))
    assert measured == plain
    assert measured["argv"] == ["manage.py", "check"]
    assert measured["file"] == str(project / "manage.py")


def test_manage_py_in_a_directory_above(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING, files={"manage.py": FACTS + MANAGE})
    plain, measured = both(project, ("../manage.py", "check"), cwd=project / "billing")
    assert measured == plain
    assert measured["argv"] == ["../manage.py", "check"]
    assert load(project)["target"]["entry"] == "../manage.py"


def test_entry_in_another_directory_and_another_command(tmp_path: Path) -> None:
    text = MANAGE.replace('"shop.settings"', '"shop.other"')
    files = {"bin/admin.py": f"{FACTS}sys.path.append('.')\n{text}", "shop/other.py": "from shop.settings import *\n"}
    project = make_project(tmp_path, files=files)
    options = ("--entry", "bin/admin.py", "--as", "diffsettings")
    plain, measured = both(project, ("bin/admin.py", "diffsettings"), options)
    assert measured == plain
    assert measured["argv"] == ["bin/admin.py", "diffsettings"]
    assert load(project)["target"] == {
        "entry": "bin/admin.py",
        "until": "setup",
        "command": None,
        "settings": "shop.other",
        "secrets": "redacted",
    }


def test_console_script_on_path(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    script = tmp_path / "bin" / "shop-admin"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\n{MANAGE}", encoding="utf-8")
    script.chmod(0o755)
    env = {"PATH": f"{script.parent}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(project)}
    saved = boot(project, *SETUP, "--entry", "shop-admin", env=env)
    assert saved["target"]["entry"] == "shop-admin"
    assert phases(saved) == TO_SETUP


def test_console_script_with_commands_of_its_own(tmp_path: Path) -> None:
    script = MANAGE.replace(
        "def main():",
        "def main():\n    if sys.argv.pop(1) != 'manage':\n        print('No such command.')\n        sys.exit(2)",
    )
    project = make_project(tmp_path, apps=BILLING, files={"shop-admin": script})
    saved = boot(project, *SETUP, "--entry", "shop-admin", "--as", "manage check")
    assert (phases(saved), saved["target"]["entry"]) == (TO_SETUP, "shop-admin")
    ran = profile(project, *SETUP, "--entry", "shop-admin")
    assert ran.returncode == 3
    assert ran.stderr.endswith(
        ": it called sys.exit(2) (shop-admin:9). It was called with 'check'. Name another command with --as.\n"
    )


@pytest.mark.parametrize("name", ["admin", "admin.__main__", "admin.tool"])
def test_module_as_an_entry(tmp_path: Path, name: str) -> None:
    files = {"admin/__init__.py": "", "admin/__main__.py": MANAGE, "admin/tool.py": MANAGE}
    saved = boot(make_project(tmp_path, apps=BILLING, files=files), *SETUP, "--entry", f"-m {name}")
    assert (phases(saved), saved["target"]["entry"]) == (TO_SETUP, f"-m {name}")
    assert importer(saved, "django.core.management").startswith(f"admin/{'tool' if 'tool' in name else '__main__'}.py:")


@pytest.mark.parametrize(
    ("options", "argv"),
    [
        ((), ["manage.py", "check"]),
        (("--as", "migrate"), ["manage.py", "migrate"]),
        (("--as", "migrate 'some app' --plan"), ["manage.py", "migrate", "some app", "--plan"]),
        (("--settings", "shop.settings"), ["manage.py", "check", "--settings=shop.settings"]),
    ],
    ids=["check", "as", "as several words", "settings"],
)
def test_settings_that_look_at_sys_argv(tmp_path: Path, options: tuple[str, ...], argv: list[str]) -> None:
    settings = "import json, sys\nwith open('argv.json', 'w') as file:\n    json.dump(sys.argv, file)\n"
    project = make_project(tmp_path, settings=settings)
    boot(project, *SETUP, *options)
    assert json.loads((project / "argv.json").read_text("utf-8")) == argv


@SAFE_PATH
def test_only_a_settings_module(tmp_path: Path, safe_path: bool) -> None:
    project = make_project(tmp_path, apps=BILLING)
    (project / "manage.py").unlink()
    env = {"DJANGO_SETTINGS_MODULE": "shop.settings", **safely(project, safe_path)}
    saved = boot(project, "--until", "checks", env=env)
    assert phases(saved) == [*TO_URLS[:-1], "checks", "noise"]
    assert saved["target"]["entry"] == saved["target"]["settings"] == "shop.settings"
    assert module(saved, "django")["importer"] is None


@SAFE_PATH
@pytest.mark.parametrize("command", [("manage.py",), ("-m", "django")], ids=["manage.py", "-m django"])
def test_management_command(tmp_path: Path, command: tuple[str, ...], safe_path: bool) -> None:
    project = make_project(tmp_path, settings="INSTALLED_APPS += ['django_startup']\n", apps=BILLING)
    options = (*SETUP, "--runs", "2", "-o", str(tmp_path / "profile.json"))
    env = {"DJANGO_SETTINGS_MODULE": "shop.settings", **safely(project, safe_path)}
    ran = run(project, *command, "startupprofile", *options, env=env)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert left_behind(project) == []
    saved = load(project)
    assert saved["target"]["entry"] == " ".join(command)
    assert phases(saved) == TO_SETUP
    assert [app["label"] for app in saved["apps"]] == ["billing", "django_startup"]


def test_call_command(tmp_path: Path) -> None:
    script = """\
import io, json, os
from concurrent.futures import ThreadPoolExecutor
import django
from django.core.management import CommandError, call_command

os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
django.setup()
stdout = io.StringIO()
ThreadPoolExecutor().submit(call_command, "startupprofile", until="setup", runs=2, stdout=stdout).result()
assert stdout.getvalue().startswith("manage.py to django.setup(), 2 boots"), stdout.getvalue()
os.environ["SHOP_IS_CLOSED"] = "1"
try:
    call_command("startupprofile", "--until", "setup", "--runs", "2", stdout=stdout)
except CommandError as error:
    print(json.dumps([error.returncode, str(error)]))
"""
    settings = "import os\nINSTALLED_APPS += ['django_startup']\nassert 'SHOP_IS_CLOSED' not in os.environ, 'closed'\n"
    project = make_project(tmp_path, settings=settings, files={"script.py": script})
    ran = run(project, "script.py")
    assert (ran.returncode, ran.stderr) == (0, "")
    returncode, sentence = json.loads(ran.stdout)
    assert returncode == 3
    assert sentence.endswith(f": AssertionError: closed ({at(project, 'shop/settings.py', 'assert')}).")
    assert left_behind(project) == []


def test_archive_and_directory_with_a_main(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING, files={"src/__main__.py": MANAGE})
    shutil.move(project / "shop", project / "src" / "shop")
    shutil.move(project / "billing", project / "src" / "billing")
    zipapp.create_archive(project / "src", project / "site.pyz")
    for entry in ("src", "site.pyz"):
        saved = boot(project, *SETUP, "--entry", entry)
        assert phases(saved) == TO_SETUP
        assert f"{entry}/shop/settings.py" in module(saved, "shop.settings")["file"]


def test_setup_in_a_script_that_asks_for_no_command(tmp_path: Path) -> None:
    script = (
        "import django, os, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\ndjango.setup()\nsys.exit()\n"
    )
    saved = boot(make_project(tmp_path, apps=BILLING, files={"worker.py": script}), "--entry", "worker.py", *SETUP)
    assert phases(saved)[-2] == "ready"


def test_setup_that_a_script_lets_through_once(tmp_path: Path) -> None:
    wrap = """\
import django
done = []
def once(original=django.setup):
    if not done:
        done.append(True)
        original()
django.setup = once
"""
    project = make_project(tmp_path, apps=BILLING, files={"manage.py": wrap + MANAGE})
    assert phases(boot(project, "--until", "wsgi"))[-4:-1] == ["models", "ready", "wsgi"]


def test_setup_called_twice(tmp_path: Path) -> None:
    setup = "import django, os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'shop.settings'\ndjango.setup()\n"
    saved = boot(make_project(tmp_path, apps=BILLING, files={"manage.py": setup + MANAGE}))
    assert phases(saved) == TO_URLS
    assert [app["label"] for app in saved["apps"]] == ["billing"]


def test_django_imported_before_the_project(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text("import django.conf\n", encoding="utf-8")
    saved = boot(make_project(tmp_path, apps=BILLING), env={"PYTHONPATH": str(tmp_path / "site")})
    assert phases(saved) == TO_URLS
    assert module(saved, "shop.settings")["phase"] == "settings"
    (text,) = notes(saved, "site")
    assert text.startswith("Imported before the project, by site and .pth files (in interpreter): ")
    assert "django" in text
