"""Projects that do odd things and boot all the same, through the real command line: each gets a true report."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from tests.support.frames import COUNTED, FRAMES, no_coverage
from tests.support.helpers import MANAGE, app_config, at, left_behind, make_project, profile, run

SETUP = ("--until", "setup")
TO_SETUP = ["interpreter", "entry", "settings", "apps", "models", "ready", "noise"]
TO_URLS = [*TO_SETUP[:-1], "urls", "noise"]
BILLING = {"billing": {"models.py": "", "apps.py": app_config()}}


def boot(project: Path, *options: str, env: Mapping[str, str] | None = None, cwd: Path | None = None) -> dict[str, Any]:
    """Profile a project that boots; returns its profile. Checks what holds for each of them."""
    ran = profile(project, *options, "-o", str(project.with_name("profile.json")), env=env, cwd=cwd)
    assert (ran.returncode, ran.stderr) == (0, ""), ran
    assert left_behind(project) == []
    saved = load(project)
    assert [boot["kind"] for boot in saved["boots"]] == ["evidence", "recorded"]
    return saved


def load(project: Path) -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(project.with_name("profile.json").read_text("utf-8"))
    microseconds = [round(phase["time_ms"] * 1000) for phase in saved["phases"]]
    assert sum(microseconds) == round(saved["total"]["time_ms"] * 1000)
    return saved


def phases(saved: dict[str, Any]) -> list[str]:
    return [phase["name"] for phase in saved["phases"]]


def notes(saved: dict[str, Any], name: str) -> list[str]:
    return [note["text"] for note in saved["notes"] if note["id"] == name]


def module(saved: dict[str, Any], name: str) -> dict[str, Any]:
    """The one row of a module."""
    (row,) = [row for row in saved["modules"] if row["name"] == name]
    return dict(row)


def importer(saved: dict[str, Any], name: str) -> str:
    """FILE:LINE that imported a module."""
    site = module(saved, name)["importer"]
    return f"{site['file']}:{site['line']}"


# How far


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
    assert saved["target"] == {"entry": "manage.py", "until": until, "command": command, "settings": "shop.settings"}


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


# What is run, and how


FACTS = """\
import json, os, sys
facts = {
    "argv": sys.argv,
    "path": sys.path,
    "name": __name__,
    "file": __file__,
    "package": __package__,
    "spec": __spec__,
    "main": sys.modules["__main__"].__dict__ is globals(),
    "folder": os.getcwd(),
    "environ": {name: value for name, value in os.environ.items() if name != "FACTS"},
    "flags": list(sys.flags),
    "modules": sorted(sys.modules),
}
with open(os.environ["FACTS"], "w") as file:
    json.dump(facts, file)
"""


SAFE_PATH = pytest.mark.parametrize("safe_path", [False, True], ids=["", "safe path"])


def safely(project: Path, safe_path: bool) -> dict[str, str]:
    """The variables under which neither the script's folder nor the working one is searched (python -P)."""
    return {"PYTHONPATH": str(project), "PYTHONSAFEPATH": "1"} if safe_path else {}


def both(
    project: Path,
    command: tuple[str, ...],
    options: tuple[str, ...] = (),
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """What the entry script of a project finds in a plain run of a command, and in a measured boot."""
    plain, measured = project.with_name("plain.json"), project.with_name("measured.json")
    ran = run(project, *command, env={**(env or {}), "FACTS": str(plain)}, cwd=cwd)
    assert ran.returncode == 0, ran
    boot(project, *SETUP, *options, env={**(env or {}), "FACTS": str(measured)}, cwd=cwd)
    for path in (plain, measured):
        yield json.loads(path.read_text("utf-8"))


@SAFE_PATH
def test_manage_py_finds_what_it_finds_in_a_plain_run(tmp_path: Path, safe_path: bool) -> None:
    project = make_project(tmp_path, files={"manage.py": FACTS + MANAGE})
    plain, measured = both(project, ("manage.py", "check"), env=safely(project, safe_path))
    assert measured == plain
    assert measured["argv"] == ["manage.py", "check"]
    assert measured["file"] == str(project / "manage.py")


def test_manage_py_in_a_folder_above(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING, files={"manage.py": FACTS + MANAGE})
    plain, measured = both(project, ("../manage.py", "check"), cwd=project / "billing")
    assert measured == plain
    assert measured["argv"] == ["../manage.py", "check"]
    assert load(project)["target"]["entry"] == "../manage.py"


def test_entry_in_another_folder_and_another_command(tmp_path: Path) -> None:
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


# Processes, threads and files


def test_thread_that_never_ends(tmp_path: Path) -> None:
    ready = "import threading, time; threading.Thread(target=time.sleep, args=(600,)).start()"
    project = make_project(tmp_path, apps={"billing": {"apps.py": app_config(ready)}})
    assert phases(boot(project, *SETUP)) == TO_SETUP


@pytest.mark.parametrize(
    "child", ["pass", "time.sleep(600)", "os._exit(5)", "sys.exit(5)"], ids=["runs on", "sleeps", "os._exit", "exits"]
)
def test_fork_in_settings(tmp_path: Path, child: str) -> None:
    settings = f"import os, sys, time\nif os.fork() == 0:\n    {child}\nelse:\n    import shop.parent\n"
    project = make_project(tmp_path, settings=settings, apps=BILLING, files={"shop/parent.py": ""})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert importer(saved, "shop.parent") == at(project, "shop/settings.py", "import shop.parent")


def test_subprocess_left_running(tmp_path: Path) -> None:
    settings = (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)', __file__])\n"
    )
    boot(make_project(tmp_path, settings=settings), *SETUP)


