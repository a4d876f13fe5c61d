"""
What recording a boot costs, beside what other instruments cost.

Boots a new Wagtail project to its resolved URLconf in rounds. In each round every variant boots once, in a random
order, so that whatever else the machine does meets all of them. A variant is compared with the bare boot of the same
round.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from django_startup.measure.boot import PROBE, Kind, command_line
from django_startup.measure.ending import Outcome
from django_startup.measure.recording_file import read_recording
from django_startup.measure.target import BootTarget, find_entry

GOAL = 1.05
HOPE = 1.03

# Wagtail's own, some calls further in. CPython up to 3.13 keeps frames in chunks of 16 KiB, and where a call happens to
# cross the end of one, it takes a hundred times longer: each time the interpreter asks the system for memory. A frame
# more or less below the project moves those ends, by which a boot may gain or lose 5 %, so this is left to chance too.
MANAGE = """\
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings.dev")


def further(calls):
    if calls:
        return further(calls - 1)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


further(int(os.environ["CALLS"]))
"""
MOST_CALLS = 150  # which fill a chunk

# What the probe does, by hand: manage.py, and where it asks for its command the whole URLconf, then out. Prints how
# many modules there are and the CPU time until then.
DRIVER = """\
import os
import sys
import time

instrument, output, *sys.argv = sys.argv[1:]
if instrument == "pyinstrument":
    from pyinstrument import Profiler

    profiler = Profiler(interval=0.001)
    profiler.start()
elif instrument == "cProfile":
    from cProfile import Profile

    profiler = Profile()
    profiler.enable()

from django.core.management import ManagementUtility


def walk(utility, subcommand):
    from django.urls import URLResolver, get_resolver

    root = get_resolver()
    waiting = [root]
    while waiting:
        waiting.extend(pattern for pattern in waiting.pop().url_patterns if isinstance(pattern, URLResolver))
    root._populate()
    os.write(1, f"{len(sys.modules)} {time.process_time_ns()}".encode())
    if instrument == "pyinstrument":
        profiler.stop().save(output)
    elif instrument == "cProfile":
        profiler.dump_stats(output)
    os._exit(0)


ManagementUtility.fetch_command = walk
with open("manage.py") as file:
    code = compile(file.read(), "manage.py", "exec")
exec(code, {"__name__": "__main__"})
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """
    One child process: seconds of CPU time and of wall time from its spawn to its end, and of CPU time until the target
    was reached, with the modules that were there then (0: not known).
    """

    cpu: float
    wall: float
    until_target: float
    modules: int


class Project:
    """A new Wagtail project in a folder of its own, and all that boots of it need."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.scratch = folder / "scratch"
        self.environment = environment(folder / "bytecode")
        for path in (self.folder, self.scratch):
            path.mkdir()
        start = [sys.executable, "-m", "wagtail.bin.wagtail", "start", "mysite", str(self.folder)]
        subprocess.run(start, env=self.environment, stdout=subprocess.DEVNULL, check=True)
        (self.folder / "manage.py").write_text(MANAGE)
        (self.folder / "driver.py").write_text(DRIVER)

    def probed(self, kind: Kind) -> Sample:
        """A boot as django_startup.measure.boot makes it."""
        target = BootTarget(entry=find_entry("manage.py", self.folder), folder=self.folder)
        recording_file = self.scratch / "recording.jsonl"
        recording_file.unlink(missing_ok=True)
        command = command_line(target, kind, self.scratch, timeout=300)
        # Without the options that this very interpreter was started with: the driver has none either.
        spawned = time.perf_counter_ns()
        cpu, wall, _ = self.run([sys.executable, *command[command.index(str(PROBE)) :]])
        recording = read_recording(recording_file, spawned_ns=spawned)
        if recording.outcome != Outcome.REACHED:
            self.give_up()
        return Sample(cpu, wall, recording.cpu_ns / 1e9, recording.environment.modules)

    def driven(self, instrument: str, *options: str) -> Sample:
        """A boot by the driver."""
        output = str(self.scratch / instrument)
        command = [sys.executable, *options, "driver.py", instrument, output, "manage.py", "check"]
        cpu, wall, printed = self.run(command)
        modules, until_target = printed.split()
        return Sample(cpu, wall, int(until_target) / 1e9, int(modules))

    def run(self, command: Sequence[str]) -> tuple[float, float, str]:
        """CPU time, wall time and standard output of one child process."""
        with (self.scratch / "stdout").open("wb") as stdout, (self.scratch / "stderr").open("wb") as stderr:
            start = time.perf_counter()
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                env={**self.environment, "CALLS": str(random.randint(0, MOST_CALLS))},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            self.give_up()
        return usage.ru_utime + usage.ru_stime, wall, (self.scratch / "stdout").read_text()

    def give_up(self) -> None:
        lines = (self.scratch / "stderr").read_text(errors="replace").splitlines()
        sys.exit("\n".join(["A boot failed:", *lines[-20:]]))


VARIANTS: dict[str, Callable[[Project], Sample]] = {
    "bare boot": lambda project: project.probed(Kind.BARE),
    "bare boot, again": lambda project: project.probed(Kind.BARE),
    "recorded boot": lambda project: project.probed(Kind.RECORDED),
    "evidence boot": lambda project: project.probed(Kind.EVIDENCE),
    "no instrument": lambda project: project.driven("none"),
    "-X importtime": lambda project: project.driven("importtime", "-X", "importtime"),
    "pyinstrument, 1 ms": lambda project: project.driven("pyinstrument"),
    "cProfile": lambda project: project.driven("cProfile"),
}
BARE, *OTHERS = VARIANTS


def environment(bytecode: Path) -> dict[str, str]:
    """The children's environment: bytecode goes to a folder of its own, and nothing of ours changes how they start."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PYTHONPATH", "PYTHONHOME") or not name.startswith(("PYTHON", "DJANGO_"))
    }
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}


