"""preload in real servers and workers: what is there when the first request or task comes, and which process got it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.support.helpers import environment, make_project

SETTINGS = """\
from pathlib import Path
ALLOWED_HOSTS = ["*"]
LOG = Path(__file__).parent / "late.txt"
DJANGO_STARTUP = {"PRELOAD": ["shop.heavy", "nowhere"]}
"""
URLS = """\
import os
import sys

from django.http import JsonResponse
from django.urls import get_resolver, path


def view(request):
    heavy = sys.modules.get("shop.heavy")
    resolved = get_resolver()._populated
    pids = {"process": os.getpid(), "parent": os.getppid(), "importer": getattr(heavy, "PROCESS", None)}
    return JsonResponse({**pids, "resolved": resolved})


def late(request):
    import shop.heavy
    return JsonResponse({})


urlpatterns = [path("", view), path("late/", late)]
"""
APPLICATION = """\
import os

from django.core.{0} import get_{0}_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_{0}_application()
"""
PRELOAD = "\nfrom django_startup.preload import preload\n\npreload()\n"
GUNICORN = "from django_startup.preload import post_worker_init, when_ready\n"
CELERY = """\
import json
import os
import sys

from celery import Celery, signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django_startup import preload

app = Celery("shop", broker="memory://")
app.conf.worker_proc_alive_timeout = 120  # the default would replace a process after 4 s of a busy machine
signals.{0}.connect(preload.{0})


@app.task
def ask():
    from django.urls import get_resolver

    importer = getattr(sys.modules.get("shop.heavy"), "PROCESS", None)
    answer = {{"process": os.getpid(), "parent": os.getppid(), "importer": importer}}
    with open("answer.part", "w") as file:
        json.dump({{**answer, "resolved": get_resolver()._populated}}, file)
    os.rename("answer.part", "answer.json")


@signals.worker_ready.connect
def send(**kwargs):
    ask.delay()
"""
LIMIT = 120  # seconds, on however busy a machine


def make(tmp_path: Path, *, settings: str = "", after: str = "", **files: str) -> Path:
    """A project whose wsgi.py and asgi.py end with the lines in after."""
    texts = {"shop/heavy.py": "import os, time\n\ntime.sleep(0.005)\nPROCESS = os.getpid()\n"}
    texts |= {f"shop/{kind}.py": APPLICATION.format(kind) + after for kind in ("wsgi", "asgi")}
    texts |= {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return make_project(tmp_path, settings=SETTINGS + settings, urls=URLS, files=texts)


class Running:
    """A server or worker, and what it has printed."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self.log = log

    def printed(self) -> str:
        return self.log.read_text("utf-8", "replace")

    def until(self, condition: Callable[[], Any]) -> Any:
        """What condition returns once that is true; it may fail with OSError until then."""
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                answer = condition()
            except OSError:
                answer = None
            if answer:
                return answer
            time.sleep(0.02)
        raise AssertionError(self.printed())

    def port(self, pattern: str) -> int:
        """The port in what it prints."""
        return int(self.until(lambda: re.search(pattern, self.printed()))[1])

    def get(self, port: int, path: str = "/") -> dict[str, Any]:
        answer: bytes = self.until(lambda: fetch(f"http://127.0.0.1:{port}{path}"))
        found: dict[str, Any] = json.loads(answer)
        return found


def fetch(url: str) -> bytes:
    with urlopen(url, timeout=LIMIT) as response:
        content: bytes = response.read()
    return content


@contextmanager
def running(project: Path, *command: str) -> Iterator[Running]:
    """Run a command until the end of the block; all its processes are gone afterwards."""
    log = project.with_name("log.txt")
    variables = environment(project, {"HOME": str(project), "PYTHONUNBUFFERED": "1"})
    variables.pop("XDG_RUNTIME_DIR", None)  # or gunicorn puts a socket there
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=project,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(process, log)
        process.terminate()
        process.wait(LIMIT)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(LIMIT)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def said(running: Running) -> list[str]:
    """The names that could not be preloaded, one for each time that it was said."""
    return re.findall(r"(\S+) cannot be preloaded: ModuleNotFoundError", running.printed())


def gunicorn(*options: str) -> list[str]:
    return [sys.executable, "-m", "gunicorn", "-b", "127.0.0.1:0", "--workers", "1", *options, "shop.wsgi"]


GUNICORN_PORT = r"Listening at: http://127\.0\.0\.1:(\d+)"


