"""
Whether removing something saves what a profile says it would.

Profiles the example project and a new Wagtail project once each, or the project in --directory. Then really removes
packages, modules and apps from them, one at a time, and measures how much less time a whole boot takes. Nothing is
edited for that: an import hook answers for what is removed with stubs that put up with everything, and a module of
settings leaves the apps out. In each round a boot without it runs beside one with it, at the same time on one
processor, so that whatever slows one slows the other; what is saved is the median of their ratios, of the profile's
total.

What is predicted is the saving and the garbage collections that go with it, as the report estimates them: a boot has
fewer of them when it makes fewer objects, and one full collection less may be a tenth of it. --without-collections
measures boots that have none, and compares with the savings alone.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from surroundings import surroundings

from django_startup.imports.collecting import Collections
from django_startup.imports.inquiry import Inquiry
from django_startup.imports.subjects import Subject
from django_startup.lab.pairs import Pair, pair_of, saving_of
from django_startup.measure.boot import BootKind, boot, booting, command_line
from django_startup.measure.ending import Outcome
from django_startup.measure.instructions import Instructions
from django_startup.measure.recording import Recording
from django_startup.measure.side_by_side import shared_processor
from django_startup.measure.target import BootTarget, find_entry
from django_startup.profile.boot_minimums import BootMinimums
from django_startup.profile.owners import ancestors
from django_startup.profile.profile import StartupProfile
from django_startup.profiler import profile_startup

GOAL_SHARE = 0.03  # of the project's total: how large the median error may be
PROFILED_BOOTS = 3
IMPORTTIME_BOOTS = 2
LARGEST = {"package": 3, "module": 2, "app": 2}  # of a project in --directory: so many of each kind
LEAST_SHARE = 0.005  # of the total: what is worth the boots
TIMEOUT = 300.0

EXAMPLE = Path(__file__).resolve().parent.parent / "example_project"

# Where a call happens to cross the end of one of the chunks of 16 KiB that CPython up to 3.13 keeps frames in, it takes
# a hundred times longer (see overhead.py). Some calls more below the project move those ends: left to chance, but the
# same for all boots of a round.
MOST_CALLS = 150  # which fill a chunk

WRAPPER = "boot_without.py"
ENTRY, WITHOUT_MODULES, WITHOUT_APPS, CALLS = "ENTRY_SCRIPT", "WITHOUT_MODULES", "WITHOUT_APPS", "CALLS"

# Runs the entry script without some modules. With nothing to leave out it does the same, so that it costs the same.
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
    global __file__
    __file__ = sys.argv[0] = os.environ["ENTRY_SCRIPT"]
    with open(__file__) as file:
        code = compile(file.read(), __file__, "exec")
    exec(code, globals())


sys.meta_path.insert(0, Finder())
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
sys.path[0] = os.path.dirname(os.environ["ENTRY_SCRIPT"])
os.environ["DJANGO_SETTINGS_MODULE"] = "settings_without"
further(int(os.environ["CALLS"]))
"""
SETTINGS_WITHOUT = """\
import os

from {settings} import *

WITHOUT = os.environ["WITHOUT_APPS"].split()
INSTALLED_APPS = [app for app in INSTALLED_APPS if not any(f"{{app}}.".startswith(f"{{name}}.") for name in WITHOUT)]
"""

REMOVE = "what to remove from it: package:NAME, module:NAME or app:NAME; repeatable (default: what saves most)"

