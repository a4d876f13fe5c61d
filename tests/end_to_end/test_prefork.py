"""Workers as they are forked, with gunicorn and without: their memory, what goes wrong, what must not be forked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.exceptions import StartupError
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.workers import UnsafeState
from django_startup.workers.prefork import PROGRAM, Served, start_workers
from django_startup.workers.unsafe import find_unsafe
from tests.support.evidence import SQLITE
from tests.support.helpers import app_config, environment, left_now, make_project, profile, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what processes share is read as Linux has it")
WSGI = """\
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()


class Odd(Exception):
    def __str__(self):
        raise RuntimeError


class Body(list):
    closed = False

    def close(self):
        raise Odd


def silent(environ, start_response):
    return []


def failing(environ, start_response):
    return Body([b"never closed"])


def dying(environ, start_response):
    os._exit(3)


def killed(environ, start_response):
    os.kill(os.getpid(), 9)


def waiting(environ, start_response):
    import time

    time.sleep(1000)


def loud(environ, start_response):
    print("token=4f9c2e7a1b8d6053", flush=True)
    os.kill(os.getpid(), 9)
"""
ENDING = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"
NO_GUNICORN = "raise ImportError\n"
URLS = """\
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path


def index(request):
    return HttpResponse(request.get_host() + request.GET.get("q", ""))


def boom(request):
    raise ValueError("no luck\\nat all")


def large(request):
    return StreamingHttpResponse([b"1" * 3000, b"2" * 3000])


urlpatterns = [path("", index), path("boom", boom), path("large", large)]
"""
STATES = """\
import _thread
import random
import socket
import threading
import time

DICE = random.Random(7)
SAFE = random.SystemRandom()
SAME = DICE
LISTENER = socket.socket(socket.AF_UNIX)
LISTENER.bind("\\0django-startup-%d" % id(LISTENER))
LISTENER.listen()
CLIENT = socket.socket(socket.AF_UNIX)
CLIENT.connect(LISTENER.getsockname())
PAIR = socket.socketpair()
CLOSED = socket.socket(socket.AF_UNIX)
CLOSED.bind("\\0django-startup-%d" % id(CLOSED))
CLOSED.close()
LOG = open(__file__ + ".log", "a")
DATA = open(__file__)
random.seed(42)
random.seed()


class Generator:
    class bit_generator:
        state = 1


class RandomState:
    def get_state(self):
        return time.time_ns()


Generator.__module__ = RandomState.__module__ = "numpy.random._generator"
NUMBERS, OTHERS = Generator(), RandomState()


def beat():
    time.sleep(1000)


def start():
    threading.Thread(target=beat, daemon=True, name="heart").start()
    _thread.start_new_thread(beat, ())
    from django.db import connection

    connection.cursor().execute("SELECT 1")
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_project(
        tmp_path_factory.mktemp("workers"),
        settings="ALLOWED_HOSTS = ['*', '.shop.example']\nWSGI_APPLICATION = 'shop.wsgi.application'\n",
        urls=URLS,
        files={"shop/wsgi.py": WSGI, "shop/ending.py": ENDING},
    )


@pytest.fixture(scope="module")
def without_gunicorn(tmp_path_factory: pytest.TempPathFactory, project: Path) -> Path:
    files = {"shop/wsgi.py": WSGI, "gunicorn.py": NO_GUNICORN}
    return make_project(
        tmp_path_factory.mktemp("plain"), settings="ALLOWED_HOSTS = ['.shop.example']\n", urls=URLS, files=files
    )


def served(project: Path, application: str = "shop.wsgi.application", **options: Any) -> Served:
    target = BootTarget(find_entry("manage.py", project), directory=project, environment=environment(project))
    whole = Served(target, application, "shop.settings", workers=2, request="/", timeout=60)
    return replace(whole, **options)


def test_preloading_shares_memory(project: Path) -> None:
    ran = profile(project, "--workers", "2", "--request", "/?q=1", "-o", "workers.json")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "WORKERS (2)" in ran.stdout
    workers = json.loads((project / "workers.json").read_text())["workers"]
    assert (workers["count"], workers["request"], workers["status"], workers["failure"]) == (2, "/?q=1", "200 OK", "")
    private = {row["mode"]: row["private_mib"] for row in workers["memory"]}
    assert private["no-preload"] > private["preload"] > private["freeze"] > 0
    shared = {row["mode"]: row["shared_mib"] for row in workers["memory"]}
    assert shared["no-preload"] < shared["preload"] < shared["freeze"]
    totals = {row["mode"]: row["total_mib"] for row in workers["memory"]}
    assert totals["no-preload"] > totals["freeze"] > 0
    assert workers["unsafe"] == []
    assert not left_now(project)


def test_a_budget(project: Path) -> None:
    options = ("--max-worker-memory", "freeze=1GiB", "--max-worker-memory", "1MiB", "--format", "json")
    ran = run(project, "-m", "django_startup", "budget", *options)
    assert ran.returncode == 1, ran.stderr
    checks = {(check["kind"], check["name"]): check["verdict"] for check in json.loads(ran.stdout)["checks"]}
    assert checks == {
        ("worker-memory", "no-preload"): "over",
        ("worker-memory", "preload"): "over",
        ("worker-memory", "freeze"): "within",
    }


def test_a_project_without_gunicorn(without_gunicorn: Path) -> None:
    found = start_workers(served(without_gunicorn, "", request="/?q=1"), "preload")
    assert found["server"] == ""
    assert [worker["status"] for worker in found["workers"]] == ["200 OK"] * 2


