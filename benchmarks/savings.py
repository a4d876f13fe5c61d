"""
Whether removing something saves what a profile says it would.

Profiles the example project and a new Wagtail project once each. Then really removes packages, modules and apps from
them, one at a time, and measures how much less time a whole boot takes. Nothing is edited for that: an import hook
answers for what is removed with stubs that put up with everything, and a settings module leaves the apps out. Boots
with and without take turns in rounds, each round in a random order.

A saving does not count garbage collections. --details tells them apart, in recorded boots with and without.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from surroundings import surroundings

from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import Subject
from django_startup.measure.boot import BootKind, boot, command_line
from django_startup.measure.ending import Outcome
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.owners import ancestors
from django_startup.profile.profile import StartupProfile
from django_startup.profiler import profile_startup

GOAL_SHARE = 0.05  # of the project's total: how large the median error may be
GOAL_MS = 10.0  # or this, whichever is larger
PROFILED_BOOTS = 5
IMPORTTIME_BOOTS = 3
BASELINES = 3  # boots a round with nothing removed
TIMEOUT = 120.0

EXAMPLE = Path(__file__).resolve().parent.parent / "example_project"

# Where a call happens to cross the end of one of the chunks of 16 KiB that CPython up to 3.13 keeps frames in, it takes
# a hundred times longer (see overhead.py). Some calls more below the project move those ends: left to chance, but the
# same for all boots of a round.
MOST_CALLS = 150  # which fill a chunk

WRAPPER = "boot_without.py"
WITHOUT_MODULES, WITHOUT_APPS, CALLS = "WITHOUT_MODULES", "WITHOUT_APPS", "CALLS"

# Runs manage.py without some modules. With nothing to leave out it does the same, so that it costs the same.
BOOT_WITHOUT = """\
import os
import sys
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType

BLOCKED = frozenset(os.environ["WITHOUT_MODULES"].split())
INSIDE = tuple(f"{name}." for name in BLOCKED)


class Stub:
    def __init__(self):
        self.__name__ = self.__qualname__ = "stub"

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and not kwargs and isinstance(args[0], (FunctionType, type)):
            return args[0]  # as a decorator
        return self

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return self

    def __mro_entries__(self, bases):
        return ()

    def __iter__(self):
        return iter(())

    def __len__(self):
        return 0

    def __bool__(self):
        return True

    def __instancecheck__(self, instance):
        return False

    __subclasscheck__ = __contains__ = __instancecheck__

    def __same(self, *args):
        return self

    __getitem__ = __or__ = __ror__ = __add__ = __radd__ = __mod__ = __enter__ = __same

    def __ordered(self, other):
        return True

    __lt__ = __le__ = __gt__ = __ge__ = __ordered

    def __exit__(self, *args):
        return None


STUB = Stub()


def stub_attribute(name):
    return getattr(STUB, name)


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name in BLOCKED or name.startswith(INSIDE):
            return ModuleSpec(name, self, origin="stub", is_package=True)
        return None

    def create_module(self, spec):
        module = ModuleType(spec.name)
        module.__all__ = []
        module.urlpatterns = []
        module.__getattr__ = stub_attribute
        return module

    def exec_module(self, module):
        pass


def further(calls):
    if calls:
        return further(calls - 1)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "manage.py")
    with open(path) as file:
        code = compile(file.read(), path, "exec")
    exec(code, globals())


sys.meta_path.insert(0, Finder())
os.environ["DJANGO_SETTINGS_MODULE"] = "settings_without"
further(int(os.environ["CALLS"]))
"""
SETTINGS_WITHOUT = """\
import os

from {settings} import *