IMPORTTIME_ROW = re.compile(r"^import time:\s*(\d+) \|\s*(\d+) \|\s*(\S+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Removal:
    """What to remove: a package, a module, or an app. A package's name may be several, joined by " + "."""

    kind: str
    name: str


class How(NamedTuple):
    """How boots are measured: in how many rounds, with recorded ones too, with garbage collections."""

    rounds: int
    details: bool
    collects: bool


@dataclass(frozen=True, slots=True)
class Project:
    """
    start makes the project in a directory, if it has to be made; needs are modules that it imports, install says how to
    get them. Without removals, they are chosen by the profile.
    """

    name: str
    start: Callable[[Path], object]
    needs: tuple[str, ...] = ()
    install: str = ""
    removals: tuple[Removal, ...] = ()


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
    """
    What a profile says of a removal: of the modules, and of the garbage collections that go with them. lost are the
    modules that would be gone, modules and apps what to take out.
    """

    saving_ms: float
    collections_ms: float
    lost: frozenset[str]
    modules: frozenset[str]
    apps: frozenset[str]

    @property
    def all_ms(self) -> float:
        return self.saving_ms + self.collections_ms


NOTHING = Prediction(0.0, 0.0, frozenset(), frozenset(), frozenset())


class Parts(NamedTuple):
    """Where boots before and after a removal differ: the least self times of recorded boots, in milliseconds."""

    of_gone: float = 0.0
    of_others: float = 0.0
    of_gc: float = 0.0


@dataclass(slots=True)
class Trial:
    """
    A removal and its boots beside those without it; with --details also recorded ones. importtime_ms is None where what
    is removed is not listed. gone and left are the project's modules that an evidence boot after it did not load, and
    loaded.
    """

    removal: Removal
    prediction: Prediction
    importtime_ms: float | None
    gone: frozenset[str]
    left: frozenset[str]
    pairs: list[Pair] = field(default_factory=list)
    recorded: BootMinimums = field(default_factory=BootMinimums)


@dataclass(slots=True)
class Result:
    """The trials of one project. In that of nothing there is only noise."""

    project: Project
    profile: StartupProfile
    trials: list[Trial] = field(default_factory=list)
    nothing: Trial = field(default_factory=lambda: Trial(Removal("", ""), NOTHING, None, frozenset(), frozenset()))
    passed_over: list[str] = field(default_factory=list)

    def saved(self, trial: Trial) -> tuple[float, float]:
        """How much less a boot takes after a removal, and how much more or less that may be, in milliseconds."""
        saving = saving_of(trial.pairs, self.profile.total)
        return saving.saving_ns / 1e6, saving.error_ns / 1e6

    def saved_ms(self, trial: Trial) -> float:
        return self.saved(trial)[0]

    def parts(self, trial: Trial) -> Parts:
        return differ(trial, self.nothing.recorded)

    def cost_ms(self, modules: Iterable[str]) -> float:
        """The self times of modules."""
        costs = {module.name: module.self_ns for module in self.profile.modules}
        return sum(costs.get(name, 0) for name in modules) / 1e6


def differ(trial: Trial, baseline: BootMinimums) -> Parts:
    before, after = baseline.costs, trial.recorded.costs
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


def measure(project: Project, entry: str, directory: Path, work: Path, how: How) -> Result:
    """
    Profile a project in directory, and boot it in rounds beside each of its removals. What is written for that goes
    into work.
    """
    progress(f"{project.name}: profile")
    project.start(directory)
    plain = BootTarget(entry=find_entry(entry, directory), directory=directory)
    profile = profile_startup(plain, runs=PROFILED_BOOTS, timeout=TIMEOUT, on_boot=lambda done, planned: None)
    if profile.environment.compiled_from_source:
        sys.exit(f"{profile.environment.compiled_from_source} modules were compiled from source: bytecode is not kept.")
    work.mkdir(exist_ok=True)
    (work / WRAPPER).write_text(BOOT_WITHOUT)
    (work / "settings_without.py").write_text(SETTINGS_WITHOUT.format(settings=profile.target.settings))
    os.environ[ENTRY] = str((directory / plain.entry.target).resolve())
    target = BootTarget(entry=find_entry(str(work / WRAPPER), directory), directory=directory)
    rows = importtime(plain)
    inquiry = Inquiry(profile, directory)
    collections = Collections(profile, inquiry.subjects.graph)
    result = Result(project, profile)
    everything = loaded(boot_without(target, BootKind.EVIDENCE)) & inquiry.subjects.graph.numbers.keys()
    for removal in project.removals or largest(profile, everything):
        count = sum(trial.removal.kind == removal.kind for trial in result.trials)
        if not project.removals and count == LARGEST[removal.kind]:
            continue
        progress(f"{project.name}: {removal.kind} {removal.name}")
        prediction = predict(inquiry, collections if how.collects else None, removal)
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
        if prediction.modules and not any(is_inside(name, prediction.modules) for name in everything - left):
            result.passed_over.append(f"{removal.kind} {removal.name}: is loaded all the same")
            continue
        result.trials.append(Trial(removal, prediction, max(listed, default=None), everything - left, left))
    for number in range(how.rounds):
        for trial in random.sample([result.nothing, *result.trials], 1 + len(result.trials)):
            progress(f"{project.name}: round {number + 1} of {how.rounds}, {trial.removal.name}")
            pair = boot_beside(target, trial.prediction, is_first=bool(number % 2), collects=how.collects)
            trial.pairs.append(pair)
            if how.details:
                trial.recorded.add(boot_without(target, BootKind.RECORDED, trial.prediction))
    progress("")
    return result


def largest(profile: StartupProfile, everything: frozenset[str]) -> Iterator[Removal]:
    """What is removed of a project that nobody has chosen it for: what saves most, by the profile."""
    least = profile.total.time_ns * LEAST_SHARE
    # The packages that the machinery here needs, and what all else stands on.
    packages = [row for row in profile.packages if row.name.lower() not in ("django", "django-startup")]
    own = [row for row in profile.modules if row.owner.kind in ("app", "project") and row.name in everything]
    apps = [row for row in profile.apps if row.label not in ("auth", "contenttypes")]
    rows: dict[str, list[tuple[int | None, str]]] = {
        "package": [(row.saving_ns, row.name) for row in packages],
        "module": [(row.saving_ns, row.name) for row in own],
        "app": [(row.saving_ns, row.name) for row in apps],
    }
    for kind, found in rows.items():
        worth = sorted(((saving, name) for saving, name in found if saving and saving >= least), reverse=True)
        # The project may not boot without one: some more than needed.
        yield from (Removal(kind, name) for _, name in worth[: 2 * LARGEST[kind]])


def boot_beside(target: BootTarget, without: Prediction, *, is_first: bool, collects: bool) -> Pair:
    """A boot without something beside one with it, on one processor. Both have the same number of calls below them."""
    calls = random.randint(0, MOST_CALLS)
    sides = [NOTHING, without][:: -1 if is_first else 1]
    with ExitStack() as stack:
        boots = []
        for side in sides:
            with patch.dict(os.environ, variables(side, calls)):
                boots.append(
                    stack.enter_context(
                        booting(
                            target,
                            BootKind.BARE,
                            timeout=2 * TIMEOUT,
                            processor=shared_processor(),
                            instructions=Instructions(collects=collects),
                        )
                    )
                )
        recordings = [ended() for ended in boots]
    for recording in recordings:
        if recording.outcome != Outcome.REACHED:
            sys.exit("\n".join(["A boot failed:", *(recording.ending.lines if recording.ending else ())]))
    return pair_of(*recordings[:: -1 if is_first else 1])


def predict(inquiry: Inquiry, collections: Collections | None, removal: Removal) -> Prediction | str:
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
        collections_ms=collections.share_ns(lost) / 1e6 if collections else 0.0,
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


def boot_without(target: BootTarget, kind: BootKind, without: Prediction = NOTHING) -> Recording:
    """Boot the wrapper."""
    with patch.dict(os.environ, variables(without, random.randint(0, MOST_CALLS))):
        return boot(target, kind, timeout=TIMEOUT)


def variables(without: Prediction, calls: int) -> dict[str, str]:
    """What the wrapper is told."""
    return {WITHOUT_MODULES: " ".join(without.modules), WITHOUT_APPS: " ".join(without.apps), CALLS: str(calls)}


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


def report(results: Sequence[Result], how: How) -> str:
    """The measurements as Markdown."""
    collector = "" if how.collects else ", no garbage collections"
    lines = [
        f"{surroundings()}, Django {version('django')}, {how.rounds} rounds{collector}, {date.today()}. In ms.",
        "",
        "| project | kind | removed | predicted: modules + collections | measured | error | importtime cumulative |",
        "|---|---|---|--:|--:|--:|--:|",
    ]
    for result in results:
        for trial in result.trials:
            (saved_ms, error_ms), prediction, listed_ms = result.saved(trial), trial.prediction, trial.importtime_ms
            cells = [
                result.project.name,
                trial.removal.kind,
                trial.removal.name,
                f"{prediction.saving_ms:.1f} + {prediction.collections_ms:.1f} = {prediction.all_ms:.1f}",
                f"{saved_ms:.1f} ± {error_ms:.1f}",
                f"{prediction.all_ms - saved_ms:+.1f}",
                "not listed" if listed_ms is None else f"{listed_ms:.1f}",
            ]
            lines.append(f"| {' | '.join(cells)} |")
    lines.append("")
    for result in results:
        lines.append(verdict(result))
        lines += [f"* Passed over: {text}." for text in result.passed_over]
    if how.details:
        lines += ["", *detailed(results)]
    return "\n".join(lines)


def verdict(result: Result) -> str:
    """Whether the predictions for a project are as good as they should be, beside those of -X importtime."""
    total = result.profile.total
    saved_ms = [result.saved_ms(trial) for trial in result.trials]
    ours = differences([trial.prediction.all_ms for trial in result.trials], saved_ms)
    alone = differences([trial.prediction.saving_ms for trial in result.trials], saved_ms)
    theirs = differences([trial.importtime_ms for trial in result.trials], saved_ms)
    noise_ms, error_ms = result.saved(result.nothing)
    return (
        f"* {judged(result, ours)} Without the collections that go with it: {spread(alone)}. importtime's cumulative "
        f"time: {spread(theirs)}; {len(ours) - len(theirs)} of {len(ours)} not listed. The profile's total is "
        f"{total.time_ns / 1e6:.0f} ms, with garbage collections of {total.gc_ns / 1e6:.0f} ms. Removing nothing saves "
        f"{noise_ms:.1f} ± {error_ms:.1f} ms."
    )


def judged(result: Result, errors_ms: Sequence[float]) -> str:
    total_ms = result.profile.total.time_ns / 1e6
    goal_ms = GOAL_SHARE * total_ms
    median_ms = median_size(errors_ms)
    word = "PASS" if median_ms <= goal_ms else "over"
    return (
        f"{word}: {result.project.name}: {spread(errors_ms)}: {median_ms / total_ms:.1%} of the total "
        f"(goal: median at most {GOAL_SHARE:.0%}, {goal_ms:.1f} ms)."
    )


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
    """What makes the difference, and which modules were really gone."""
    yield (
        "By parts: the differences of the least self times in recorded boots: of the modules that were gone, of all "
        "else (Django's work, ready(), the modules that stayed), of garbage collections. Modules: gone as predicted; "
        "gone, but not predicted; predicted, but still there; with their self times."
    )
    yield ""
    yield (
        "| project | removed | predicted: modules + collections | by parts: gone + others = without GC | GC "
        "| error without GC | as predicted | not predicted | still there |"
    )
    yield "|---|---|--:|--:|--:|--:|--:|--:|--:|"
    for result in results:
        for trial in result.trials:
            prediction, parts = trial.prediction, result.parts(trial)
            without_gc = parts.of_gone + parts.of_others
            unforeseen, staying = trial.gone - prediction.lost, trial.left & prediction.lost
            cells = [
                result.project.name,
                trial.removal.name,
                f"{prediction.saving_ms:.1f} + {prediction.collections_ms:.1f}",
                f"{parts.of_gone:.1f} + {parts.of_others:.1f} = {without_gc:.1f}",
                f"{parts.of_gc:.1f}",
                f"{prediction.saving_ms - without_gc:+.1f}",
                f"{len(trial.gone & prediction.lost)}",
                f"{len(unforeseen)} ({result.cost_ms(unforeseen):.1f} ms)",
                f"{len(staying)} ({result.cost_ms(staying):.1f} ms)",
            ]
            yield f"| {' | '.join(cells)} |"
    yield ""
    for result in results:
        predicted = [trial.prediction.saving_ms for trial in result.trials]
        without = [parts.of_gone + parts.of_others for parts in map(result.parts, result.trials)]
        yield f"* {result.project.name}, by parts without GC: {spread(differences(predicted, without))}."


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
    parser.add_argument("--rounds", type=at_least_one, default=6, metavar="N", help="rounds to measure (default: 6)")
    parser.add_argument("--project", choices=names, help=f"only this one: {' or '.join(names)}")
    parser.add_argument("--directory", type=Path, help="instead, the project that is there; nothing is written into it")
    parser.add_argument("--entry", default="manage.py", help="its entry script (default: manage.py)")
    parser.add_argument("--remove", action="append", default=[], metavar="KIND:NAME", help=REMOVE)
    parser.add_argument(
        "--details",
        action="store_true",
        help="as many recorded boots too: what the differences are made of, and which modules were gone",
    )
    parser.add_argument(
        "--without-collections", action="store_true", help="with no garbage collections in what is measured"
    )
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    projects = [project for project in PROJECTS if options.project in (None, project.name)]
    if options.directory:
        chosen = tuple(Removal(*text.partition(":")[::2]) for text in options.remove)
        if any(removal.kind not in LARGEST or not removal.name for removal in chosen):
            parser.error(f"--remove takes {', '.join(f'{kind}:NAME' for kind in LARGEST)}")
        projects = [Project(options.directory.resolve().name, lambda directory: None, removals=chosen)]
    for project in projects:
        missing = [name for name in project.needs if importlib.util.find_spec(name) is None]
        if missing:
            sys.exit(
                f"The project {project.name!r} imports {', '.join(missing)}, not installed here: {project.install}"
            )
    if options.work is None:
        # In a process of its own, whose options and environment all boots get from it.
        with tempfile.TemporaryDirectory(prefix="savings-") as name:
            command = [sys.executable, __file__, *sys.argv[1:], "--work", name]
            sys.exit(subprocess.run(command, env=environment(Path(name) / "bytecode")).returncode)
    how = How(options.rounds, options.details, not options.without_collections)
    results = []
    for project in projects:
        directory = options.directory.resolve() if options.directory else options.work / project.name
        work = options.work / "without"
        results.append(measure(project, options.entry, directory, work, how))
    print(report(results, how))


if __name__ == "__main__":
    main()
