"""
What the gate finds, and how often it is wrong: known changes are put into a new Wagtail project, and the gate is asked.

The baseline is recorded once. Then, for each kind of load on the machine (none, one, three busy processes) and each
change, the gate judges several times. A change in time is a new module of the project that computes in C, so that
neither the number of modules nor that of calls gives it away: only the clock can tell.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

APPS = """
from django.apps import AppConfig


class ChangedConfig(AppConfig):
    name = "changed"

    def ready(self):
{ready}
"""
CHANGES = ("same", "+2 %", "+5 %", "+10 %", "+20 %", "sleep 70 ms", "new package", "new query")
EXACT = ("new package", "new query")


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
        self.folder = root / "project"
        self.folder.mkdir()
        self.environ = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        self.environ["PYTHONPYCACHEPREFIX"] = str(root / "bytecode")
        start = "from wagtail.bin.wagtail import main; main()"
        subprocess.run([sys.executable, "-c", start, "start", "mysite", "."], cwd=self.folder, check=True)
        settings = self.folder / "mysite" / "settings" / "base.py"
        settings.write_text(settings.read_text() + '\nINSTALLED_APPS += ["changed"]\n')
        (self.folder / "changed").mkdir()
        (self.folder / "changed" / "__init__.py").touch()
        site = root / "site" / "novel-1.0.dist-info"
        site.mkdir(parents=True)
        (site / "METADATA").write_text("Metadata-Version: 2.1\nName: novel\nVersion: 1.0\n")
        (site / "RECORD").write_text("novel.py,,\nnovel-1.0.dist-info/METADATA,,\n")
        (root / "site" / "novel.py").write_text("NOVEL = True\n")
        self.environ["PYTHONPATH"] = str(root / "site")
        self.change("pass")

    def change(self, ready: str) -> None:
        text = APPS.format(ready="\n".join(f"        {line}" for line in ready.splitlines()))
        (self.folder / "changed" / "apps.py").write_text(text)

    def add_work(self, count: int) -> None:
        """The app imports a module that computes for so long."""
        (self.folder / "changed" / "work.py").write_text(f"sum(range({count}))\n")
        self.change("import changed.work")

    def budget(self, *options: str) -> dict[str, object]:
        command = [sys.executable, "-m", "django_startup", "budget", "--baseline", "baseline.json", *options]
        done = subprocess.run(command, cwd=self.folder, env=self.environ, capture_output=True, text=True)
        if "--update-baseline" in options:
            assert done.returncode == 0, done.stderr
            return {}
        assert done.stdout, done.stderr
        report: dict[str, object] = json.loads(done.stdout)
        return report

    def doctor(self) -> str:
        """What the gate says of this machine."""
        command = [sys.executable, "-m", "django_startup", "budget", "--doctor"]
        return subprocess.run(command, cwd=self.folder, env=self.environ, capture_output=True, text=True).stdout

    def cpu_ms(self) -> float:
        """The fastest of five boots."""
        code = "import sys, django, time; django.setup(); print(time.thread_time_ns())"
        environ = self.environ | {"DJANGO_SETTINGS_MODULE": "mysite.settings.dev"}
        command = [sys.executable, "-c", code]
        return min(
            int(subprocess.run(command, cwd=self.folder, env=environ, capture_output=True, text=True).stdout) / 1e6
            for _ in range(5)
        )


def counting_ms(count: int) -> float:
    """The CPU time that counting takes, the least of ten."""
    code = f"import time; start = time.thread_time_ns(); sum(range({count})); print(time.thread_time_ns() - start)"
    command = [sys.executable, "-c", code]
    return min(int(subprocess.run(command, capture_output=True, text=True).stdout) / 1e6 for _ in range(10))


def apply(project: Project, change: str, a_percent: float) -> None:
    """Put a change into the project; a_percent is how far to count for 1 %."""
    if change.endswith("%"):
        project.add_work(round(int(change.strip("+ %")) * a_percent))
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
    if change in EXACT or change == "sleep 70 ms":
        name = {"new package": "baseline new-packages", "new query": "baseline new-side-effects"}.get(change, "waiting")
        return str(by_name[name]["verdict"]), int(by_name[name]["boots"])
    timed = by_name.get("baseline time")
    return (str(timed["verdict"]), int(timed["boots"])) if timed else ("not timed", 0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gates", type=int, default=5, help="how often each change is judged (default: 5)")
    parser.add_argument("--loads", type=int, nargs="*", default=[0, 1, 3], help="busy processes (default: 0 1 3)")
    parser.add_argument("--changes", nargs="*", default=list(CHANGES), help="which changes (default: all)")
    options = parser.parse_args()
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("This benchmark changes a Wagtail project: python -m pip install wagtail.")
    with tempfile.TemporaryDirectory() as name:
        project = Project(Path(name))
        project.cpu_ms()
        before = project.cpu_ms()
        a_percent = before / 100 / counting_ms(10_000_000) * 10_000_000
        project.budget("--update-baseline")
        print(f"{date.today()}, Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} processors")
        print(f"A boot: {before:.0f} ms of CPU time; one per cent is counting to {a_percent:,.0f}.")
        for load in options.loads:
            with busy(load):
                print(f"\n{load} busy processes. {' '.join(project.doctor().splitlines()[2:])}\n", flush=True)
            print("| busy processes | change | within | warn | unsure | over | pairs or boots, mean | seconds, mean |")
            print("|---|---|---|---|---|---|---|---|")
            for change in options.changes:
                apply(project, change, a_percent)
                project.cpu_ms()
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