WITHOUT = os.environ["WITHOUT_APPS"].split()
INSTALLED_APPS = [app for app in INSTALLED_APPS if not any(f"{{app}}.".startswith(f"{{name}}.") for name in WITHOUT)]
"""

IMPORTTIME_ROW = re.compile(r"^import time:\s*(\d+) \|\s*(\d+) \|\s*(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove: a package, a module, or an app. A package's name may be several, joined by " + "."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Project:
    """start makes the project in a directory; needs are modules that it imports, install says how to get them."""

    name: str
    start: Callable[[Path], None]
    needs: tuple[str, ...]
    install: str
    removals: tuple[Removal, ...]


def removals(*, packages: Iterable[str], modules: Iterable[str], apps: Iterable[str]) -> tuple[Removal, ...]:
    names = {"package": packages, "module": modules, "app": apps}
    return tuple(Removal(kind, name) for kind, of_kind in names.items() for name in of_kind)


def start_example(directory: Path) -> None:
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("__pycache__", "db.sqlite3", "media"))


def start_wagtail(directory: Path) -> None:
    directory.mkdir()
    start = [sys.executable, "-m", "wagtail.bin.wagtail", "start", "mysite", str(directory)]
    subprocess.run(start, stdout=subprocess.DEVNULL, check=True)
    # All of Wagtail's own dependencies are imported by Wagtail too, except this one: it waits for the first export.
    models = directory / "home" / "models.py"
    models.write_text(f"import openpyxl  # noqa: F401\n{models.read_text()}")


PROJECTS = (
    Project(
        name="example",
        start=start_example,
        needs=("boto3", "openpyxl", "pandas", "stripe"),
        install="python -m pip install -r example_project/requirements.txt",
        removals=removals(
            packages=("pandas", "pandas + openpyxl", "openpyxl", "boto3", "boto3 + botocore", "stripe"),
            modules=("reports.exports", "stripe._http_client", "search.backends.synonym"),
            apps=("reports", "media_library", "newsletter", "billing", "search", "django.contrib.admin"),
        ),
    ),
    Project(
        name="Wagtail",
        start=start_wagtail,
        needs=("wagtail", "openpyxl"),
        install="python -m pip install wagtail",
        removals=removals(
            packages=("wagtail", "openpyxl"),
            modules=(
                "bs4",
                "soupsieve",
                "charset_normalizer",
                "willow",
                "wagtail.admin.urls",
                "wagtail.snippets.api",
                "wagtail.utils.apps",
                "wagtail.api.v3.api",
            ),
            apps=(
                "wagtail.images",
                "wagtail.documents",
                "wagtail.snippets",
                "wagtail.contrib.redirects",
                "wagtail.contrib.forms",
                "wagtail.embeds",
                "wagtail.sites",
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a profile says of a removal. lost are the modules that would be gone, modules and apps what to take out."""

    saving_ms: float
    lost: frozenset[str]
    modules: frozenset[str]
    apps: frozenset[str]


@dataclass(slots=True)
class Boots:
    """Milliseconds of boots, and with --details recorded boots."""

    ms: list[float] = field(default_factory=list)
    recorded: BootMinimums = field(default_factory=BootMinimums)


class Parts(NamedTuple):
    """Where boots before and after a removal differ: the least self times of recorded boots, in milliseconds."""

    of_gone: float = 0.0
    of_others: float = 0.0
    of_gc: float = 0.0


@dataclass(slots=True)
class Trial:
    """
    A removal and the boots after it. importtime_ms is None where what is removed is not listed. gone and left are the
    project's modules that an evidence boot after it did not load, and loaded.
    """

    removal: Removal
    prediction: Prediction
    importtime_ms: float | None
    gone: frozenset[str]
    left: frozenset[str]
    boots: Boots = field(default_factory=Boots)


