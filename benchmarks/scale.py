"""
How the time and memory of a report grow with the number of modules.

Generates Django projects of 20 apps, each with a distribution of its own: packages of small modules that import each
other in a tree. Profiles each in a fresh process, and measures there what the user waits for after the last boot:
reading its recording, adding it to those before, making the profile, enriching it with what the evidence boot has
shown, rendering the report, turning it into JSON; and the peak memory of that process. Then loads the largest profile
and writes it in each format that there is, and compared with another, each in a process of its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unittest.mock import patch

from surroundings import surroundings

from django_startup.cli.console import without_collections
from django_startup.files import write_file
from django_startup.imports.enrich import enrich
from django_startup.imports.evidence import Evidence
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.assemble import make_profile
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.profile_file import dump_profile, load_profile
from django_startup.profiler import profile_startup
from django_startup.reports.console.profile import render_text
from django_startup.reports.console.sort import Sort
from django_startup.reports.formats import FORMATS, View, write_as

APPS = 20
# What of an app's modules is imported when: its distribution and its models, its ready(), its URLconf.
SHARES = {"distribution": 0.5, "core": 0.3, "signals": 0.1, "views": 0.1}
IN_A_DIRECTORY = 40

LARGEST = 20_000  # the size that the limits are for
MOST_SECONDS = 3.0
MOST_MIB = 400.0
OUTPUT_SECONDS = 5.0  # of one output, loading the saved profile included
OUTPUT_MIB = 500.0
MOST_GROWTH = 1.2  # time a module, from one size to the next

PROFILE, BEFORE = "profile.json", "before.json"
COMPARED = (".json", ".md", ".txt")  # what a comparison is written to

STEPS = ("read", "add", "profile", "enrich", "render", "JSON")

MANAGE = """\
import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "site-packages"))
os.environ["DJANGO_SETTINGS_MODULE"] = "settings"

from django.core.management import execute_from_command_line

execute_from_command_line(sys.argv)
"""
SETTINGS = """\
SECRET_KEY = "benchmark"
ROOT_URLCONF = "urls"
INSTALLED_APPS = {apps}
"""
URLS = """\
from django.urls import include, path

urlpatterns = [path(f"{{name}}/", include(f"{{name}}.urls")) for name in {apps}]
"""
APP = {
    "__init__.py": "",
    "apps.py": """\
from django.apps import AppConfig


class Config(AppConfig):
    name = "{app}"

    def ready(self):
        import {app}.signals
""",
    "models.py": """\
import {app}.core
import {distribution}
""",
    "urls.py": """\
import {app}.views

