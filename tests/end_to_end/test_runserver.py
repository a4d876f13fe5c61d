"""runserver and its banner, in real processes."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from tests.support.frames import COUNTED, FRAMES, no_coverage
from tests.support.helpers import app_config, make_project, run
from tests.support.servers import ASGI, SETTINGS, WATCHING, Server, histories, package, serving

OURS = "django_startup"
STATIC = "django.contrib.staticfiles"
WHITENOISE = "whitenoise.runserver_nostatic"
# Times are what they are: only what does not depend on the machine is compared.
PLAIN = re.compile(r"Started in \d+\.\d\d s( \([+-]\d+\.\d\d s\))? · [\d,]+ modules( · [^:]+compiled from source.* s)?")
FASTER = re.compile(r" · (slower|faster): .*| · \d+ modules? compiled from source [\d.]+ s| \([+-][\d.]+ s\)")
URLS = """\
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("", lambda request: HttpResponse("served"))]
"""


def server_project(tmp_path: Path, *apps: str, settings: str = "", **files: str) -> Path:
    return make_project(
        tmp_path,
        settings=f"INSTALLED_APPS = {[*apps, 'billing']}\n{SETTINGS}{settings}",
        urls=URLS,
        files={
            "billing/__init__.py": "",
            "billing/apps.py": app_config(),
            "billing/prices.py": "",
            "billing/models.py": "from billing import prices, watching\n",
            "billing/watching.py": WATCHING,
            "shop/asgi.py": ASGI,
        }
        | dict(package("Acme-Paint", module="acme_paint", text="import acme_brush\n"))
        | dict(package("acme-brush"))
        | dict(package("acme-tin"))
        | files,
    )


def without_times(line: str) -> str:
    """A banner with S for each time, and without what depends on the machine."""
    return re.sub(r"<?\d+\.\d\d s", "S", FASTER.sub("", line)).replace("<S", "S")


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as response:
        return str(response.read().decode())


STACKS = [
    pytest.param([OURS], "", id="core"),
    pytest.param([OURS, STATIC], "", id="staticfiles"),
    pytest.param([OURS, WHITENOISE, STATIC], "whitenoise", id="whitenoise"),
    pytest.param([OURS, "daphne", STATIC], "daphne", id="daphne"),
    pytest.param([OURS, WHITENOISE, "daphne", STATIC], "daphne", id="whitenoise and daphne"),
    pytest.param([WHITENOISE, OURS, "daphne", STATIC], "daphne", id="below whitenoise"),
    pytest.param([OURS, "django_watchfiles", STATIC], "django_watchfiles", id="watchfiles"),
]


@pytest.mark.parametrize(("apps", "needs"), STACKS)
def test_each_reload_prints_a_banner(tmp_path: Path, apps: list[str], needs: str) -> None:
    for name in (needs, "whitenoise" if WHITENOISE in apps else ""):
        if name:
            pytest.importorskip(name)
    project = server_project(tmp_path, *apps)
    with Server(project) as server:
        assert PLAIN.match(server.banner())
        second = server.banner_after(project / "billing/prices.py", "\nimport acme_paint\n")
        assert fetch_again(server) == "served"
    assert without_times(second).endswith(" modules · new: Acme-Paint S with acme-brush, billing/prices.py:2"), second
    assert "\x1b" not in "\n".join(server.output)
    (history,) = histories(project)
    assert len(json.loads(history.read_text())["times_ns"]) == 2


def fetch_again(server: Server) -> str:
    """What the server that was started last answers. Daphne says its port only in a log, so it is asked for nothing."""
    addresses = [match[0] for line in server.output if (match := re.search(r"http://\S+:[1-9]\d*/", line))]
    return fetch(addresses[-1]) if addresses else "served"


def test_what_is_new_and_what_is_gone(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS)
    prices = project / "billing/prices.py"
    with Server(project) as server:
        first = server.banner()
        second = server.banner_after(prices, "import acme_paint\n")
        third = server.banner_after(prices, "import acme_brush\n")
        fourth = server.banner_after(prices, "import acme_brush  # as before\n")
    assert " · new" not in first
    count = int(re.search(r"([\d,]+) modules", first)[1].replace(",", ""))  # type: ignore[index]
    assert without_times(second) == (
        f"Started in S · {count + 2:,} modules · new: Acme-Paint S with acme-brush, billing/prices.py:1"
    )
    assert without_times(third) == f"Started in S · {count + 1:,} modules · gone: Acme-Paint S"
    assert without_times(fourth) == f"Started in S · {count + 1:,} modules"


def test_without_reloader(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS, STATIC)
    for addition in ("", "import acme_brush\n"):
        (project / "shop/urls.py").write_text(addition + URLS)
        with Server(project, "runserver", "--noreload", "127.0.0.1:0") as server:
            address = server.address()
            banner = server.banner()
            assert fetch(address) == "served"
    assert without_times(banner).endswith(" modules · new: acme-brush S, shop/urls.py:1")


def test_packages_that_apps_and_settings_bring(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS)
    settings = project / "shop/settings.py"
    text = settings.read_text()
    with Server(project) as server:
        server.banner()
        of_app = server.banner_after(settings, text + "INSTALLED_APPS.append('acme_paint')\n")
        of_settings = server.banner_after(settings, text + "import acme_paint, acme_tin\n")
    assert without_times(of_app).endswith(" · new: Acme-Paint S with acme-brush, INSTALLED_APPS")
    assert without_times(of_settings).endswith(" · new: acme-tin, before the apps")


RECORDED = """\
from django.apps import AppConfig


