"""
What the gate finds, and how often it is wrong: known changes are put into a new Wagtail project, and the gate is asked.

The baseline is recorded once. Then, for each kind of load on the machine (none, one, three busy processes) and each
change, the gate judges several times. A change in time is a new module of the project. "in C" it computes so that
neither the number of modules nor that of calls gives it away: only the clock can tell. "in Python" it makes calls.

--simulate asks the rule alone, ten thousand times each, what it finds of a change by the clock where boots of the same
code, divided by the reference workload, spread by so much around their median (startupbudget doctor says how much).
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from side_by_side import the_processor
from surroundings import surroundings

from django_startup.gate.regression import series
from django_startup.thresholds import MOST_PAIRS

APPS = """
from django.apps import AppConfig


class ChangedConfig(AppConfig):
    name = "changed"

    def ready(self):
{ready}
"""
CHANGES = (
    "same",
    "+2 % in C",
    "+5 % in C",
    "+10 % in C",
    "+20 % in C",
    "+2 % in Python",
    "+10 % in Python",
    "sleep 70 ms",
    "new package",
    "new query",
)
# The check that finds a change; the others are for the clock.
CHECKS = {
    "+2 % in Python": "baseline calls",
    "+10 % in Python": "baseline calls",
    "sleep 70 ms": "waiting",
    "new package": "baseline new-packages",
    "new query": "baseline new-side-effects",
}
C = "sum(range({count}))\n"
PYTHON = """
def one(number):
    return number


for number in range({count}):
    one(number)
"""
UNIT = 500_000  # of what is counted, to see how long it takes
WORKING = """
import sys, time
code = compile(sys.argv[1], "work", "exec")
while True:
    start = time.thread_time_ns()
    exec(code, {})
    print(time.thread_time_ns() - start, flush=True)
"""
SPREADS = (0.02, 0.03, 0.05, 0.08, 0.12)
SIMULATED = {"same": 1.0, "+2 %": 1.02, "+5 %": 1.05, "+10 %": 1.1, "+20 %": 1.2}

SPIN = """
import os, time
parent, end = os.getppid(), time.monotonic() + 3600
while os.getppid() == parent and time.monotonic() < end:
    sum(range(1000000))