def measure(names: Sequence[str], rounds: int) -> dict[str, list[Sample]]:
    """The samples of each variant, one a round. A round before the first compiles all that they import."""
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="overhead-") as folder:
        project = Project(Path(folder))
        for number in range(rounds + 1):
            progress(f"round {number} of {rounds}")
            for name in random.sample(names, len(names)):
                sample = VARIANTS[name](project)
                if number:
                    samples[name].append(sample)
    progress("")
    return samples


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:30}\r", end="", file=sys.stderr, flush=True)


def report(samples: dict[str, list[Sample]]) -> str:
    """The measurements as Markdown."""
    rounds = len(samples[BARE])
    lines = [
        f"{surroundings()}, Django {version('django')}, Wagtail {version('wagtail')}, {rounds} rounds, {date.today()}.",
        "",
        "| variant | CPU ms, median (min–max) | × bare, median (min–max) | until the target, ms | × bare "
        "| wall ms | × bare | modules |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, taken in samples.items():
        cpu = [sample.cpu for sample in taken]
        wall = [sample.wall for sample in taken]
        until_target = [sample.until_target for sample in taken]
        cells = [
            name,
            spread([value * 1e3 for value in cpu], 0),
            spread(ratios(cpu, [sample.cpu for sample in samples[BARE]]), 3),
            f"{statistics.median(until_target) * 1e3:.0f}",
            f"{statistics.median(ratios(until_target, [sample.until_target for sample in samples[BARE]])):.3f}",
            f"{statistics.median(wall) * 1e3:.0f}",
            f"{statistics.median(ratios(wall, [sample.wall for sample in samples[BARE]])):.3f}",
            f"{taken[-1].modules:,}" if taken[-1].modules else "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    if "recorded boot" in samples:
        recorded, bare = samples["recorded boot"], samples[BARE]
        lines += [
            "",
            verdict(
                "CPU time until the target (Recording.cpu_ns: what the figures in a report contain)",
                [sample.until_target for sample in recorded],
                [sample.until_target for sample in bare],
            ),
            verdict(
                "CPU time of the whole process (with the probe's own start, and writing the recording after the clocks "
                "have stopped)",
                [sample.cpu for sample in recorded],
                [sample.cpu for sample in bare],
            ),
        ]
    return "\n".join(lines)


def ratios(values: Iterable[float], bare: Iterable[float]) -> list[float]:
    """Each value over the bare boot's of the same round."""
    return [value / base for value, base in zip(values, bare, strict=True)]


def spread(values: Sequence[float], decimals: int) -> str:
    figures = statistics.median(values), min(values), max(values)
    middle, least, most = (f"{figure:.{decimals}f}" for figure in figures)
    return f"{middle} ({least}–{most})"


def verdict(what: str, recorded: Sequence[float], bare: Sequence[float]) -> str:
    """Whether a recorded boot costs as little as it should."""
    values = ratios(recorded, bare)
    ratio = statistics.median(values)
    word = "PASS" if ratio <= GOAL else "over"
    hope = "reached" if ratio <= HOPE else "missed"
    least, most = interval(values)
    return (
        f"* {word}: recorded / bare = {ratio:.3f}, with 95 % certainty {least:.3f}–{most:.3f} "
        f"(goal at most {GOAL}; hoped for {HOPE}: {hope}). {what}."
    )


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Between which two of the values the true median lies, with 95 % certainty where there are six or more."""
    reach = 0.98 * math.sqrt(len(values))
    first, last = math.floor(len(values) / 2 - reach) - 1, math.ceil(len(values) / 2 + reach)
    ordered = sorted(values)
    return ordered[max(first, 0)], ordered[min(last, len(values) - 1)]


def surroundings() -> str:
    """The machine and the interpreter."""
    model = ""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.partition(":")[2].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = f" ({names[0]})" if names else ""
    interpreter = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} processors{model}, {platform.system()} {platform.machine()}, {interpreter}"


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=at_least_one, default=10, metavar="N", help="rounds to measure (default: 10)")
    parser.add_argument(
        "--only",
        action="append",
        choices=OTHERS,
        metavar="VARIANT",
        help=f"compare only this with the bare boot; may be repeated: {' | '.join(OTHERS)}",
    )
    options = parser.parse_args()
    if not hasattr(os, "wait4"):
        sys.exit("This needs os.wait4(), which tells what one child process used; this system does not have it.")
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("Wagtail is not installed here, and it is what is booted: python -m pip install wagtail")
    names = [BARE, *(name for name in OTHERS if name in (options.only or OTHERS))]
    print(report(measure(names, options.rounds)))


if __name__ == "__main__":
    main()
