"""Projects served by runserver in real processes, and packages for them to import."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType

from tests.support.helpers import environment, temporary_directory

LIMIT = 120  # seconds; nothing here takes as long, a busy machine or not
ENDING = 30  # seconds; Daphne sometimes does not end when asked to, and is killed
# Tells who serves, so that it can be asked to end: a killed process would leave no coverage.
SETTINGS = """
import os, sys
print("process", os.getpid(), os.environ.get("RUN_MAIN"), flush=True)
DEBUG = True
STATIC_URL = "static/"
ASGI_APPLICATION = "shop.asgi.application"
"""
ASGI = """\
from django.core.asgi import get_asgi_application

application = get_asgi_application()
"""
# The reloader knows what has changed since it first looked: an edit before that is lost.
WATCHING = """
from django.utils import autoreload


def get_reloader(get=autoreload.get_reloader):
    reloader = get()
    reloader.tick = lambda tick=reloader.tick: announced(tick())
    return reloader


def announced(ticks):
    for number, tick in enumerate(ticks):
        if not number:
            print("watching", flush=True)
        yield tick


autoreload.get_reloader = get_reloader
"""
BANNER = "Started in "


class Server:
    """A running `manage.py runserver` on a port of its own; for a with statement."""

    def __init__(
        self, project: Path, *arguments: str, env: Mapping[str, str] | None = None, manage: str = "manage.py"
    ) -> None:
        self.output: list[str] = []
        self.lines: Queue[str | None] = Queue()
        self.serving = 0
        self.watching = threading.Event()
        self.process = subprocess.Popen(
            [sys.executable, manage, *(arguments or ("runserver", "127.0.0.1:0"))],
            cwd=project,
            env=environment(project, serving(project) | dict(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="backslashreplace",
            start_new_session=True,
        )
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            match = re.match(r"process (\d+) (true|None)", line)
            if match:
                self.serving = int(match[1])
                self.watching.clear()
            if line == "watching\n":
                self.watching.set()
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def wait_for(self, text: str) -> str:
        """The next line that holds text."""
        while True:
            try:
                line = self.lines.get(timeout=LIMIT)
            except Empty:
                line = None
            if line is None:
                raise AssertionError(f"no line with {text!r} in:\n" + "\n".join(self.output))
            self.output.append(line)
            if text in line:
                return line

    def banner(self) -> str:
        return self.wait_for(BANNER)

    def banner_after(self, file: Path, text: str) -> str:
        """The banner after a file of the project has been changed."""
        assert self.watching.wait(LIMIT)
        file.write_text(text)
        return self.banner()

    def address(self) -> str:
        """Where it serves, once Django has said so."""
        match = re.search(r"http://\S+:\d+/", self.wait_for("server at http"))
        assert match is not None
        return match[0]

    def kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.serving or self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(ENDING)
        except subprocess.TimeoutExpired:
            self.kill_group()
            self.process.wait()
        self.kill_group()  # a server whose reloader has ended first would keep the pipe open
        self.reader.join(LIMIT)
        assert self.process.stdout is not None
        self.process.stdout.close()
        while not self.lines.empty():
            self.output.append(self.lines.get() or "")


def serving(project: Path) -> dict[str, str]:
    """The variables for a server: packages, a cache directory of its own, and output at once."""
    cache = temporary_directory(project).with_name("cache")
    return {
        "PYTHONPATH": str(project / "site"),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "",
        "HOME": str(cache),
        "XDG_CACHE_HOME": str(cache),
    }


def histories(project: Path) -> list[Path]:
    return sorted(temporary_directory(project).with_name("cache").rglob("*.json"))


def package(name: str, *, module: str = "", text: str = "") -> Iterator[tuple[str, str]]:
    """The files of a distribution with one package, as pip would have installed it, in the project's directory site."""
    module = module or name.replace("-", "_")
    metadata = f"site/{name.replace('-', '_')}-1.0.dist-info"
    yield f"site/{module}/__init__.py", text
    yield f"{metadata}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
    yield f"{metadata}/RECORD", f"{module}/__init__.py,,\n"
