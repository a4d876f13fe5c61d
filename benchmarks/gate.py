"""
What the gate costs: the whole command against one plain start of the same project.

A clear pass is one bare boot, besides starting the command itself. Runs `python -m django_startup
budget` on a new Wagtail project and a plain process that sets Django up and resolves the URLconf: for the CPU time side
by side, the plain one again and again while the gate runs, for the wall time one after the other.
"""

from __future__ import annotations

import argparse
import functools
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from side_by_side import side_by_side
from surroundings import surroundings

GOAL = 2.5
PLAIN = """
import os
import django
os.environ["DJANGO_SETTINGS_MODULE"] = "mysite.settings.dev"
django.setup()
from django.urls import get_resolver
get_resolver()._populate()
os._exit(0)
"""
GATES = {
    "clear pass": ["--max", "60s"],
    "clear pass of many": [
        "--max",
        "60s",
        "--max-modules",
        "9999",
        "--max-package",
        "wagtail=60s",
        "--forbid",
        "torch",
    ],
    "exact only": ["--forbid", "torch", "--exact-only"],
    "forbidden import": ["--forbid", "wagtail"],
    "calls counted": ["--max-calls", "100000000"],
    "far over": ["--max", "1ms"],
}


def start(command: list[str], directory: Path, environ: dict[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, cwd=directory, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds(command: list[str], directory: Path, environ: dict[str, str]) -> float:
    """Wall time of a command that has the machine for itself."""
    begin = time.perf_counter()
    start(command, directory, environ).wait()
    return time.perf_counter() - begin


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (default: 5)")
    rounds: int = parser.parse_args().rounds
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("This benchmark starts a Wagtail project: python -m pip install wagtail.")
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name) / "project"
        directory.mkdir()
        environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environ["PYTHONPYCACHEPREFIX"] = str(Path(name) / "bytecode")
        wagtail = "from wagtail.bin.wagtail import main; main()"
        subprocess.run(
            [sys.executable, "-c", wagtail, "start", "mysite", "."], cwd=directory, check=True, capture_output=True
        )
        plain = [sys.executable, "-c", PLAIN]
        gates = {gate: [sys.executable, "-m", "django_startup", "budget", *options] for gate, options in GATES.items()}
        for command in (plain, gates["clear pass"]):
            seconds(command, directory, environ)
        walls: dict[str, list[float]] = {gate: [] for gate in GATES}
        ratios: dict[str, list[float]] = {gate: [] for gate in GATES}
        for _ in range(rounds):
            alone = seconds(plain, directory, environ)
            for gate, command in gates.items():
                walls[gate].append(seconds(command, directory, environ) / alone)
                cpu, plains = side_by_side(
                    functools.partial(start, command, directory, environ),
                    functools.partial(start, plain, directory, environ),
                    codes=(0, 1),
                )
                ratios[gate].append(cpu[0] / statistics.mean(plains))
    print(f"{surroundings()}, Django {version('django')}, {rounds} rounds, {date.today()}.\n")
    print(
        "| gate | CPU over a plain start, median (min–max) | wall over a plain start, median (min–max) |\n|---|---|---|"
    )
    for gate in GATES:
        print(f"| {gate} | {spread(ratios[gate])} | {spread(walls[gate])} |")
    verdict = "PASS" if statistics.median(ratios["clear pass"]) <= GOAL else "over"
    print(f"\nA clear pass costs at most {GOAL:g} plain starts: {verdict}.")


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    main()