def test_much_output_on_both_streams(tmp_path: Path) -> None:
    settings = "import sys\nsys.stdout.write('out' * 70_000)\nsys.stderr.write('err' * 70_000)\n"
    project = make_project(tmp_path, settings=settings)
    ran = profile(project, *SETUP)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "outout" not in ran.stdout


@pytest.mark.parametrize("away", ["sys.stdout.close()", "os.close(1)", "sys.stdout = None"])
def test_standard_output_is_gone(tmp_path: Path, away: str) -> None:
    apps = {"billing": {"apps.py": app_config(f"import os, sys; {away}")}}
    assert phases(boot(make_project(tmp_path, apps=apps))) == TO_URLS


@pytest.mark.parametrize("logs", [0, 8])
def test_all_files_closed_and_others_opened(tmp_path: Path, logs: int) -> None:
    settings = f"import os\nos.closerange(3, 256)\nlogs = [open(f'{{number}}.log', 'w') for number in range({logs})]\n"
    project = make_project(tmp_path, settings=settings, apps=BILLING)
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "billing.models")["phase"] == "models"
    assert [path.read_text() for path in project.glob("*.log")] == [""] * logs


def test_imports_in_another_thread(tmp_path: Path) -> None:
    settings = """\
import threading
def warm_up():
    import shop.warm
thread = threading.Thread(target=warm_up, name="warmer")
thread.start()
thread.join()
"""
    files = {"shop/warm.py": "import shop.warmer\n", "shop/warmer.py": "sum(range(200_000))\n"}
    project = make_project(tmp_path, settings=settings, files=files)
    saved = boot(project, *SETUP)
    warm, warmer = module(saved, "shop.warm"), module(saved, "shop.warmer")
    assert (warm["thread"], warmer["thread"]) == ("warmer", "warmer")
    assert (warm["phase"], warmer["phase"]) == ("", "")
    assert importer(saved, "shop.warm") == at(project, "shop/settings.py", "import shop.warm")
    assert module(saved, "shop.settings")["thread"] is None
    (text,) = notes(saved, "thread")
    assert text.startswith("The thread warmer imported 2 modules (")
    # Of the project's own modules only those of the main thread count.
    (project_time,) = [owner["self_ms"] for owner in saved["owners"] if owner["kind"] == "project"]
    own = sum(row["self_ms"] for row in saved["modules"] if row["owner"]["kind"] == "project" and not row["thread"])
    assert project_time == pytest.approx(own, abs=0.01)


def test_working_directory_changed(tmp_path: Path) -> None:
    project = make_project(tmp_path, settings="import os\nos.chdir('/')\n", apps=BILLING)
    saved = boot(project)
    assert module(saved, "billing.models")["file"] == "billing/models.py"


def test_path_with_odd_characters(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING, name="prøject [dev] $x")
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "billing.models")["file"] == "billing/models.py"
    assert [app["project"] for app in saved["apps"]] == [True]


# Bytecode