@dataclass(slots=True)
class Result:
    """The trials of one project. Between the baselines, which are boots with nothing removed, there is only noise."""

    project: Project
    profile: StartupProfile
    trials: list[Trial] = field(default_factory=list)
    baselines: list[Boots] = field(default_factory=lambda: [Boots() for _ in range(BASELINES)])
    passed_over: list[str] = field(default_factory=list)

    def saved_ms(self, trial: Trial, typical: Callable[[Iterable[float]], float] = min) -> float:
        """How much less the fastest boot takes after a removal; with statistics.median, the one in the middle."""
        return statistics.mean(typical(boots.ms) for boots in self.baselines) - typical(trial.boots.ms)

    def noise_ms(self, typical: Callable[[Iterable[float]], float] = min) -> float:
        figures = [typical(boots.ms) for boots in self.baselines]
        return max(figures) - min(figures)

    def parts(self, trial: Trial) -> Parts:
        return Parts(
            *(statistics.mean(part) for part in zip(*map(partial(differ, trial), self.baselines), strict=True))
        )

    def plus_gc(self, saving_ms: float) -> float:
        """A saving with its part of the garbage collections."""
        total = self.profile.total
        return saving_ms * (1 + total.gc_ns / (total.time_ns - total.gc_ns))

    def cost_ms(self, modules: Iterable[str]) -> float:
        """The self times of modules."""
        costs = {module.name: module.self_ns for module in self.profile.modules}
        return sum(costs.get(name, 0) for name in modules) / 1e6


def differ(trial: Trial, baseline: Boots) -> Parts:
    before, after = baseline.recorded.costs, trial.boots.recorded.costs
    away = (trial.gone | trial.prediction.lost) - trial.left  # with imports that failed
    gone = others = gc = 0.0
    for key in before.keys() | after.keys():
        on_main, kind, name, _ = key
        saved = sum(before.get(key, ())) - sum(after.get(key, ())) if on_main else 0
        if kind == "gc":
            gc += saved
        elif kind == "import" and name in away:
            gone += saved
        else:
            others += saved
    return Parts(gone / 1e6, others / 1e6, gc / 1e6)


def measure(project: Project, directory: Path, rounds: int, *, details: bool) -> Result:
    """Profile a project in a directory of its own, and boot it rounds times after each of its removals."""
    progress(f"{project.name}: profile")
    project.start(directory)
    plain = BootTarget(entry=find_entry("manage.py", directory), directory=directory)
    profile = profile_startup(plain, runs=PROFILED_BOOTS, timeout=TIMEOUT, on_boot=lambda done, planned: None)
    if profile.environment.compiled_from_source:
        sys.exit(f"{profile.environment.compiled_from_source} modules were compiled from source: bytecode is not kept.")
    (directory / WRAPPER).write_text(BOOT_WITHOUT)
    (directory / "settings_without.py").write_text(SETTINGS_WITHOUT.format(settings=profile.target.settings))
    target = BootTarget(entry=find_entry(WRAPPER, directory), directory=directory)
    rows = importtime(plain)
    inquiry = Inquiry(profile, directory)
    result = Result(project, profile)
    everything = loaded(boot_without(target, BootKind.EVIDENCE)) & inquiry.subjects.graph.numbers.keys()
    for removal in project.removals:
        progress(f"{project.name}: {removal.kind} {removal.name}")
        prediction = predict(inquiry, removal)
        if isinstance(prediction, str):
            result.passed_over.append(f"{removal.kind} {removal.name}: {prediction}")
            continue
        recording = boot_without(target, BootKind.EVIDENCE, prediction)
        if recording.ending is None or recording.ending.outcome is not Outcome.REACHED:
            last = recording.ending.lines[-1:] if recording.ending else ()
            result.passed_over.append(f"{removal.kind} {removal.name}: does not boot without it; {' '.join(last)}")
            continue
        listed = [rows[name] for name in rows if is_inside(name, prediction.modules)]
        left = everything & loaded(recording)
        result.trials.append(Trial(removal, prediction, max(listed, default=None), everything - left, left))
    variants: list[tuple[Prediction | None, Boots]] = [(None, boots) for boots in result.baselines]
    variants += [(trial.prediction, trial.boots) for trial in result.trials]
    pairs = list(itertools.product(variants, (BootKind.BARE, BootKind.RECORDED) if details else (BootKind.BARE,)))
    for number in range(rounds + 1):
        progress(f"{project.name}: round {number} of {rounds}")
        calls = random.randint(0, MOST_CALLS)
        for (without, boots), kind in random.sample(pairs, len(pairs)):
            recording = boot_without(target, kind, without, calls)
            if recording.outcome != Outcome.REACHED:
                sys.exit("\n".join(["A boot failed:", *(recording.ending.lines if recording.ending else ())]))
            if not number:  # compiles what is imported only now
                continue
            if kind is BootKind.BARE:
                boots.ms.append(recording.time_ns / 1e6)
            else:
                boots.recorded.add(recording)
    progress("")
    return result


