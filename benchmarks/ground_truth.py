"""
How near the profile comes to costs that are known, by the real clocks.

tests/projects/ground_truth burns given CPU times in its modules and sleeps in a ready(). Prints what was burnt, what
the profile says, and the difference, the median of several profiles.
"""

from __future__ import annotations

import argparse
import json
import os
from datetime import date
from pathlib import Path
from statistics import median

from surroundings import surroundings

from django_startup.measure.target import BootTarget, find_entry
from django_startup.profiler import profile_startup

PROJECT = Path(__file__).parents[1] / "tests" / "projects" / "ground_truth"
BURNT: dict[str, int] = json.loads((PROJECT / "burnt_ms.json").read_text())  # by module
READY = 140  # beta's ready(): 50 ms burnt, 90 ms slept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profiles", type=int, default=3, metavar="N", help="profiles to make (default: 3)")
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join(map(str, (PROJECT / "site", PROJECT)))
    target = BootTarget(find_entry("manage.py", PROJECT), directory=PROJECT)
    found: dict[str, list[float]] = {name: [] for name in (*BURNT, "ready() of beta")}
    for _ in range(options.profiles):
        profile = profile_startup(target, runs=5, on_boot=lambda done, planned: None)
        modules = {module.name: module.self_ns / 1e6 for module in profile.modules}
        for name in BURNT:
            found[name].append(modules[name])
        found["ready() of beta"].append(profile.apps[1].ready_own_ns / 1e6)
    print(f"{surroundings()}, {options.profiles} profiles, {date.today()}.\n")
    print("| where | burnt | found | difference |\n|---|--:|--:|--:|")
    for name, burnt in {**BURNT, "ready() of beta": READY}.items():
        value = median(found[name])
        print(f"| {name} | {burnt} ms | {value:.1f} ms | {value - burnt:+.1f} ms |")


if __name__ == "__main__":
    main()