@pytest.fixture(scope="module")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bytecode of all but the projects, whether or not that of the environment can be written."""
    folder = tmp_path_factory.mktemp("bytecode")
    project = make_project(tmp_path_factory.mktemp("first"), apps=BILLING)
    boot(project, *SETUP, env={"PYTHONPYCACHEPREFIX": str(folder)})
    return folder


def test_bytecode_is_kept(tmp_path: Path, bytecode: Path) -> None:
    saved = boot(make_project(tmp_path, apps=BILLING), *SETUP, env={"PYTHONPYCACHEPREFIX": str(bytecode)})
    assert notes(saved, "bytecode") == []
    assert saved["environment"]["compiled_from_source"] == 0


def test_bytecode_switched_off(tmp_path: Path, bytecode: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    ran = profile(project, *SETUP, env={"PYTHONPYCACHEPREFIX": str(bytecode), "PYTHONDONTWRITEBYTECODE": "1"})
    assert ran.returncode == 0
    text = " ".join(ran.stdout.split())
    assert "5 modules were compiled from source in the measured boots: " in text
    assert text.index("because PYTHONDONTWRITEBYTECODE is set (or python -B)") < text.index(" CPU + ")


def test_bytecode_finds_a_file_in_place_of_its_folder(tmp_path: Path, bytecode: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    folder = bytecode / project.relative_to(project.anchor)
    folder.mkdir(parents=True)
    (folder / "billing").touch()
    saved = boot(project, *SETUP, env={"PYTHONPYCACHEPREFIX": str(bytecode)})
    (text,) = notes(saved, "bytecode")
    assert text.startswith("3 modules were compiled from source in the measured boots: ")
    assert text.endswith(f" {project}/billing.")
    assert saved["environment"]["compiled_from_source"] == 3


def test_bytecode_finds_a_file_called_pycache(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps={"billing": {"models.py": "", "__pycache__": ""}})
    (text,) = notes(boot(project, *SETUP), "bytecode")
    assert "modules were compiled from source in the measured boots: " in text
    assert f"{project}/billing" in text or " other folders" in text


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every folder")
def test_bytecode_cannot_be_written(tmp_path: Path) -> None:
    project = make_project(tmp_path, apps=BILLING)
    folder = project / "billing"
    folder.chmod(0o555)
    try:
        (text,) = notes(boot(project, *SETUP), "bytecode")
    finally:
        folder.chmod(0o755)
    assert "again in every boot, because their bytecode cannot be written to " in text
    assert str(folder) in text or " other folders" in text


# Modules and imports


def test_module_that_replaces_itself(tmp_path: Path) -> None:
    text = "import sys\n\nclass Magic:\n    def __getattr__(self, name):\n        raise RuntimeError\n"
    files = {"shop/magic.py": f"{text}\nsys.modules[__name__] = Magic()\n"}
    project = make_project(tmp_path, settings="import shop.magic\n", files=files)
    magic = module(boot(project, *SETUP), "shop.magic")
    assert (magic["phase"], magic["loaded"], magic["owner"]["kind"]) == ("settings", True, "project")


def test_what_is_no_module_in_sys_modules(tmp_path: Path) -> None:
    settings = """\
import sys
class Text(str):
    __path__ = 3
sys.modules.update({"shop.nothing": None, "shop.number": 42, "shop.text": Text(), 7: sys})
try:
    import shop.nothing
except ImportError:
    import shop.something
"""
    project = make_project(tmp_path, settings=settings, files={"shop/something.py": ""})
    saved = boot(project, *SETUP)
    assert importer(saved, "shop.something") == at(project, "shop/settings.py", "import shop.something")


def test_django_conf_replaced_by_another_object(tmp_path: Path) -> None:
    replace = """\
import django.conf, sys
class StandIn:
    def __init__(self, module):
        self.__dict__["module"] = module
    def __getattr__(self, name):
        return getattr(self.module, name)
sys.modules["django.conf"] = django.conf = StandIn(django.conf)
"""
    project = make_project(tmp_path, apps=BILLING, files={"manage.py": replace + MANAGE})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert saved["target"]["settings"] == "shop.settings"
    assert module(saved, "shop.settings")["phase"] == "settings"


def test_django_that_is_not_what_it_ships_as(tmp_path: Path) -> None:
    patch = """\
import django.utils.functional
cached_property = django.utils.functional.cached_property
django.utils.functional.cached_property = property
import django.urls.resolvers
django.utils.functional.cached_property = cached_property
"""
    saved = boot(make_project(tmp_path, apps=BILLING, files={"manage.py": patch + MANAGE}))
    assert phases(saved) == TO_URLS
    assert notes(saved, "unusual") == snapshot(
        [
            "django.urls.resolvers is not what Django ships: 'property' object has no attribute 'func'; "
            "that part of the boot is not recorded separately."
        ]
    )


def test_import_function_replaced(tmp_path: Path) -> None:
    settings = """\
import builtins
real = builtins.__import__
def mine(name, *args, **kwargs):
    return real(name, *args, **kwargs)
builtins.__import__ = mine
import shop.wrapped
"""
    project = make_project(tmp_path, settings=settings, apps=BILLING, files={"shop/wrapped.py": ""})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "shop.wrapped")["phase"] == "settings"


def test_frames_of_an_import_error_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_coverage(monkeypatch)
    project = make_project(tmp_path, settings=FRAMES, files={"shop/broken.py": "import missing_module\n"})
    boot(project, *SETUP)
    assert (project / "frames.txt").read_text("utf-8") == COUNTED * 2


def test_module_deleted_and_module_missing(tmp_path: Path) -> None:
    settings = """\