class Config(AppConfig):
    name = "billing"

    def ready(self):
        import sys

        recorder = sys.modules.get("django_startup.banner.startup_recorder")
        print("recorded", bool(recorder and recorder.session.recording), flush=True)
"""


def test_only_the_process_that_serves_is_recorded(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS, **{"billing/apps.py": RECORDED})
    with Server(project) as server:
        server.banner()
    assert [line for line in server.output if line.startswith("recorded")] == ["recorded False", "recorded True"]
    assert "recorded False" in run(project, "manage.py", "check", env=serving(project)).stdout


@pytest.mark.parametrize(
    ("settings", "env", "is_on"),
    [
        pytest.param('DJANGO_STARTUP = {"BANNER": False}\n', {}, False, id="setting"),
        pytest.param("", {"DJANGO_STARTUP_BANNER": "0"}, False, id="variable"),
        pytest.param('DJANGO_STARTUP = {"BANNER": False}\n', {"DJANGO_STARTUP_BANNER": "1"}, True, id="variable first"),
    ],
)
def test_switched_off(tmp_path: Path, settings: str, env: dict[str, str], is_on: bool) -> None:
    project = server_project(tmp_path, OURS, settings=settings, **{"billing/apps.py": RECORDED})
    with Server(project, "runserver", "--noreload", "127.0.0.1:0", env=env) as server:
        fetch(server.address())
        if is_on:
            server.banner()
    assert f"recorded {is_on}" in server.output
    assert any(line.startswith("Started in") for line in server.output) == is_on
    assert len(histories(project)) == is_on


def test_testserver_has_none(tmp_path: Path) -> None:
    database = 'DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}\n'
    files = {"billing/apps.py": RECORDED, "empty.json": "[]"}
    project = server_project(tmp_path, OURS, settings=database, **files)
    with Server(project, "testserver", "empty.json", "--addrport", "127.0.0.1:0") as server:
        assert fetch(server.address()) == "served"
    assert "recorded False" in server.output
    assert not [line for line in server.output if line.startswith("Started in")]
    assert histories(project) == []


def test_a_command_of_another_name(tmp_path: Path) -> None:
    """Nothing was recorded then: the clocks and what is loaded are known all the same."""
    manage = """\
import os, sys
from django.core.management import execute_from_command_line

os.environ["DJANGO_SETTINGS_MODULE"] = "shop.settings"
execute_from_command_line(["manage.py", "runserver", *sys.argv[1:]])
"""
    project = server_project(tmp_path, OURS, **{"serve.py": manage, "billing/apps.py": RECORDED})
    for addition in ("", "import acme_brush\n"):
        (project / "billing/prices.py").write_text(addition)
        with Server(project, "127.0.0.1:0", manage="serve.py") as server:
            banner = server.banner()
    assert "recorded True" not in server.output
    assert without_times(banner).endswith(" · new: acme-brush, before the apps")


def test_a_runserver_that_hides_ours(tmp_path: Path) -> None:
    """There is a warning, no banner, and the recorder is not left on."""
    view = """\
import gc, sys
from django.http import HttpResponse
from django.urls import path


def view(request):
    recorder = sys.modules["django_startup.banner.startup_recorder"]
    on = [callback for callback in gc.callbacks if "django_startup" in repr(callback)]
    return HttpResponse(f"{recorder.session.recording} {on}")