def predict(inquiry: Inquiry, removal: Removal) -> Prediction | str:
    """What a profile says of a removal, or why nothing can be said of it here."""
    profile = inquiry.profile
    names = removal.name.split(" + ")
    parts = [getattr(inquiry.subjects, removal.kind)(name) for name in known_names(inquiry, removal.kind, names)]
    if len(parts) < len(names) or not all(part.nodes for part in parts):
        return "not imported by this project"
    subject = Subject(removal.kind, removal.name, frozenset().union(*(part.nodes for part in parts)))
    if removal.kind == "package":
        lost = inquiry.doors.lost_when_closed(subject)
        if not subject.nodes <= set(lost):
            return f"needed by {', '.join(inquiry.doors.needed_by(subject, lost))}"
    else:
        lost = inquiry.savings.lost(removed=subject.nodes)
    savings = {
        "package": {row.name: row.saving_ns for row in profile.packages},
        "module": {row.name: row.saving_ns for row in profile.modules},
        "app": {row.name: row.saving_ns for row in profile.apps},
    }
    # No row of a profile says what several save together. This is how it would be worked out.
    saving = savings[removal.kind][names[0]] if len(names) == 1 else inquiry.savings.total(lost)
    modules = {inquiry.subjects.graph.names[node] for node in subject.nodes - inquiry.subjects.app_nodes.keys()}
    apps = modules & inquiry.subjects.app_names.keys()
    return Prediction(
        saving_ms=(saving or 0) / 1e6,
        lost=frozenset(inquiry.subjects.graph.names[node] for node in lost if node not in inquiry.subjects.app_nodes),
        modules=frozenset(name for name in modules if modules.isdisjoint(ancestors(name))),
        apps=frozenset(apps),
    )


def known_names(inquiry: Inquiry, kind: str, names: Iterable[str]) -> Iterable[str]:
    """The names by which an inquiry asks for subjects, without those that are not in the boot."""
    if kind == "app":
        return [inquiry.subjects.app_names[name] for name in names if name in inquiry.subjects.app_names]
    if kind == "module":
        return [name for name in names if name in inquiry.subjects.graph.numbers]
    return [name for name in names if any(row.name == name for row in inquiry.profile.packages)]


def is_inside(name: str, modules: frozenset[str]) -> bool:
    """Whether a module is one of modules or in one of them."""
    return name in modules or not modules.isdisjoint(ancestors(name))


def boot_without(target: BootTarget, kind: BootKind, without: Prediction | None = None, calls: int = 0) -> Recording:
    """Boot the wrapper."""
    settings = {
        WITHOUT_MODULES: " ".join(without.modules) if without else "",
        WITHOUT_APPS: " ".join(without.apps) if without else "",
        CALLS: str(calls),
    }
    with patch.dict(os.environ, settings):
        return boot(target, kind, timeout=TIMEOUT)


def loaded(recording: Recording) -> frozenset[str]:
    """The modules that a boot has really loaded."""
    return frozenset(module.name for module in recording.modules if module.origin != "stub")