urlpatterns = []
""",
}
MODULE = '''\
import os
import re
{imports}

LIMIT = {number}
NAMES = {{"one": 1, "two": 2, "three": 3}}
PATTERN = "^[a-z]+_{number}$"


class Thing{number}:
    """One of many."""

    limit = LIMIT

    def matches(self, name):
        return bool(re.match(PATTERN, name)) and NAMES.get(name, 0) < self.limit

    def directory(self):
        return os.path.dirname(__file__)


def find(name):
    return Thing{number}() if Thing{number}().matches(name) else None
'''


def generate(directory: Path, size: int) -> None:
    """Write a Django project of about size modules, without Django's own and the standard library's."""
    chance = random.Random(size)
    apps = [f"app_{number:02}" for number in range(APPS)]
    write(directory / "manage.py", MANAGE)
    write(directory / "settings.py", SETTINGS.format(apps=apps))
    write(directory / "urls.py", URLS.format(apps=apps))
    for app in apps:
        distribution = app.replace("app", "distribution")
        for name, text in APP.items():
            write(directory / app / name, text.format(app=app, distribution=distribution))
        for part, share in SHARES.items():
            count = round(size / APPS * share)
            if part == "distribution":
                write_distribution(directory / "site-packages", distribution, count, chance)
            else:
                write_package(directory / app / part, f"{app}.{part}", count, chance)


def write_package(directory: Path, package: str, count: int, chance: random.Random) -> list[Path]:
    """
    Write a package of count modules in all, and return their files.

    Importing the package imports them all. Each is imported by one before it, and again by the next that the same one
    imports.
    """
    names: list[str] = []
    inits: dict[str, str] = {}
    while len(names) + len(inits) + 1 < max(3, count):
        inner = f"{package}.part_{len(names) // IN_A_DIRECTORY}"
        inits[inner] = ""
        names.append(f"{inner}.module_{len(names)}")
    inits[package] = f"import {names[0]}\n"
    imports: dict[int, list[str]] = {number: [] for number in range(len(names))}
    for number in range(1, len(names)):
        siblings = imports[chance.randrange(number // 2, number)]
        imports[number].extend(siblings[-1:])
        siblings.append(names[number])
    files = []
    for name, text in inits.items():
        files.append(write(file_of(directory, package, name) / "__init__.py", text))
    for number, name in enumerate(names):
        lines = "\n".join(f"import {imported}" for imported in imports[number])
        path = file_of(directory, package, name).with_suffix(".py")
        files.append(write(path, MODULE.format(imports=lines, number=number)))
    return files


def file_of(directory: Path, package: str, name: str) -> Path:
    """Where a module of package lies, without a suffix, when package lies in directory."""
    return directory.joinpath(*name.removeprefix(package).strip(".").split(".")) if name != package else directory


def write_distribution(site: Path, name: str, count: int, chance: random.Random) -> None:
    """Write an installed distribution, with as many files that nothing imports in its RECORD."""
    files = [path.relative_to(site).as_posix() for path in write_package(site / name, name, count, chance)]
    files += [f"{name}/locale/text_{number}.po" for number in range(count)]
    metadata = site / f"{name}-1.0.dist-info"
    write(metadata / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    write(metadata / "RECORD", "".join(f"{file},sha256=0123456789abcdef,1000\n" for file in files))


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@without_collections()
def measure(directory: Path) -> dict[str, Any]:
    """
    Profile the project in directory in this process. What is measured begins where the last recording is read.

    The profile is left in the directory above, and one to compare it with, where every second module is missing.
    """
    calls: dict[str, list[float]] = {step: [] for step in (*STEPS, "evidence")}
    last_boot = [0.0]

    def timed(step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if step == "read":
                last_boot[0] = time.perf_counter()
            start = time.process_time()
            result = function(*args, **kwargs)
            calls[step].append(time.process_time() - start)
            return result

        return call

    target = BootTarget(entry=find_entry("manage.py", directory), directory=directory)
    before = peak_mib()
    with (
        patch("django_startup.measure.boot.read_recording", timed("read", read_recording)),
        patch.object(BootMinimums, "add", timed("add", BootMinimums.add)),
        patch.object(Evidence, "from_recording", timed("evidence", Evidence.from_recording)),
        patch("django_startup.profiler.make_profile", timed("profile", make_profile)),
        patch("django_startup.profiler.enrich", timed("enrich", enrich)),
    ):
        profile = profile_startup(target, runs=2, timeout=600, on_boot=lambda done, planned: None)
    timed("render", partial(render_text, top=10, sort=Sort.SELF))(profile)
    text = timed("JSON", dump_profile)(profile)
    wall = time.perf_counter() - last_boot[0]
    peak = peak_mib()
    (directory.parent / PROFILE).write_text(text)
    (directory.parent / BEFORE).write_text(dump_profile(replace(profile, modules=profile.modules[::2])))
    return {
        "steps": [calls[step][-1] for step in STEPS],
        "wall": wall,
        "evidence": calls["read"][0] + calls["evidence"][0],
        "modules": len(profile.modules),
        "boot": profile.total.time_ns / 1e9,
        "peak": peak,
        "before": before,
    }


@without_collections()
def measure_output(suffix: str, directory: Path, *, compared: bool) -> dict[str, Any]:
    """Load the saved profile in directory in this process, and write it as suffix says."""
    path = directory / f"output{suffix}"
    wall, start = time.perf_counter(), time.process_time()
    before = load_profile(directory / BEFORE) if compared else None
    profile = load_profile(directory / PROFILE)
    loaded = time.process_time()
    write_file(path, write_as(path, profile, View(before=before)))
    return {
        "load": loaded - start,
        "write": time.process_time() - loaded,
        "wall": time.perf_counter() - wall,
        "size": path.stat().st_size / 2**20,
        "peak": peak_mib(),
    }


def peak_mib() -> float:
    """The most memory that this process has had so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def measure_apart(size: int, *, outputs: bool) -> dict[str, Any]:
    """Generate a project of one size, and measure it and perhaps each output of it in processes of their own."""
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        directory = Path(name) / "project"
        generate(directory, size)
        # Neither the project's bytecode nor the probe's lies anywhere else, and none is compiled in a measured boot.
        result = run_apart(Path(name), "--measure", str(directory))
        if outputs:
            result["outputs"] = {
                f"{suffix}, compared" if compared else suffix: run_apart(
                    Path(name), "--measure", name, "--output", suffix, *["--compared"] * compared
                )
                for suffix, compared in all_outputs()
            }
    return result


def all_outputs() -> Iterator[tuple[str, bool]]:
    """Each format there is, then each that shows a comparison."""
    yield from ((suffix, False) for suffix in FORMATS)
    yield from ((suffix, True) for suffix in COMPARED)


