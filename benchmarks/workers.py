"""
The memory of workers as `startupprofile --workers` measures it, beside that of a real gunicorn.

    python benchmarks/workers.py [--workers N] [--rounds N] [--directory PROJECT --application shop.wsgi:application]

A real gunicorn serves the project with as many workers, without preload, with it, and with gc.freeze() in when_ready().
Each worker collects garbage after each request, and is asked until all have answered; then the script reads
/proc/PID/smaps_rollup of each. Both are done in turn, in each round. Without a project, one is made with
Django's admin. Linux only. Needs gunicorn.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from surroundings import surroundings

MODES = {"no-preload": (False, False), "preload": (True, False), "freeze": (True, True)}
CONFIG = """\
import gc
import os

bind = "127.0.0.1:{port}"
workers = {workers}
preload_app = {preload}


def when_ready(server):
    if {freeze}:
        gc.freeze()


def post_request(worker, req, environ, resp):
    gc.collect()
    open({answered!r} + "/" + str(os.getpid()), "w").close()
"""
SETTINGS = """\
SECRET_KEY = "benchmark"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "shop.urls"
WSGI_APPLICATION = "shop.wsgi.application"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
]
"""
URLS = """\
from django.contrib import admin
from django.http import HttpResponse
from django.urls import path

urlpatterns = [path("admin/", admin.site.urls), path("", lambda request: HttpResponse("here"))]
"""
WSGI = """\
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
application = get_wsgi_application()
"""
MANAGE = """\
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""
PATIENCE_S = 120


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--directory", type=Path)
    parser.add_argument("--application", default="shop.wsgi:application")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        temporary = Path(name)
        directory = options.directory or make_project(temporary / "project")
        real: dict[str, list[float]] = {mode: [] for mode in MODES}
        ours: dict[str, list[float]] = {mode: [] for mode in MODES}
        for _ in range(options.rounds):
            for mode in MODES:
                real[mode].append(real_gunicorn(mode, directory, options.application, options.workers, temporary))
            for mode, size in profiled(directory, options.workers, temporary).items():
                ours[mode].append(size)
    print(f"{options.workers} workers, {options.rounds} rounds, medians; {surroundings()}")
    print()
    print("| private memory of a worker | gunicorn | `--workers` | difference |")
    print("|---|--:|--:|--:|")
    for mode in MODES:
        there, here = statistics.median(real[mode]), statistics.median(ours[mode])
        print(f"| {mode} | {there:.1f} MiB | {here:.1f} MiB | {(here / there - 1) * 100:+.1f} % |")


def make_project(directory: Path) -> Path:
    texts = {"shop/__init__.py": "", "shop/settings.py": SETTINGS, "shop/urls.py": URLS, "shop/wsgi.py": WSGI}
    for file, text in (texts | {"manage.py": MANAGE}).items():
        (directory / file).parent.mkdir(parents=True, exist_ok=True)
        (directory / file).write_text(text)
    return directory


def real_gunicorn(mode: str, directory: Path, application: str, workers: int, temporary: Path) -> float:
    """The private memory of a worker in MiB, the mean over all."""
    preload, freeze = MODES[mode]
    with tempfile.TemporaryDirectory(dir=temporary) as answered, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        config = temporary / "gunicorn.conf.py"
        config.write_text(CONFIG.format(port=port, workers=workers, preload=preload, freeze=freeze, answered=answered))
        command = [sys.executable, "-m", "gunicorn", "-c", str(config), application]
        server = subprocess.Popen(command, cwd=directory, stderr=subprocess.DEVNULL)
        try:
            ask_until_all_have_answered(port, Path(answered), workers)
            return statistics.mean(private_mib(path.name) for path in Path(answered).iterdir())
        finally:
            server.terminate()
            server.wait()


def ask_until_all_have_answered(port: int, answered: Path, workers: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while len(list(answered.iterdir())) < workers:
        if time.monotonic() > deadline:
            raise SystemExit("gunicorn does not answer")
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
        time.sleep(0.05)


def private_mib(process: str) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def profiled(directory: Path, workers: int, temporary: Path) -> dict[str, float]:
    """The same of each mode, as django-startup has it."""
    output = temporary / "workers.json"
    options = ["--workers", str(workers), "--runs", "1", "-o", str(output)]
    subprocess.run(
        [sys.executable, "-m", "django_startup", "profile", *options],
        cwd=directory,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "DJANGO_COLORS": "nocolor"},
        check=True,
    )
    return {row["mode"]: row["private_mib"] for row in json.loads(output.read_text())["workers"]["memory"]}


if __name__ == "__main__":
    main()