def test_a_project_with_gunicorn(project: Path) -> None:
    gunicorn = pytest.importorskip("gunicorn")
    found = start_workers(served(project, request="/boom"), "no-preload")
    assert found["server"] == gunicorn.__version__
    assert [worker["status"] for worker in found["workers"]] == ["500 Internal Server Error"] * 2
    kind, text, file, line = found["workers"][0]["raised"]
    assert (kind, text, Path(file).name, line) == ("ValueError", "no luck\nat all", "urls.py", 10)


def test_a_large_answer(project: Path) -> None:
    pytest.importorskip("gunicorn")
    found = start_workers(served(project, request="/large", workers=1), "preload")
    assert found["workers"][0]["status"] == "200 OK"


def test_an_error_without_gunicorn(without_gunicorn: Path) -> None:
    found = start_workers(served(without_gunicorn, request="/boom"), "freeze")
    assert found["workers"][1]["status"] == "500 Internal Server Error"
    assert found["workers"][1]["raised"][:2] == ("ValueError", "no luck\nat all")


@pytest.mark.parametrize(
    ("application", "mode", "sentence"),
    [
        ("shop.nowhere.application", "preload", "The project could not be loaded before the workers: {missing}."),
        ("shop.nowhere.application", "no-preload", "A worker failed with GET /: {missing}."),
        ("shop.wsgi.failing", "no-preload", "A worker failed with GET /: Odd (shop/wsgi.py:18)."),
        ("shop.wsgi.dying", "preload", "A worker ended before it had answered GET /, with exit code 3."),
        ("shop.wsgi.killed", "preload", "A worker ended before it had answered GET /, killed by SIGKILL."),
        ("shop.ending.application", "preload", "The master of the workers ended, killed by SIGKILL."),
    ],
)
def test_what_goes_wrong(without_gunicorn: Path, application: str, mode: str, sentence: str) -> None:
    (without_gunicorn / "shop" / "ending.py").write_text(ENDING)
    with pytest.raises(StartupError) as raised:
        start_workers(served(without_gunicorn, application), mode)
    missing = "ModuleNotFoundError: No module named 'shop.nowhere'"
    assert str(raised.value) == sentence.format(missing=missing)
    assert raised.value.exit_code == 3
    assert not left_now(without_gunicorn)


def test_no_answer_at_all(without_gunicorn: Path) -> None:
    found = start_workers(served(without_gunicorn, "shop.wsgi.silent"), "no-preload")
    assert [worker["status"] for worker in found["workers"]] == ["", ""]


def test_a_worker_that_does_not_answer_in_time(without_gunicorn: Path) -> None:
    with pytest.raises(StartupError) as raised:
        start_workers(served(without_gunicorn, "shop.wsgi.waiting", timeout=2), "preload")
    assert str(raised.value) == "The workers did not answer / in 2 s."
    assert not left_now(without_gunicorn)


def test_what_it_printed_last(without_gunicorn: Path) -> None:
    with pytest.raises(StartupError) as raised:
        start_workers(served(without_gunicorn, "shop.wsgi.loud"), "preload")
    assert raised.value.lines == ("token=***", "token=***")  # type: ignore[attr-defined]


def test_an_interpreter_that_takes_the_directory_of_the_program_first(without_gunicorn: Path, tmp_path: Path) -> None:
    """As without -P."""
    words = [str(tmp_path / "result"), "no-preload", "1", "/", "", "shop.settings", str(without_gunicorn)]
    variables = environment(without_gunicorn)
    variables.pop("PYTHONSAFEPATH", None)
    subprocess.run([sys.executable, str(PROGRAM), *words], env=variables, cwd=tmp_path, check=True, timeout=120)
    assert (tmp_path / "result").exists()


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Mapping[str, Any]]:
    project = make_project(
        tmp_path_factory.mktemp("states"),
        settings=SQLITE + "ALLOWED_HOSTS = ['localhost']\n",
        apps={"billing": {"apps.py": app_config("import billing.states; billing.states.start()"), "states.py": STATES}},
        urls=URLS,
        files={"shop/wsgi.py": WSGI, "gunicorn.py": NO_GUNICORN},
    )
    (project / "db.sqlite3").touch()
    return project, start_workers(served(project), "observe")


def test_what_must_not_be_forked(observed: tuple[Path, Mapping[str, Any]]) -> None:
    project, found = observed
    states = find_unsafe(found, project, str)
    lines = STATES.splitlines()

    def told(state: UnsafeState) -> tuple[Any, ...]:
        code = lines[state.line - 1].strip() if state.file == "billing/states.py" and state.line else ""
        return (
            str(state.kind),
            re.split("\0|python", state.name.replace(str(project), ""))[0],
            code,
            state.forks,
            state.snapshots,
        )

    assert [told(state) for state in states] == snapshot(
        [
            (
                "thread",
                "heart (billing.states.beat)",
                'threading.Thread(target=beat, daemon=True, name="heart").start()',
                True,
                False,
            ),
            ("thread", "1 started by compiled code (", "", True, False),
            ("connection", "database default (sqlite)", 'connection.cursor().execute("SELECT 1")', True, True),
            ("connection", "socket", 'LISTENER.bind("\\0django-startup-%d" % id(LISTENER))', True, True),
            (
                "connection",
                "socket to ",
                "CLIENT.connect(LISTENER.getsockname())",
                True,
                True,
            ),
            ("connection", "2 more sockets", "", True, True),
            ("file", "/billing/states.py", "DATA = open(__file__)", True, False),
            ("seed", "random.seed()", "random.seed(42)", False, True),
            ("random", "billing.states.DICE", "DICE = random.Random(7)", True, True),
            ("random", "billing.states.NUMBERS", "NUMBERS, OTHERS = Generator(), RandomState()", True, True),
            ("random", "billing.states.OTHERS", "NUMBERS, OTHERS = Generator(), RandomState()", False, True),
        ]
    )
