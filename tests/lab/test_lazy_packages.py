"""Which modules need not be loaded at start, told by boots, without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from django_startup.imports.evidence import make_registries
from django_startup.imports.inquiry import Inquiry
from django_startup.lab.beside import Side
from django_startup.lab.lazy_filter import EVERYTHING, source_of
from django_startup.lab.lazy_packages import ALL_USED, LazyPackages
from django_startup.lab.saving import Saving
from django_startup.measure.boot import BootKind
from django_startup.measure.ending import Ending, Outcome
from django_startup.measure.instructions import NOTHING_SPECIAL, Instructions
from django_startup.measure.observations import Failure, LoadedModule, ObservedRegistration, ObservedRung
from django_startup.measure.recording import Recording
from django_startup.measure.target import BootTarget, Entry, How
from django_startup.profile.lazy import LazySet
from django_startup.profile.profile import GraphInfo
from tests.support.budgets import make_recording
from tests.support.profiles import make_module, make_profile

SHOP = Path("/shop")
PAY = ObservedRegistration("receivers", "pay", "post_save", "shop.signals", "shop.hooks")
NODES = ("", "shop.urls", "shop.hooks", "shop.side", "shop.slow", "shop.deep", "alone")
# shop.urls imports hooks and side in one statement, and slow; that imports deep.
GRAPH = GraphInfo(
    nodes=NODES,
    files=("shop/urls.py", "shop/slow.py"),
    statements=((1, 0, 1, 0), (1, 0, 2, 0), (4, 1, 1, 0)),
    edges=((0, 1, -1), (1, 2, 0), (1, 3, 0), (1, 4, 1), (4, 5, 2)),
)
LOADED = {"shop.urls", "shop.hooks", "shop.side"}


def recorded(loaded: set[str], *, is_complete: bool = True) -> Recording:
    modules = tuple(LoadedModule(name, "", "") for name in sorted(loaded))
    recording = make_recording().with_ending(Ending(Outcome.REACHED))
    return replace(recording, modules=modules, registries=(PAY,) if is_complete else ())


class Faked(LazyPackages):
    """Boots that were recorded before, in their order."""

    def __init__(self, *recordings: Recording) -> None:
        profile = replace(
            make_profile(),
            modules=tuple(make_module(name) for name in NODES[1:]),
            graph=GRAPH,
            registries=make_registries(recorded(LOADED)),
            side_effects=(),
            changes=(),
            rungs=(),
        )
        target = BootTarget(Entry(How.SCRIPT, "manage.py", "manage.py"), directory=SHOP)
        super().__init__(target, profile, Inquiry(profile, SHOP), timeout=1, on_boot=lambda done, planned: None)
        self.recordings = list(recordings)
        self.told: list[Instructions] = []

    def boot(
        self,
        kind: BootKind,
        overlay: Mapping[str, bytes],
        left: int,
        instructions: Instructions = NOTHING_SPECIAL,
    ) -> Recording:
        self.boots += 1
        self.told.append(instructions)
        return self.recordings.pop(0)

    def measure(self, works: object) -> Saving:
        return Saving(70, 5)


def test_what_is_lost_is_loaded_with_what_the_same_statement_imports() -> None:
    packages = Faked(recorded({"shop.urls", "alone"}, is_complete=False), recorded(LOADED | {"alone"}))
    found = packages.look()
    assert found == LazySet(("shop.deep", "shop.slow"), 2, 70, 5, ("urls",))
    assert (packages.all_modules, packages.all_losses) == (4, ("receiver pay (post_save)",))
    first, second = packages.told
    assert first.first == EVERYTHING
    assert second.first == source_of(found.names)
    # What is imported from what is loaded is where it is first used.
    assert [each.statement for each in second.deferred] == ["__import__('shop.slow')"]


def test_what_is_lazy_already_stays_so() -> None:
    everything = recorded({"shop.urls", "alone"}, is_complete=False)
    other = recorded(LOADED | {"alone", "fast", "__main__"})
    packages = Faked(everything, other, recorded(LOADED | {"alone"}))
    assert packages.look().names == ("fast", "shop.deep", "shop.slow")
    assert packages.boots == 3


def test_what_is_loaded_all_the_same_is_left_out() -> None:
    packages = Faked(recorded(LOADED | {"alone", "shop.deep"}), recorded(LOADED | {"alone", "shop.deep"}))
    assert packages.look().names == ("shop.slow",)


def test_all_that_leads_to_what_is_lost_where_its_way_does_not() -> None:
    missing = recorded({"shop.urls", "alone"}, is_complete=False)
    packages = Faked()
    packages.recording = missing
    assert packages.needed({"shop.urls"}, {"shop.hooks"}) == {"shop.hooks", "shop.side"}
    assert packages.needed({"shop.urls"}, set()) == {"", "shop.urls", "shop.hooks"}


def test_a_maker_that_no_import_was_seen_of() -> None:
    packages = Faked()
    packages.graph.numbers.pop("shop.hooks")
    packages.recording = recorded({"shop.urls"}, is_complete=False)
    assert packages.needed({"shop.urls"}, set()) == set()


def test_where_it_dies_nothing_of_that_file_is_lazy() -> None:
    dead = recorded({"shop.urls"}, is_complete=False).with_ending(Ending(Outcome.EXCEPTION))
    dead = replace(dead, failure=Failure("ImportError", "no deep", "/shop/shop/slow.py", 1))
    packages = Faked(dead, *[recorded({"shop.slow", "shop.deep", *LOADED})] * 2)
    assert packages.look().names == ("alone",)
    assert packages.all_modules is None
    assert "no deep" in packages.all_losses[0]


def test_where_nothing_can_be_lazy() -> None:
    dead = recorded({"shop.urls"}, is_complete=False).with_ending(Ending(Outcome.EXCEPTION))
    packages = Faked(*[dead] * 9)
    assert "died" in packages.look().reason
    packages = Faked(recorded(set(NODES[1:])), recorded(set(NODES[1:])))
    assert packages.look() == LazySet(reason=ALL_USED)


def test_what_fails_at_its_first_use_is_not_lazy() -> None:
    everything = recorded(LOADED)
    failed = ObservedRung("failed", "ModuleNotFoundError: no alone", "", 0)
    packages = Faked(replace(everything, deferred={("alone.py", 1): failed}), recorded(LOADED | {"alone"}))
    assert packages.look().names == ("shop.deep", "shop.slow")


def test_what_is_measured() -> None:
    packages = Faked()
    assert packages.side(packages.candidates) == Side(instructions=Instructions(first=EVERYTHING))


def test_no_boot_is_made_again_where_there_are_no_more() -> None:
    packages = Faked(recorded(LOADED | {"fast"}))
    packages.boots = packages.most_boots
    assert packages.attempt(packages.candidates[:1]) is None


def test_the_shortest_way_from_what_is_loaded() -> None:
    packages = Faked()
    nodes = {name: packages.graph.node(name) for name in ("top", "left", "right", "end")}
    for one, other in (("top", "left"), ("top", "right"), ("left", "end"), ("right", "end")):
        packages.graph.connect(nodes[one], nodes[other])
    assert packages.way(nodes["end"], {"top"}) == {"left", "end"}
    assert packages.way(nodes["end"], set()) == {"end"}  # no way leads there
