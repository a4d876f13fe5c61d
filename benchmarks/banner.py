"""
What the banner of runserver costs: starts of the process that serves, with and without the app.

Starts a new Wagtail project (or --project) under runserver in rounds. In each round every variant starts once, in a
random order, each beside one without the app on the same processor, so that whatever else the machine does meets both;
and it is compared with that.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path

from side_by_side import side_by_side
from surroundings import surroundings

GOAL_SHARE, GOAL_MS = 0.03, 20.0

SERVING = 42  # the exit code of a start that came as far
# What the reloader runs at each reload, ended where a server would begin to serve.
# With --noreload: the reloader's thread works beside the server's, on what is no part of the start, and the later the
# process is ended the more of it would be counted.
MANAGE = f"""\
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", sys.argv.pop())


def further(calls):
    if calls:
        return further(calls - 1)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


from django.core.servers.basehttp import WSGIServer


WSGIServer.serve_forever = lambda server: os._exit({SERVING})
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
    "with the app": ('["django_startup"] + ', {}),
    "with the app, BANNER off": ('["django_startup"] + ', {"BANNER": False}),
}
BASE = "without the app"
AGAIN = "without the app, again"


class Project:
    """A project in a directory of its own, with settings for each variant."""

    def __init__(self, directory: Path, project: Path | None, settings: str) -> None:
        self.directory = directory / "project"
        if project is None:
            self.directory.mkdir()
            wagtail = Path(sys.executable).with_name("wagtail")
            subprocess.run([wagtail, "start", "mysite", self.directory], check=True, capture_output=True)
        else:
            self.directory = project.resolve()
        self.own = directory / "own"
        self.own.mkdir()
        for number, (app, value) in enumerate(VARIANTS.values()):
            text = SETTINGS.format(settings=settings, app=app, value=value)
            (self.own / f"variant_{number}.py").write_text(text)
        (self.own / "manage.py").write_text(MANAGE)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO_"))}
        self.environment = kept | {
            "PYTHONPATH": str(self.directory),
            "PYTHONPYCACHEPREFIX": str(directory / "bytecode"),
            "XDG_CACHE_HOME": str(directory / "cache"),
        }

    def start(self, variant: str, calls: int) -> subprocess.Popen[bytes]:
        number = list(VARIANTS).index(variant)
        manage = str(self.own / "manage.py")
        return subprocess.Popen(
            [sys.executable, manage, "runserver", "--noreload", "127.0.0.1:0", f"variant_{number}"],
            cwd=self.directory,
            env=self.environment | {"CALLS": str(calls)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


Pair = tuple[float, float]


def row(name: str, pairs: Sequence[Pair]) -> str:
    own = [milliseconds for milliseconds, _ in pairs]
    low, high = quartiles([one - other for one, other in pairs])
    share = statistics.median(one / other for one, other in pairs) - 1
    return (
        f"| {name} | {statistics.median(own):.0f} ({min(own):.0f}–{max(own):.0f}) "
        f"| {more(pairs):+.1f} ({low:+.1f} to {high:+.1f}) | {100 * share:+.1f} % |"
    )


def more(pairs: Sequence[Pair]) -> float:
    """By how many milliseconds the first of a pair is above the other."""
    return statistics.median(one - other for one, other in pairs)


def quartiles(values: Sequence[float]) -> tuple[float, float]:
    first, _, third = statistics.quantiles(values, n=4)
    return first, third


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, metavar="N", help="default 30")
    parser.add_argument(
        "--project", type=Path, metavar="DIRECTORY", help="a project that is there (default: Wagtail's)"
    )
    parser.add_argument("--settings", default="mysite.settings.dev", metavar="MODULE", help="its settings")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name), options.project, options.settings)
        pairs: dict[str, list[Pair]] = {variant: [] for variant in (*VARIANTS, AGAIN) if variant != BASE}
        for number in range(options.rounds + 1):
            for variant in random.sample(list(pairs), len(pairs)):
                calls = random.randrange(MOST_CALLS)
                one, other = side_by_side(
                    partial(project.start, BASE if variant == AGAIN else variant, calls),
                    partial(project.start, BASE, calls),
                    codes=(SERVING,),
                )
                if number:  # the first round: bytecode, caches, the first line of the history
                    pairs[variant].append((one[0] * 1e3, other[0] * 1e3))
    print(
        f"{surroundings()}, "
        f"Django {version('django')}, {options.rounds} rounds, {date.today()}. CPU time to serving, milliseconds.\n"
    )
    print("| variant | median (min–max) | more, median (quartiles) | share |")
    print("|---|---|---|---|")
    for variant, found in pairs.items():
        print(row(variant, found))
    found = pairs["with the app"]
    goal = max(GOAL_MS, GOAL_SHARE * statistics.median(base for _, base in found))
    print(f"\n{'PASS' if more(found) <= goal else 'over'}: {more(found):.1f} ms (goal at most {goal:.0f} ms).")


if __name__ == "__main__":
    main()