def importtime(target: BootTarget) -> dict[str, float]:
    """The cumulative milliseconds of each module that -X importtime lists, in the fastest of a few boots."""
    boots = []
    for _ in range(IMPORTTIME_BOOTS):
        with tempfile.TemporaryDirectory(prefix="savings-") as directory:
            python, *rest = command_line(target, BootKind.BARE, Path(directory), TIMEOUT)
            command = [python, "-X", "importtime", *rest]
            output = subprocess.run(command, cwd=target.directory, capture_output=True, text=True, check=True)
        rows = IMPORTTIME_ROW.findall(output.stderr)
        boots.append((sum(int(alone) for alone, _, _ in rows), rows))
    _, rows = min(boots)
    return {name: int(cumulative) / 1e3 for _, cumulative, name in rows}


def progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:70}\r", end="", file=sys.stderr, flush=True)


def report(results: Sequence[Result], rounds: int, *, details: bool) -> str:
    """The measurements as Markdown."""
    lines = [
        f"{surroundings()}, Django {version('django')}, {rounds} rounds, {date.today()}. All times in ms.",
        "",
        "| project | kind | removed | predicted | measured (by medians) | error | importtime cumulative |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    for result in results:
        for trial in result.trials:
            saved_ms, predicted_ms, listed_ms = result.saved_ms(trial), trial.prediction.saving_ms, trial.importtime_ms
            cells = [
                result.project.name,
                trial.removal.kind,
                trial.removal.name,
                f"{predicted_ms:.1f}",
                f"{saved_ms:.1f} ({result.saved_ms(trial, statistics.median):.1f})",
                f"{predicted_ms - saved_ms:+.1f}",
                "not listed" if listed_ms is None else f"{listed_ms:.1f}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    lines.append("")
    for result in results:
        lines.append(verdict(result))
        lines += [f"* Passed over: {text}." for text in result.passed_over]
    if details:
        lines += ["", *detailed(results)]
    return "\n".join(lines)


def verdict(result: Result) -> str:
    """Whether the predictions for a project are as good as they should be, beside those of -X importtime."""
    total = result.profile.total
    saved_ms = [result.saved_ms(trial) for trial in result.trials]
    ours = differences([trial.prediction.saving_ms for trial in result.trials], saved_ms)
    theirs = differences([trial.importtime_ms for trial in result.trials], saved_ms)
    return (
        f"* {judged(result, ours)} importtime's cumulative time: {spread(theirs)}; {len(ours) - len(theirs)} of "
        f"{len(ours)} not listed. The profile's total is {total.time_ns / 1e6:.0f} ms, with garbage collections of "
        f"{total.gc_ns / 1e6:.0f} ms. {BASELINES} baselines lie {result.noise_ms():.1f} ms apart "
        f"(by medians {result.noise_ms(statistics.median):.1f} ms)."
    )


def judged(result: Result, errors_ms: Sequence[float], what: str = "") -> str:
    goal_ms = max(GOAL_SHARE * result.profile.total.time_ns / 1e6, GOAL_MS)
    word = "PASS" if median_size(errors_ms) <= goal_ms else "over"
    return f"{word}: {result.project.name}{what}: {spread(errors_ms)} (goal: median at most {goal_ms:.1f} ms)."


def differences(predicted_ms: Iterable[float | None], saved_ms: Iterable[float]) -> list[float]:
    """Predicted less saved, where something is predicted."""
    pairs = zip(predicted_ms, saved_ms, strict=True)
    return [predicted - saved for predicted, saved in pairs if predicted is not None]


def spread(errors_ms: Sequence[float]) -> str:
    if not errors_ms:
        return "nothing to compare"
    return (
        f"median absolute error {median_size(errors_ms):.1f} ms, largest {max(map(abs, errors_ms)):.1f} ms, "
        f"bias {statistics.mean(errors_ms):+.1f} ms"
    )


def median_size(errors_ms: Iterable[float]) -> float:
    sizes = [abs(error) for error in errors_ms]
    return statistics.median(sizes) if sizes else 0.0


def detailed(results: Sequence[Result]) -> Iterable[str]:
    """What makes the difference, which modules were really gone, and predictions with garbage collections added."""
    yield (
        "By parts: the differences of the least self times in recorded boots: of the modules that were gone, of all "
        "else (Django's work, ready(), the modules that stayed), of garbage collections. Modules: gone as predicted; "
        "gone, but not predicted; predicted, but still there; with their self times."
    )
    yield ""
    yield (
        "| project | removed | predicted | plus GC in proportion | by parts: gone + others = without GC | GC "
        "| error without GC | error | error plus GC in proportion | as predicted | not predicted | still there |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|"
    for result in results:
        for trial in result.trials:
            saved_ms, predicted_ms, parts = result.saved_ms(trial), trial.prediction.saving_ms, result.parts(trial)
            without_gc = parts.of_gone + parts.of_others
            unforeseen, staying = trial.gone - trial.prediction.lost, trial.left & trial.prediction.lost
            cells = [
                result.project.name,
                trial.removal.name,
                f"{predicted_ms:.1f}",
                f"{result.plus_gc(predicted_ms):.1f}",
                f"{parts.of_gone:.1f} + {parts.of_others:.1f} = {without_gc:.1f}",
                f"{parts.of_gc:.1f}",
                f"{predicted_ms - without_gc:+.1f}",
                f"{predicted_ms - saved_ms:+.1f}",
                f"{result.plus_gc(predicted_ms) - saved_ms:+.1f}",
                f"{len(trial.gone & trial.prediction.lost)}",
                f"{len(unforeseen)} ({result.cost_ms(unforeseen):.1f} ms)",
                f"{len(staying)} ({result.cost_ms(staying):.1f} ms)",
            ]
            yield f"| {' | '.join(cells)} |"
    yield ""
    for result in results:
        predicted = [trial.prediction.saving_ms for trial in result.trials]
        saved = [result.saved_ms(trial) for trial in result.trials]
        parts_of = [result.parts(trial) for trial in result.trials]
        without = [parts.of_gone + parts.of_others for parts in parts_of]
        by_parts = [sum(parts) for parts in parts_of]
        plus = [result.plus_gc(saving) for saving in predicted]
        yield f"* {judged(result, differences(predicted, without), ', by parts without GC')}"
        for what, truth in (("bare boots", saved), ("by parts with GC", by_parts)):
            yield (
                f"* {result.project.name}, {what}: as predicted, {spread(differences(predicted, truth))}; "
                f"plus GC in proportion, {spread(differences(plus, truth))}."
            )


def environment(bytecode: Path) -> dict[str, str]:
    """The children's environment: bytecode goes to its own directory, and nothing of ours changes how they start."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in ("PYTHONPATH", "PYTHONHOME") or not name.startswith(("PYTHON", "DJANGO_"))
    }
    return {**kept, "PYTHONPYCACHEPREFIX": str(bytecode)}


def at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def main() -> None:
    names = [project.name for project in PROJECTS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=at_least_one, default=8, metavar="N", help="rounds to measure (default: 8)")
    parser.add_argument("--project", choices=names, help=f"only this one: {' or '.join(names)}")
    parser.add_argument(
        "--details",
        action="store_true",
        help="as many recorded boots too: what the differences are made of, and which modules were gone",
    )
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    projects = [project for project in PROJECTS if options.project in (None, project.name)]
    for project in projects:
        missing = [name for name in project.needs if importlib.util.find_spec(name) is None]
        if missing:
            sys.exit(
                f"The project {project.name!r} imports {', '.join(missing)}, not installed here: {project.install}"
            )
    if options.directory is None:
        # In a process of its own, whose options and environment all boots get from it.
        with tempfile.TemporaryDirectory(prefix="savings-") as name:
            command = [sys.executable, __file__, *sys.argv[1:], "--directory", name]
            sys.exit(subprocess.run(command, env=environment(Path(name) / "bytecode")).returncode)
    results = [
        measure(project, options.directory / project.name, options.rounds, details=options.details)
        for project in projects
    ]
    print(report(results, options.rounds, details=options.details))


if __name__ == "__main__":
    main()