urlpatterns = [path("", view)]
"""
    project = server_project(tmp_path, STATIC, OURS, **{"shop/urls.py": view})
    with Server(project, "runserver", "--noreload", "127.0.0.1:0") as server:
        address = server.address()
        assert fetch(address) == "None []"
    assert not [line for line in server.output if line.startswith("Started in")]
    assert any("django_startup.W001" in line for line in server.output)


def test_a_broken_banner_does_not_stop_the_server(tmp_path: Path) -> None:
    breaks = "import django_startup.banner.start as start\nstart.read_spans = None\n"
    project = server_project(tmp_path, OURS, settings=breaks)
    with Server(project, "runserver", "--noreload", "127.0.0.1:0") as server:
        address = server.address()
        line = server.wait_for("banner")
        assert fetch(address) == "served"
    assert line == (
        snapshot(
            "The start-up banner failed, but the server runs: TypeError: 'NoneType' object is not callable. "
            'Turn the banner off with DJANGO_STARTUP = {"BANNER": False}.'
        )
    )


@pytest.mark.parametrize("broken", ["recorder.Recorder.start", "run_queue.RunQueue.read"])
def test_a_recorder_that_cannot_start(tmp_path: Path, broken: str) -> None:
    breaks = f"from django_startup.probe import recorder, run_queue\n{broken} = None\n"
    project = server_project(tmp_path, OURS, settings=breaks)
    with Server(project, "runserver", "--noreload", "127.0.0.1:0") as server:
        address = server.address()
        assert server.wait_for("banner").startswith("The start-up banner failed, but the server runs: TypeError")
        assert fetch(address) == "served"


def test_frames_of_an_import_error_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_coverage(monkeypatch)
    files = {"billing/models.py": FRAMES, "shop/broken.py": "import missing_module\n"}
    project = server_project(tmp_path, OURS, **files)
    with Server(project, "runserver", "--noreload", "127.0.0.1:0") as server:
        assert PLAIN.fullmatch(server.banner())
    assert (project / "frames.txt").read_text("utf-8") == COUNTED


def test_no_place_for_the_history(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS)
    nowhere = {"HOME": "/dev/null", "XDG_CACHE_HOME": "/dev/null"}
    with Server(project, env=nowhere) as server:
        assert PLAIN.fullmatch(server.banner())


def test_output_in_ascii(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS)
    with Server(project, env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}) as server:
        assert re.match(r"Started in \d+\.\d\d s - [\d,]+ modules", server.banner())


def test_a_start_without_checks_is_compared_with_nothing(tmp_path: Path) -> None:
    """The server does not wait for the URLconf then."""
    project = server_project(tmp_path, OURS)
    version = run(project, "-c", "import django; print(django.VERSION >= (5, 2))").stdout.strip()
    if version != "True":
        pytest.skip("runserver has no --skip-checks")
    with Server(project, "runserver", "--noreload", "--skip-checks", "127.0.0.1:0") as server:
        assert PLAIN.fullmatch(server.banner())
    assert histories(project) == []


def test_the_next_runserver_of_an_app_that_is_not_installed(tmp_path: Path) -> None:
    code = (
        "import django; django.setup(); from django_startup.banner.runserver import *; print(next_runserver('absent'))"
    )
    project = server_project(tmp_path, OURS, STATIC)
    output = run(project, "-c", code, env=serving(project) | {"DJANGO_SETTINGS_MODULE": "shop.settings"}).stdout
    assert output.endswith("<class 'django.core.management.commands.runserver.Command'>\n")


def test_colours_on_request_only(tmp_path: Path) -> None:
    project = server_project(tmp_path, OURS)
    with Server(project, "runserver", "--noreload", "--force-color", "127.0.0.1:0") as server:
        assert server.banner().startswith("\x1b[")


def test_a_process_that_the_project_forks_is_not_recorded(tmp_path: Path) -> None:
    forks = """\
import os

from django.apps import AppConfig


class Config(AppConfig):
    name = "billing"

    def ready(self):
        from django_startup.banner.startup_recorder import session

        if os.environ.get("RUN_MAIN") and hasattr(os, "fork"):
            child = os.fork()
            if not child:
                print("in the child", session.recording, flush=True)
                os._exit(0)
            os.waitpid(child, 0)
            print("in the parent", session.recording is not None, flush=True)
"""
    project = server_project(tmp_path, OURS, **{"billing/apps.py": forks})
    with Server(project) as server:
        server.banner()
    assert "in the child None" in server.output
    assert "in the parent True" in server.output