def run_apart(directory: Path, *arguments: str) -> dict[str, Any]:
    """What this script measures in a process of its own, its bytecode in directory."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PYTHONPATH", "PYTHONHOME") or not name.startswith(("PYTHON", "DJANGO_"))
    }
    environment = {**kept, "PYTHONPYCACHEPREFIX": str(directory / "bytecode")}
    command = [sys.executable, __file__, *arguments]
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def report(results: dict[int, dict[str, Any]]) -> str:
    """The measurements as Markdown."""
    lines = [
        f"{surroundings()}, Django {version('django')}, {date.today()}. Seconds of CPU time; wall is wall time.",
        "",
        f"| generated | modules in all | a boot | evidence | {' | '.join(STEPS)} | total | wall | a module | peak |",
        f"|{'---|' * (8 + len(STEPS))}",
    ]
    for size, result in results.items():
        cells = [
            f"{size:,}",
            f"{result['modules']:,}",
            *(f"{seconds:.2f}" for seconds in (result["boot"], result["evidence"], *result["steps"])),
            f"{total(result):.2f}",
            f"{result['wall']:.2f}",
            f"{a_module(result) * 1e6:.0f} µs",
            f"{result['peak']:.0f} MiB",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    lines.append("")
    if LARGEST in results:
        result = results[LARGEST]
        lines += [
            f"* {word(total(result) <= MOST_SECONDS)}: {LARGEST:,} modules in {total(result):.2f} s of CPU time "
            f"(goal at most {MOST_SECONDS:.0f} s).",
            f"* {word(result['peak'] <= MOST_MIB)}: {LARGEST:,} modules in {result['peak']:.0f} MiB "
            f"(goal at most {MOST_MIB:.0f} MiB; {result['before']:.0f} before the first boot).",
        ]
    for smaller, larger in itertools.pairwise(sorted(results)):
        growth = a_module(results[larger]) / a_module(results[smaller])
        lines.append(
            f"* {word(growth <= MOST_GROWTH)}: from {smaller:,} to {larger:,} modules the time a module grew by a "
            f"factor of {growth:.2f} (linear is 1; goal at most {MOST_GROWTH})."
        )
    largest = max(results)
    if results[largest].get("outputs"):
        lines += [*[""] * bool(lines[-1]), *output_lines(results[largest]["outputs"], largest)]
    return "\n".join(lines)


def output_lines(outputs: dict[str, dict[str, Any]], size: int) -> list[str]:
    """The outputs of one profile as Markdown."""
    lines = ["| output | load | write | wall | file | peak |", f"|{'---|' * 6}"]
    for name, result in outputs.items():
        seconds = " | ".join(f"{result[key]:.2f}" for key in ("load", "write", "wall"))
        lines.append(f"| {name} | {seconds} | {result['size']:.1f} MiB | {result['peak']:.0f} MiB |")
    longest = max(result["load"] + result["write"] for result in outputs.values())
    peak = max(result["peak"] for result in outputs.values())
    return [
        *lines,
        "",
        f"* {word(longest <= OUTPUT_SECONDS)}: each output of {size:,} modules in at most {longest:.2f} s of CPU time, "
        f"loading included (goal at most {OUTPUT_SECONDS:.0f} s).",
        f"* {word(peak <= OUTPUT_MIB)}: each in at most {peak:.0f} MiB (goal at most {OUTPUT_MIB:.0f} MiB).",
    ]


def total(result: dict[str, Any]) -> float:
    """Seconds of CPU time, from the end of the last boot."""
    return float(sum(result["steps"]))


def a_module(result: dict[str, Any]) -> float:
    return total(result) / int(result["modules"])


def word(good: bool) -> str:
    return "PASS" if good else "over"


def at_least(least: int, text: str) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} on")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--sizes",
        type=partial(at_least, 200),
        nargs="+",
        default=[1000, 5000, LARGEST],
        metavar="N",
        help="modules to generate (default: 1000 5000 20000; at least 200)",
    )
    parser.add_argument("--generate", type=Path, metavar="DIRECTORY", help="only write the first size's project there")
    parser.add_argument("--measure", type=Path, metavar="DIRECTORY", help=argparse.SUPPRESS)
    parser.add_argument("--output", choices=FORMATS, help=argparse.SUPPRESS)
    parser.add_argument("--compared", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.output is not None:
        print(json.dumps(measure_output(options.output, options.measure, compared=options.compared)))
    elif options.measure is not None:
        print(json.dumps(measure(options.measure)))
    elif options.generate is not None:
        generate(options.generate, options.sizes[0])
    else:
        sizes = sorted(set(options.sizes))
        print(report({size: measure_apart(size, outputs=size == sizes[-1]) for size in sizes}))


if __name__ == "__main__":
    main()