"""


@contextlib.contextmanager
def busy(processes: int) -> Iterator[None]:
    """So many processes that do nothing but compute; they end with the block, with this process, or after an hour."""
    spin = [sys.executable, "-c", SPIN]
    running = [subprocess.Popen(spin) for _ in range(processes)]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            process.wait()


class Project:
    """A Wagtail project with an app that can be changed."""

    def __init__(self, root: Path) -> None:
        self.directory = root / "project"
        self.directory.mkdir()
        self.environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        self.environ["PYTHONPYCACHEPREFIX"] = str(root / "bytecode")
        start = "from wagtail.bin.wagtail import main; main()"
        subprocess.run([sys.executable, "-c", start, "start", "mysite", "."], cwd=self.directory, check=True)
        settings = self.directory / "mysite" / "settings" / "base.py"
        settings.write_text(settings.read_text() + '\nINSTALLED_APPS += ["changed"]\n')
        (self.directory / "changed").mkdir()
        (self.directory / "changed" / "__init__.py").touch()
        site = root / "site" / "novel-1.0.dist-info"
        site.mkdir(parents=True)
        (site / "METADATA").write_text("Metadata-Version: 2.1\nName: novel\nVersion: 1.0\n")
        (site / "RECORD").write_text("novel.py,,\nnovel-1.0.dist-info/METADATA,,\n")
        (root / "site" / "novel.py").write_text("NOVEL = True\n")
        self.environ["PYTHONPATH"] = str(root / "site")
        self.change("pass")

    def change(self, ready: str) -> None:
        text = APPS.format(ready="\n".join(f"        {line}" for line in ready.splitlines()))
        (self.directory / "changed" / "apps.py").write_text(text)

    def add_work(self, text: str) -> None:
        """The app imports a module that works."""
        (self.directory / "changed" / "work.py").write_text(text)
        self.change("import changed.work")

    def budget(self, *options: str) -> dict[str, object]:
        command = [sys.executable, "-m", "django_startup", "budget", "--baseline", "baseline.json", *options]
        done = subprocess.run(command, cwd=self.directory, env=self.environ, capture_output=True, text=True)
        if "--update-baseline" in options:
            assert done.returncode == 0, done.stderr
            return {}
        assert done.stdout, done.stderr
        report: dict[str, object] = json.loads(done.stdout)
        return report

    def doctor(self) -> str:
        """What the gate says of this machine."""
        command = [sys.executable, "-m", "django_startup", "budget", "--doctor"]
        return subprocess.run(command, cwd=self.directory, env=self.environ, capture_output=True, text=True).stdout

    def boot(self) -> subprocess.Popen[str]:
        """A boot that prints its CPU time in nanoseconds."""
        code = "import django, time; django.setup(); print(time.thread_time_ns())"
        environ = self.environ | {"DJANGO_SETTINGS_MODULE": "mysite.settings.dev"}
        return subprocess.Popen(
            [sys.executable, "-c", code], cwd=self.directory, env=environ, stdout=subprocess.PIPE, text=True
        )

    def share(self, text: str) -> float:
        """
        The CPU time that a module's text takes, over that of a boot; both at the same time on one processor. What is
        measured one after the other is measured on two machines: +10 % may turn out to be +6 %.
        """
        shares = []
        for _ in range(5):
            working = subprocess.Popen([sys.executable, "-c", WORKING, text], stdout=subprocess.PIPE, text=True)
            booting = self.boot()
            for process in (working, booting):
                os.sched_setaffinity(process.pid, {the_processor()})
            boot_ns = int(booting.communicate()[0])
            working.terminate()
            # The first and the last run were not, or not all the time, beside the boot.
            runs = [int(line) for line in working.communicate()[0].splitlines()][1:-1]
            shares.append(statistics.median(runs) / boot_ns)
        return statistics.median(shares)


def apply(project: Project, change: str) -> None:
    """Put a change into the project."""
    if change.startswith("+"):
        text = PYTHON if change.endswith("Python") else C
        project.change("pass")
        each = project.share(text.format(count=UNIT)) / UNIT
        project.add_work(text.format(count=round(int(change[1:].partition(" ")[0]) / 100 / each)))
    elif change == "sleep 70 ms":
        project.change("import time\ntime.sleep(0.07)")
    elif change == "new package":
        project.change("import novel")
    elif change == "new query":
        project.change("from django.db import connection\nconnection.cursor().execute('SELECT 1')")
    else:
        project.change("pass")


def verdict_on(report: dict[str, object], change: str) -> tuple[str, int]:
    """What the gate says of what was changed, and the pairs that it took."""
    checks = report["checks"]
    assert isinstance(checks, list)
    by_name = {f"{check['kind']} {check['name']}".strip(): check for check in checks}
    if change in CHECKS:
        check = by_name[CHECKS[change]]
        return str(check["verdict"]), int(check["boots"])
    if change == "same" and (false := [check for check in checks if check["verdict"] == "over"]):
        return "over", int(false[0]["boots"])
    timed = by_name.get("baseline time")
    return (str(timed["verdict"]), int(timed["boots"])) if timed else ("not timed", 0)


def simulate() -> str:
    """What the rule finds by the clock, as Markdown."""
    chance = random.Random(0)
    lines = ["| spread | change | within | unsure | over | pairs, mean |", "|---|---|---|---|---|---|"]
    for spread in SPREADS:
        for change, factor in SIMULATED.items():
            found: Counter[bool | None] = Counter()
            pairs = 0
            for _ in range(10_000):
                seen, verdict = series(lambda: factor * math.exp(chance.gauss(0, spread)), 1.0, MOST_PAIRS)  # noqa: B023
                found[verdict] += 1
                pairs += seen.pairs
            shares = " | ".join(f"{found[verdict] / 10_000:.1%}" for verdict in (False, None, True))
            lines.append(f"| {spread:.0%} | {change} | {shares} | {pairs / 10_000:.1f} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gates", type=int, default=5, help="how often each change is judged (default: 5)")
    parser.add_argument("--loads", type=int, nargs="*", default=[0, 1, 3], help="busy processes (default: 0 1 3)")
    parser.add_argument("--changes", nargs="*", default=list(CHANGES), help="which changes (default: all)")
    parser.add_argument("--simulate", action="store_true", help="what the rule finds, at which spread; boots nothing")
    options = parser.parse_args()
    if options.simulate:
        print(simulate())
        return
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("This benchmark changes a Wagtail project: python -m pip install wagtail.")
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        project.boot().communicate()  # bytecode
        project.budget("--update-baseline")
        print(f"{surroundings()}, {date.today()}")
        for load in options.loads:
            with busy(load):
                print(f"\n{load} busy processes. {' '.join(project.doctor().splitlines()[2:])}\n", flush=True)
            print("| busy processes | change | within | warn | unsure | over | pairs or boots, mean | seconds, mean |")
            print("|---|---|---|---|---|---|---|---|")
            for change in options.changes:
                apply(project, change)
                project.boot().communicate()  # bytecode
                found: Counter[str] = Counter()
                pairs, elapsed = 0, 0.0
                with busy(load):
                    for _ in range(options.gates):
                        start = time.monotonic()
                        budgets = ["--max-waiting", "25ms"] if change in ("same", "sleep 70 ms") else []
                        verdict, boots = verdict_on(project.budget("--format", "json", *budgets), change)
                        found[verdict] += 1
                        pairs += boots
                        elapsed += time.monotonic() - start
                counts = " | ".join(str(found[verdict]) for verdict in ("within", "warn", "unsure", "over"))
                mean = f"{pairs / options.gates:.1f} | {elapsed / options.gates:.1f}"
                print(f"| {load} | {change} | {counts} | {mean} |", flush=True)


if __name__ == "__main__":
    main()
