"""
What recording a boot costs, beside what other instruments cost.

Boots a new Wagtail project to its resolved URLconf in rounds. In each round every variant boots once, in a random
order, each beside a bare boot on the same processor, so that whatever else the machine does meets both; and it is
compared with that.
"""

from __future__ import annotations

import argparse
import importlib.util
import math
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

from side_by_side import side_by_side
from surroundings import surroundings

from django_startup.measure.boot import PROBE, BootKind, command_line
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
    One child process: seconds of CPU time from its spawn to its end, and until the target was reached, with the modules
    that were there then (0: not known).
    """

    cpu: float
    until_target: float
    modules: int


class Project:
    """A new Wagtail project in a directory of its own, and all that boots of it need."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory / "project"
        self.directory.mkdir()
        self.environment = environment(directory / "bytecode")
        start = [sys.executable, "-m", "wagtail.bin.wagtail", "start", "mysite", str(self.directory)]
        subprocess.run(start, env=self.environment, stdout=subprocess.DEVNULL, check=True)
        (self.directory / "manage.py").write_text(MANAGE)
        (self.directory / "driver.py").write_text(DRIVER)

    def new_scratch(self) -> Path:
        return Path(tempfile.mkdtemp(prefix="scratch-", dir=self.directory.parent))

    def spawn(self, command: Sequence[str], scratch: Path) -> subprocess.Popen[bytes]:
        with (scratch / "stdout").open("wb") as stdout, (scratch / "stderr").open("wb") as stderr:
            return subprocess.Popen(
                command,
                cwd=self.directory,
                env={**self.environment, "CALLS": str(random.randint(0, MOST_CALLS))},
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )


class Boots:
    """Boots of one kind, each with a directory for what it writes."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.scratch: list[Path] = []

    def start(self) -> subprocess.Popen[bytes]:
        scratch = self.project.new_scratch()
        self.scratch.append(scratch)
        return self.project.spawn([sys.executable, *self.arguments(scratch)], scratch)

    def arguments(self, scratch: Path) -> Sequence[str]:
        raise NotImplementedError

    def first(self, cpu: float) -> Sample:
        """What the first of them came to, which took so many seconds of CPU time."""
        raise NotImplementedError


class Probed(Boots):
    """Boots as django_startup.measure.boot makes them."""

    def __init__(self, project: Project, kind: BootKind) -> None:
        super().__init__(project)
        self.kind = kind

    def arguments(self, scratch: Path) -> Sequence[str]:
        directory = self.project.directory
        target = BootTarget(entry=find_entry("manage.py", directory), directory=directory)
        command = command_line(target, self.kind, scratch, timeout=300)
        # Without the options that this very interpreter was started with: the driver has none either.
        return command[command.index(str(PROBE)) :]

    def first(self, cpu: float) -> Sample:
        recording = read_recording(self.scratch[0] / "recording.jsonl", spawned_ns=0)
        if recording.outcome != Outcome.REACHED:
            give_up(self.scratch[0])
        return Sample(cpu, recording.cpu_ns / 1e9, recording.environment.modules)


class Driven(Boots):
    """Boots by the driver."""

    def __init__(self, project: Project, instrument: str, *options: str) -> None:
        super().__init__(project)
        self.instrument = instrument
        self.options = options

    def arguments(self, scratch: Path) -> Sequence[str]:
        output = str(scratch / self.instrument)
        return [*self.options, "driver.py", self.instrument, output, "manage.py", "check"]

    def first(self, cpu: float) -> Sample:
        printed = (self.scratch[0] / "stdout").read_text().split()
        if len(printed) != 2:
            give_up(self.scratch[0])
        return Sample(cpu, int(printed[1]) / 1e9, int(printed[0]))


def give_up(scratch: Path) -> NoReturn:
    lines = (scratch / "stderr").read_text(errors="replace").splitlines()
    sys.exit("\n".join(["A boot failed:", *lines[-20:]]))


VARIANTS: dict[str, Callable[[Project], Boots]] = {
    "bare boot, again": lambda project: Probed(project, BootKind.BARE),
    "recorded boot": lambda project: Probed(project, BootKind.RECORDED),
    "evidence boot": lambda project: Probed(project, BootKind.EVIDENCE),
    "no instrument": lambda project: Driven(project, "none"),
    "-X importtime": lambda project: Driven(project, "importtime", "-X", "importtime"),
    "pyinstrument, 1 ms": lambda project: Driven(project, "pyinstrument"),
    "cProfile": lambda project: Driven(project, "cProfile"),
}


def environment(bytecode: Path) -> dict[str, str]:
    """The children's environment: bytecode goes to its own directory, and nothing of ours changes how they start."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PYTHONPATH", "PYTHONHOME") or not name.startswith(("PYTHON", "DJANGO_"))
    }
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}


