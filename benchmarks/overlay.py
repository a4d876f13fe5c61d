"""
What it costs a boot to see source files from an overlay in place of those on disk.

Boots a new Wagtail project to its resolved URLconf in rounds, with overlays that change nothing. In each round every
variant boots once, in a random order, each beside a boot without an overlay on the same processor, so that whatever
else the machine does meets both; and it is compared with that.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path

from overhead import Pair, Probed, Project, at_least_one, interval, progress, spread
from side_by_side import side_by_side
from surroundings import surroundings

from django_startup.measure.boot import BootKind
from django_startup.measure.overlay import DIRECTORY, compile_overlay, write_overlay
from django_startup.measure.recording_file import read_recording

GOAL = 1.01


class Overlaid(Probed):
    """Recorded boots with an overlay that lies in a directory; None for none."""

    def __init__(self, project: Project, overlay: Path | None) -> None:
        super().__init__(project, BootKind.RECORDED)
        self.overlay = overlay

    def arguments(self, scratch: Path) -> Sequence[str]:
        if self.overlay is not None:
            (scratch / DIRECTORY).symlink_to(self.overlay)
        return super().arguments(scratch)


def loaded_files(project: Project) -> dict[str, bytes]:
    """The source files that a boot loads, as they are. It fills the directory of bytecode."""
    boots = Probed(project, BootKind.RECORDED)
    boots.start().wait()
    boots.first(0)  # gives up where it has failed
    recording = read_recording(boots.scratch[0] / "recording.jsonl", spawned_ns=0)
    files = {os.path.realpath(module.file) for module in recording.modules if module.file.endswith(".py")}
    files.add(os.path.realpath(project.directory / "manage.py"))
    return {file: Path(file).read_bytes() for file in sorted(files)}


def written(directory: Path, overlay: Mapping[str, bytes]) -> Path:
    write_overlay(directory, overlay, compile_overlay(overlay))
    return directory


def measure(rounds: int) -> dict[str, list[Pair]]:
    """The samples of each variant with the boots without an overlay beside them. The first round does not count."""
    with tempfile.TemporaryDirectory(prefix="overlay-") as name:
        directory = Path(name)
        project = Project(directory)
        files = loaded_files(project)
        settings = os.path.realpath(project.directory / "mysite/settings/base.py")
        variants = {
            "no overlay, again": None,
            "one file": written(directory / "one", {settings: files[settings]}),
            f"all {len(files):,} files": written(directory / "all", files),
        }
        pairs: dict[str, list[Pair]] = {variant: [] for variant in variants}
        for number in range(rounds + 1):
            progress(f"round {number} of {rounds}")
            for variant in random.sample(list(variants), len(variants)):
                overlaid, plain = Overlaid(project, variants[variant]), Overlaid(project, None)
                cpu, plain_cpu = side_by_side(overlaid.start, plain.start, codes=range(256))  # first() tells more
                if number:
                    pairs[variant].append((overlaid.first(cpu[0]), plain.first(plain_cpu[0])))
                for scratch in (*overlaid.scratch, *plain.scratch):
                    shutil.rmtree(scratch)
    progress("")
    return pairs


def report(pairs: dict[str, list[Pair]]) -> str:
    """The measurements as Markdown."""
    rounds = max(map(len, pairs.values()))
    lines = [
        f"{surroundings()}, Django {version('django')}, Wagtail {version('wagtail')}, {rounds} rounds, {date.today()}.",
        "",
        "| overlay | until the target, CPU ms | × without, median (min–max) | with 95 % certainty | goal |",
        "|---|---|---|---|---|",
    ]
    for variant, taken in pairs.items():
        ratios = [one.until_target / other.until_target for one, other in taken]
        least, most = interval(ratios)
        cells = [
            variant,
            f"{statistics.median(one.until_target for one, _ in taken) * 1e3:.0f}",
            spread(ratios),
            f"{least:.3f}–{most:.3f}",
            "PASS" if statistics.median(ratios) <= GOAL else "over",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=at_least_one, default=10, metavar="N", help="rounds to measure (default: 10)")
    options = parser.parse_args()
    if importlib.util.find_spec("wagtail") is None:
        sys.exit("Wagtail is not installed here, and it is what is booted: python -m pip install wagtail")
    print(report(measure(options.rounds)))


if __name__ == "__main__":
    main()
