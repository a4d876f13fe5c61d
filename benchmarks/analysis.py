"""
What a report of a real application costs once its boots are done, beside one of its boots.

Boots the project in the working directory: bare, once for evidence, twice to record the parts. Then measures the CPU
time of what the user waits for: the profile, savings, doors and fixes, the report, with nothing known of the project's
files and once more with what was found out about them then; and of `--load PROFILE --why NAME`, each a process of its
own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from surroundings import surroundings

from django_startup.cli.console import without_collections
from django_startup.files import write_file
from django_startup.imports.enrich import enrich
from django_startup.imports.evidence import Evidence
from django_startup.imports.readers.file_facts import read_text
from django_startup.imports.source import read_source
from django_startup.measure.boot import BootKind, boot
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.assemble import boot_times, make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.profile_file import dump_profile
from django_startup.reports.console.profile import render_text

BARE, RECORDED = 3, 2
TIMEOUT = 300.0
GOAL = 1.0  # bare boots


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entry", help="the entry script, as --entry of startupprofile")
    parser.add_argument("--why", action="append", default=[], metavar="NAME", help="asked of the profile; repeatable")
    options = parser.parse_args()
    directory = Path.cwd()
    target = BootTarget(entry=find_entry(options.entry, directory), directory=directory)
    with tempfile.TemporaryDirectory() as name, without_collections():
        os.environ["XDG_CACHE_HOME"] = str(Path(name) / "cache")
        measure(target, Path(name) / "profile.json", options.why)


def measure(target: BootTarget, path: Path, names: list[str]) -> None:
    recording = boot(target, BootKind.EVIDENCE, timeout=TIMEOUT)
    boots = [boot_times(BootKind.EVIDENCE, recording)]
    evidence = Evidence.from_recording(recording, target.directory)
    minimums = BootMinimums()
    for _ in range(RECORDED):
        recording = boot(target, BootKind.RECORDED, timeout=TIMEOUT)
        minimums.add(recording)
        boots.append(boot_times(BootKind.RECORDED, recording))
    bare_s = min(boot(target, BootKind.BARE, timeout=TIMEOUT).cpu_ns for _ in range(BARE)) / 1e9
    rows: list[tuple[str, float, int]] = []
    for what in ("report, nothing known yet", "report"):
        read_source.cache_clear()
        read_text.cache_clear()
        started = time.process_time()
        profile = enrich(make_profile(target, minimums, boots), evidence, target.directory)
        text = render_text(profile, top=10)
        rows.append((what, time.process_time() - started, text.count("\n")))
    write_file(path, dump_profile(profile))
    for name in names:
        for more in ((), ("--all",)):
            rows.append((" ".join(("--why", name, *more)), *ask(path, "--why", name, *more)))
    doors = sum(len(package.doors) for package in profile.packages)
    print(f"{surroundings()}, Django {version('django')}, {date.today()}. ", end="")
    print(f"{profile.total.modules:,} modules, {doors:,} doors; a bare boot: {bare_s:.2f} s of CPU time.\n")
    print("| what | CPU | bare boots | lines |\n|---|--:|--:|--:|")
    for what, seconds, lines in rows:
        print(f"| {what} | {seconds:.2f} | {seconds / bare_s:.2f} | {lines:,} |")
    worst = max(seconds for _, seconds, _ in rows) / bare_s
    print(
        f"\n* {'PASS' if worst < GOAL else 'FAIL'}: each in {worst:.2f} bare boots at most (goal: less than {GOAL:g})."
    )


def ask(path: Path, *options: str) -> tuple[float, int]:
    """The CPU time, in seconds, of a process that asks a saved profile, and the number of lines that it prints."""
    command = [sys.executable, "-m", "django_startup", "profile", "--load", str(path), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | {"COLUMNS": "80"})
    assert process.stdout is not None
    lines = process.stdout.read().count(b"\n")
    process.stdout.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, lines


if __name__ == "__main__":
    main()
