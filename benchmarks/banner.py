"""
What the banner of runserver costs: starts of the process that serves, with and without the app.

Starts a new Wagtail project (or --project) under runserver in rounds. In each round every variant starts once, in a
random order, so that whatever else the machine does meets all of them. A variant is compared with the one without the
app in the same round.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

GOAL_SHARE, GOAL_MS = 0.03, 20.0

# What the reloader runs at each reload, ended where a server would begin to serve. Prints the CPU time until there.
# With --noreload: the reloader's thread works beside the server's, on what is no part of the start, and the later the
# process is ended the more of it would be counted.
MANAGE = """\
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", sys.argv.pop())


def further(calls):
    if calls:
        return further(calls - 1)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


from django.core.servers.basehttp import WSGIServer


def serve_forever(server):
    os.write(3, str(time.process_time_ns()).encode())
    os._exit(0)


WSGIServer.serve_forever = serve_forever
further(int(os.environ["CALLS"]))
"""
MOST_CALLS = 150  # which fill a chunk of the interpreter's stack: see overhead.py
SETTINGS = """\
from {settings} import *

INSTALLED_APPS = {app}list(INSTALLED_APPS)
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}}}
DJANGO_STARTUP = {value}
"""
VARIANTS = {
    "without the app": ("", {}),
    "without the app, again": ("", {}),
    "with the app": ('["django_startup"] + ', {}),
    "with the app, BANNER off": ('["django_startup"] + ', {"BANNER": False}),
}
BASE = "without the app"


class Project:
    """A project in a folder of its own, with settings for each variant."""

    def __init__(self, folder: Path, project: Path | None, settings: str) -> None:
        self.folder = folder / "project"
        if project is None:
            self.folder.mkdir()
            wagtail = Path(sys.executable).with_name("wagtail")
            subprocess.run([wagtail, "start", "mysite", self.folder], check=True, capture_output=True)
        else:
            self.folder = project.resolve()
        self.own = folder / "own"
        self.own.mkdir()
        for number, (app, value) in enumerate(VARIANTS.values()):
            text = SETTINGS.format(settings=settings, app=app, value=value)
            (self.own / f"variant_{number}.py").write_text(text)
        (self.own / "manage.py").write_text(MANAGE)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO_"))}
        self.environment = kept | {
            "PYTHONPATH": str(self.folder),
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def start(self, variant: str, calls: int) -> float:
        """Start a variant; milliseconds of CPU time from its process's start to serving."""
        reading, writing = os.pipe()
        number = list(VARIANTS).index(variant)
        command = [
            sys.executable,
            str(self.own / "manage.py"),
            "runserver",
            "--noreload",
            "127.0.0.1:0",
            f"variant_{number}",
        ]
        with os.fdopen(reading) as pipe:
            try:
                process = subprocess.Popen(
                    # The child finds the pipe as its file 3.
                    ["sh", "-c", f'exec 3>&{writing} && exec "$@"', "sh", *command],
                    cwd=self.folder,
                    env=self.environment | {"CALLS": str(calls)},
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.PIPE,
                    text=True,
                    pass_fds=[writing],
                )
            finally:
                os.close(writing)
            _, errors = process.communicate(timeout=300)
            text = pipe.read()
        if not text:
            raise SystemExit(f"{variant}: it did not start.\n{errors[-2000:]}")
        return int(text) / 1e6


def row(name: str, samples: Sequence[float], base: Sequence[float]) -> str:
    differences = [sample - other for sample, other in zip(samples, base, strict=True)]
    more = statistics.median(differences)
    low, high = quartiles(differences)
    share = statistics.median(sample / other for sample, other in zip(samples, base, strict=True)) - 1
    return (
        f"| {name} | {statistics.median(samples):.0f} ({min(samples):.0f}–{max(samples):.0f}) "
        f"| {more:+.1f} ({low:+.1f} to {high:+.1f}) | {100 * share:+.1f} % | {min(samples) - min(base):+.1f} |"
    )


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    first, _, third = statistics.quantiles(values, n=4)
    return first, third


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, metavar="N", help="default 30")
    parser.add_argument("--project", type=Path, metavar="FOLDER", help="a project that is there (default: Wagtail's)")
    parser.add_argument("--settings", default="mysite.settings.dev", metavar="MODULE", help="its settings")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name), options.project, options.settings)
        for variant in VARIANTS:  # bytecode, caches, the first line of the history
            project.start(variant, 0)
        samples: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
        for _ in range(options.rounds):
            calls = random.randrange(MOST_CALLS)
            for variant in random.sample(list(VARIANTS), len(VARIANTS)):
                samples[variant].append(project.start(variant, calls))
    base = samples[BASE]
    print(
        f"{os.cpu_count()} processors, {platform.system()} {platform.machine()}, CPython {platform.python_version()}, "
        f"Django {version('django')}, {options.rounds} rounds, {date.today()}. CPU time to serving, milliseconds.\n"
    )
    print("| variant | median (min–max) | more, median (quartiles) | share | more, of the fastest |")
    print("|---|---|---|---|---|")
    for variant, values in samples.items():
        print(row(variant, values, base))
    more = statistics.median(sample - other for sample, other in zip(samples["with the app"], base, strict=True))
    goal = max(GOAL_MS, GOAL_SHARE * statistics.median(base))
    print(f"\n{'PASS' if more <= goal else 'over'}: {more:.1f} ms (goal at most {goal:.0f} ms).")


if __name__ == "__main__":
    main()