def test_gunicorn_imports_in_each_worker(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    with running(make(tmp_path, **{"gunicorn.conf": GUNICORN}), *gunicorn()) as server:
        answer = server.get(server.port(GUNICORN_PORT))
        assert answer["importer"] == answer["process"] != server.process.pid
        assert answer["resolved"]
        assert said(server) == ["nowhere"]


def test_gunicorn_with_preload_app_imports_before_the_fork(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    with running(make(tmp_path, **{"gunicorn.conf": GUNICORN}), *gunicorn("--preload")) as server:
        answer = server.get(server.port(GUNICORN_PORT))
        assert answer["importer"] == answer["parent"] == server.process.pid
        assert answer["resolved"]
        assert said(server) == ["nowhere"]


def test_gunicorn_without_a_file_of_its_own(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    with running(make(tmp_path), *gunicorn("-c", "python:django_startup.preload")) as server:
        answer = server.get(server.port(GUNICORN_PORT))
        assert answer["importer"] == answer["process"]


def test_watched_then_preloaded(tmp_path: Path) -> None:
    pytest.importorskip("gunicorn")
    settings = """\
MIDDLEWARE = ["django_startup.middleware.LateImportMiddleware"]
DJANGO_STARTUP = {"LATE_IMPORTS": {"LOG": LOG, "THRESHOLD": "0ms"}, "PRELOAD": [LOG]}
"""
    project = make(tmp_path, settings=settings, **{"gunicorn.conf": GUNICORN})
    named = re.compile(r"shop\.urls\.late spent .*project modules \d+\.\d{3} s, shop/urls\.py:16")
    with running(project, *gunicorn("--threads", "2")) as server:
        server.get(server.port(GUNICORN_PORT), "/late/")
        server.until(lambda: named.search(server.printed()))
    assert "shop.heavy" in (project / "shop" / "late.txt").read_text().splitlines()
    with running(project, *gunicorn("--threads", "2")) as server:
        port = server.port(GUNICORN_PORT)
        server.get(port, "/late/")
        answer = server.get(port)
        assert answer["importer"] == answer["process"]
    assert "shop/urls.py" not in server.printed()


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_granian(tmp_path: Path, interface: str) -> None:
    pytest.importorskip("granian")
    port = free_port()
    command = [sys.executable, "-m", "granian", "--port", str(port), "--interface", interface]
    with running(make(tmp_path, after=PRELOAD), *command, f"shop.{interface}:application") as server:
        answer = server.get(port)
        assert answer["importer"] == answer["process"]
        assert answer["resolved"]
        assert said(server) == ["nowhere"]


@pytest.mark.parametrize("lazy", [False, True])
def test_uwsgi(tmp_path: Path, lazy: bool) -> None:
    pytest.importorskip("pyuwsgi")
    script = "import sys, pyuwsgi; pyuwsgi.run(sys.argv[1:])"
    command = [sys.executable, "-c", script, "--http-socket", "127.0.0.1:0", "--master", "--die-on-term", "--need-app"]
    command += ["--virtualenv", sys.prefix, "--module", "shop.wsgi"] + ["--lazy-apps"] * lazy
    with running(make(tmp_path, after=PRELOAD), *command) as server:
        answer = server.get(server.port(r"bound to TCP address 127\.0\.0\.1:(\d+)"))
        assert answer["importer"] == answer["process" if lazy else "parent"]
        assert answer["resolved"]
        assert said(server) == ["nowhere"]


@pytest.mark.parametrize(
    ("hook", "pool", "importer"),
    [
        ("worker_process_init", "prefork", "process"),
        ("worker_init", "prefork", "parent"),
        ("worker_process_init", "solo", "process"),
    ],
)
def test_celery(tmp_path: Path, hook: str, pool: str, importer: str) -> None:
    pytest.importorskip("celery")
    project = make(tmp_path, shop__celery=CELERY.format(hook))
    command = [sys.executable, "-m", "celery", "-A", "shop.celery", "worker", "--pool", pool, "--concurrency", "1"]
    with running(project, *command) as worker:
        text = worker.until((project / "answer.json").read_text)
        answer = json.loads(text)
        assert answer["importer"] == answer[importer]
        assert (answer["importer"] == worker.process.pid) == (importer == "parent" or pool == "solo")
        assert answer["resolved"]
        worker.until(lambda: said(worker))
        assert said(worker) == ["nowhere"]
