"""
What the gate costs: the whole command against one plain start of the same project, in turn.

A clear pass is one evidence boot and one bare boot, besides starting the command itself. Runs `python -m django_startup
budget` on a new Wagtail project and, in turn, a plain process that sets Django up and resolves the URLconf.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

GOAL = 3.0
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
    "exact only": ["--forbid", "torch", "--exact-only"],
    "forbidden import": ["--forbid", "wagtail"],
    "calls counted": ["--max-calls", "100000000"],
    "far over": ["--max", "1ms"],
}


def seconds(command: list[str], folder: Path, environ: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU time of a command with all its children."""
    before, start = os.times(), time.perf_counter()
    subprocess.run(command, cwd=folder, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is run (default: 5)")
    rounds: int = parser.parse_args().rounds
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("This benchmark starts a Wagtail project: python -m pip install wagtail.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "project"
        folder.mkdir()
        environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environ["PYTHONPYCACHEPREFIX"] = str(Path(name) / "bytecode")
        start = "from wagtail.bin.wagtail import main; main()"
        subprocess.run([sys.executable, "-c", start, "start", "mysite", "."], cwd=folder, check=True)
        plain = [sys.executable, "-c", PLAIN]
        seconds(plain, folder, environ)
        seconds([sys.executable, "-m", "django_startup", "budget", *GATES["clear pass"]], folder, environ)
        times: dict[str, list[tuple[float, float]]] = {gate: [] for gate in GATES}
        plains: list[tuple[float, float]] = []
        for _ in range(rounds):
            plains.append(seconds(plain, folder, environ))
            for gate, options in GATES.items():
                command = [sys.executable, "-m", "django_startup", "budget", *options]
                times[gate].append(seconds(command, folder, environ))
    print(f"{date.today()}, Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} processors\n")
    print("| gate | wall, s | over a plain start | CPU, s | over a plain start |\n|---|---|---|---|---|")
    for gate, found in times.items():
        walls = [wall for wall, _ in found]
        cpus = [cpu for _, cpu in found]
        wall_ratio = statistics.median(wall / plain[0] for wall, plain in zip(walls, plains, strict=True))
        cpu_ratio = statistics.median(cpu / plain[1] for cpu, plain in zip(cpus, plains, strict=True))
        wall, cpu = statistics.median(walls), statistics.median(cpus)
        print(f"| {gate} | {wall:.2f} | {wall_ratio:.2f} | {cpu:.2f} | {cpu_ratio:.2f} |")
        if gate == "clear pass":
            verdict = "PASS" if cpu_ratio <= GOAL else "over"
    print(f"\nA clear pass costs at most {GOAL:g} plain starts: {verdict}.")


if __name__ == "__main__":
    main()