import sys
import shop.passing
del sys.modules["shop.passing"]
try:
    import shop.faster
except ImportError:
    import shop.slower
"""
    project = make_project(tmp_path, settings=settings, files={"shop/passing.py": "", "shop/slower.py": ""})
    saved = boot(project, *SETUP)
    rows = {name: module(saved, f"shop.{name}")["loaded"] for name in ("passing", "faster", "slower")}
    assert rows == {"passing": False, "faster": False, "slower": True}
    assert importer(saved, "shop.faster") == at(project, "shop/settings.py", "import shop.faster")


def test_lazy_module_is_not_woken_up(tmp_path: Path) -> None:
    settings = """\
import importlib.util, sys
spec = importlib.util.find_spec("shop.lazy")
spec.loader = importlib.util.LazyLoader(spec.loader)
sys.modules["shop.lazy"] = lazy = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lazy)
"""
    project = make_project(tmp_path, settings=settings, files={"shop/lazy.py": "open('woken up', 'w').close()\n"})
    boot(project)
    assert not (project / "woken up").exists()


def test_warning_about_the_importing_line(tmp_path: Path) -> None:
    settings = """\
USE_TZ = True
import os, warnings
def show(message, category, file, line, *args):
    with open(os.environ["SHOWN"], "w") as shown:
        shown.write(f"{message} {file}:{line}")
warnings.showwarning = show
warnings.simplefilter("always", DeprecationWarning)
import shop.old
"""
    files = {"shop/old.py": "import warnings\nwarnings.warn('shop.old is old', DeprecationWarning, stacklevel=2)\n"}
    project = make_project(tmp_path, settings=settings, files=files)
    run(project, "manage.py", "check", env={"SHOWN": str(tmp_path / "plain")})
    boot(project, *SETUP, env={"SHOWN": str(tmp_path / "measured")})
    place = at(project, "shop/settings.py", "import shop.old")
    assert (tmp_path / "plain").read_text() == f"shop.old is old {project}/{place}"
    assert (tmp_path / "measured").read_text() == f"shop.old is old {project}/{place}"


def test_garbage_collector_switched_off(tmp_path: Path) -> None:
    settings = "import gc\ngc.collect()\ngc.disable()\ngc.freeze()\ngc.callbacks.clear()\n"
    saved = boot(make_project(tmp_path, settings=settings, apps=BILLING))
    assert phases(saved) == TO_URLS
    assert saved["gc"]["collections"] > 0


# Apps


def test_urlconf_imported_in_ready(tmp_path: Path) -> None:
    ready = "from django.urls import resolve; resolve('/pay/')"
    urls = "from django.urls import path\nurlpatterns = [path('pay/', lambda request: None)]\n"
    project = make_project(tmp_path, urls=urls, apps={"billing": {"apps.py": app_config(ready)}})
    saved = boot(project)
    assert phases(saved) == TO_URLS
    assert module(saved, "shop.urls")["phase"] == "urls"
    assert notes(saved, "urlconf") == snapshot(
        ["The URLconf was imported by ready() of billing; its time still counts as urls."]
    )


def test_app_by_its_config_and_with_another_label(tmp_path: Path) -> None:
    text = "from django.apps import AppConfig\n\nclass Pay(AppConfig):\n    name = 'billing'\n    label = 'pay'\n"
    settings = "INSTALLED_APPS = ['billing.apps.Pay', 'plain']\n"
    apps = {"billing": {"apps.py": text, "models.py": ""}, "plain": {"models.py": ""}}
    saved = boot(make_project(tmp_path, settings=settings, apps=apps))
    assert [(app["label"], app["name"], app["modules"]) for app in saved["apps"]] == [
        ("pay", "billing", 3),
        ("plain", "plain", 2),
    ]
    models = module(saved, "billing.models")
    assert (models["app"], models["owner"]) == ("pay", {"kind": "app", "name": "pay"})


def test_a_command_that_leaves_by_sys_exit(tmp_path: Path) -> None:
    leave = (
        "import sys\nfrom django.core.management.base import BaseCommand\n"
        "class Command(BaseCommand):\n    def handle(self, **options):\n        sys.exit()\n"
    )
    files = {f"billing/management/{path}__init__.py": "" for path in ("", "commands/")}
    project = make_project(tmp_path, apps=BILLING, files=files | {"billing/management/commands/leave.py": leave})
    ran = profile(project, "--", "leave")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.startswith("manage.py -- leave, 1 boot")