Pair = tuple[Sample, Sample]


def measure(names: Sequence[str], rounds: int) -> dict[str, list[Pair]]:
    """The samples of each variant with the bare boots beside them. The first round compiles all that they import."""
    pairs: dict[str, list[Pair]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="overhead-") as directory:
        project = Project(Path(directory))
        for number in range(rounds + 1):
            progress(f"round {number} of {rounds}")
            for name in random.sample(names, len(names)):
                variant, bare = VARIANTS[name](project), Probed(project, BootKind.BARE)
                cpu, bare_cpu = side_by_side(variant.start, bare.start, codes=range(256))  # first() tells more
                if number:
                    pairs[name].append((variant.first(cpu[0]), bare.first(bare_cpu[0])))
                for scratch in (*variant.scratch, *bare.scratch):
                    shutil.rmtree(scratch)
    progress("")
    return pairs


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:30}\r", end="", file=sys.stderr, flush=True)


def report(pairs: dict[str, list[Pair]]) -> str:
    """The measurements as Markdown."""
    rounds = max(map(len, pairs.values()))
    lines = [
        f"{surroundings()}, Django {version('django')}, Wagtail {version('wagtail')}, {rounds} rounds, {date.today()}.",
        "",
        "| variant | CPU ms, median | × bare, median (min–max) | until the target, ms | × bare, median (min–max) "
        "| modules |",
        "|---|---|---|---|---|---|",
    ]
    for name, taken in pairs.items():
        modules = taken[-1][0].modules
        cells = [
            name,
            f"{statistics.median(sample.cpu for sample, _ in taken) * 1e3:.0f}",
            spread([sample.cpu / bare.cpu for sample, bare in taken]),
            f"{statistics.median(sample.until_target for sample, _ in taken) * 1e3:.0f}",
            spread([sample.until_target / bare.until_target for sample, bare in taken]),
            f"{modules:,}" if modules else "–",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    if "recorded boot" in pairs:
        recorded = pairs["recorded boot"]
        lines += [
            "",
            verdict(
                "CPU time until the target (Recording.cpu_ns: what the figures in a report contain)",
                [sample.until_target / bare.until_target for sample, bare in recorded],
            ),
            verdict(
                "CPU time of the whole process (with the probe's own start, and writing the recording after the clocks "
                "have stopped)",
                [sample.cpu / bare.cpu for sample, bare in recorded],
            ),
        ]
    return "\n".join(lines)


def spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.3f} ({min(values):.3f}–{max(values):.3f})"


def verdict(what: str, values: Sequence[float]) -> str:
    """Whether a recorded boot costs as little as it should, by its ratios to bare boots."""
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
        choices=list(VARIANTS),
        metavar="VARIANT",
        help=f"compare only this with the bare boot; may be repeated: {' | '.join(VARIANTS)}",
    )
    options = parser.parse_args()
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("Wagtail is not installed here, and it is what is booted: python -m pip install wagtail")
    names = [name for name in VARIANTS if name in (options.only or VARIANTS)]
    print(report(measure(names, options.rounds)))


if __name__ == "__main__":
    main()
