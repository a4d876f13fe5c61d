"""What to change: figures that add up, and nothing that stays unsaid."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.imports import staying
from django_startup.imports.collecting import CALL
from django_startup.imports.graph import Statement
from django_startup.profile.boots import GcPauses, TargetInfo
from django_startup.profile.effects import Change, Registries, RegistryEntry, SideEffect
from django_startup.profile.parts import Advice, App, FailedImports, NamedInSettings
from django_startup.profile.profile import CheckTime, TimelineInfo
from django_startup.profile.reasons import Reason
from django_startup.profile.timeline import KINDS, MAIN_THREAD
from tests.support.advice import USE, Advised, advise, moving, told
from tests.support.profiles import MS


def effect(module: str | None, time_ms: int, *, phase: str = "urls", app: str | None = None) -> SideEffect:
    return SideEffect("subprocess", "git status", "", phase, app, module, "shop.py", 90 + time_ms, "run", time_ms * MS)


def app(label: str, ready_ms: int, *, project: bool = True) -> App:
    return App(label, label, project, 0, 0, ready_ms * MS, ready_ms * MS, 0, 0, 1)


def test_savings_add_up_to_what_all_save_together(tmp_path: Path) -> None:
    files = {
        "shop.py": moving("pandas", "views"),
        "views.py": moving("pandas", "numpy", "redis", "zeep"),
        "site/pandas.py": "import numpy\n",
        "site/numpy.py": "",
        "site/redis.py": "",
        "site/zeep.py": "",
    }
    found = advise(tmp_path, files, {"pandas": 200, "numpy": 100, "redis": 9, "zeep": 5, "views": 1, "shop": 8})
    assert found.told == [("defer", "pandas", 200), ("defer", "views", 115)]
    assert found.fixes[1].text == snapshot("import it in the functions that use it; numpy goes with it")


def test_what_few_lines_save_is_not_said_of_many(tmp_path: Path) -> None:
    """Keeping out locks means closing the line through which pydantic comes in, too."""
    files = {
        "shop.py": moving("ai", "locks"),
        "ai.py": "import locks\nimport pydantic\nclass Base(pydantic.Model): pass\nlocks.take()\n",
        "site/pydantic.py": "",
        "site/locks.py": "",
    }
    found = advise(tmp_path, files, {"pydantic": 100, "locks": 20})
    assert found.told == [("defer", "pydantic", 100), ("defer", "locks", 20)]
    assert [[door.line for door in fix.doors] for fix in found.fixes] == [[1], [2]]
    assert advise(tmp_path, files, {"pydantic": 20, "locks": 100}).told == [("defer", "locks", 120)]


def test_one_line_that_saves_most_comes_before_many(tmp_path: Path) -> None:
    """Keeping out locks means closing all lines to ai, and one line in ai keeps out pydantic."""
    files = {
        "shop.py": moving("ai", "locks"),
        "ai.py": "import locks\nlocks.take()\n" + moving("models"),
        "models.py": "import pydantic\nclass Base(pydantic.Model): pass\n",
        "site/pydantic.py": "",
        "site/locks.py": "",
    }
    found = advise(tmp_path, files, {"pydantic": 100, "locks": 20})
    assert found.told == [("defer", "pydantic", 100), ("defer", "locks", 20)]
    assert [[(door.file, door.line) for door in fix.doors] for fix in found.fixes] == [
        [("ai.py", 3)],
        [("shop.py", 1), ("shop.py", 2)],
    ]


def test_small_ones_count_too(tmp_path: Path) -> None:
    files = {"shop.py": moving("pandas", "redis", "zeep", "tiny")}
    files |= {f"site/{name}.py": "" for name in ("pandas", "redis", "zeep", "tiny")}
    found = advise(tmp_path, files, {"pandas": 200, "redis": 9, "zeep": 5})
    assert found.told == [("defer", "pandas", 200)]
    assert [told(fix) for fix in found.advice.smaller] == [("defer", "redis", 9), ("defer", "zeep", 5)]


def test_what_does_not_fit_is_among_the_smaller(tmp_path: Path) -> None:
    names = [f"slow{number}" for number in range(12)]
    found = advise(tmp_path, {f"{name}.py": "" for name in names}, dict.fromkeys(names, 20))
    assert len(found.fixes) == 10
    assert len(found.advice.smaller) == 2


def test_a_slow_module_that_moves_is_one_fix(tmp_path: Path) -> None:
    files = {"shop.py": moving("prices"), "views.py": moving("prices"), "prices.py": ""}
    found = advise(tmp_path, files, {"prices": 100})
    assert found.told == [("defer", "prices", 100)]
    assert [door.file for door in found.fixes[0].doors] == ["shop.py", "views.py"]


def test_a_side_effect_in_a_module_that_moves_goes_with_it(tmp_path: Path) -> None:
    files = {"shop.py": moving("git"), "git.py": ""}
    found = advise(tmp_path, files, {"git": 100}, side_effects=(effect("git", 80),))
    assert found.told == [("defer", "git", 100)]


def test_a_side_effect_is_no_part_of_the_slow_code_around_it(tmp_path: Path) -> None:
    effects = (
        effect("shop", 60),
        effect("shop", 5),
        effect(None, 9, phase="settings"),
        effect(None, 30, phase="ready", app="billing"),
    )
    apps = (app("billing", 50), app("others", 50, project=False), app("quick", 5))
    found = advise(tmp_path, {"shop.py": ""}, {"shop": 100}, side_effects=effects, apps=apps)
    assert found.told == [
        ("effect", "git status", 60),
        ("slow", "shop", 35),
        ("effect", "git status", 30),
        ("slow", "ready() of billing", 20),
    ]


def test_a_side_effect_in_a_system_check_is_no_part_of_it(tmp_path: Path) -> None:
    checks = CheckTime("shop.quick", 30 * MS, 30 * MS), CheckTime("shop.slow", 90 * MS, 90 * MS)
    effects = (effect(None, 100, phase="checks"),)
    found = advise(tmp_path, {"shop.py": ""}, {}, checks=checks, side_effects=effects)
    assert found.told == [("effect", "git status", 100), ("slow", "shop.quick", 20)]


def test_failed_imports_of_a_module_that_moves_go_with_it(tmp_path: Path) -> None:
    files = {"shop.py": moving("loader"), "loader.py": "", "other.py": ""}
    rows = tuple(FailedImports(name, f"{name}.py", 1, 2000, ("x",), 50 * MS) for name in ("loader", "other"))
    found = advise(tmp_path, files, {"loader": 100}, failed_imports=rows)
    assert found.told == [("defer", "loader", 100), ("failed", "2,000 failed imports", 50)]


def collections(*modules: str, last: int = 2) -> TimelineInfo:
    """
    A boot in which a collection began in each of some modules, one in none, which took last microseconds, the others
    two, and one in another thread.
    """
    names = tuple(dict.fromkeys([*modules, "0"]))
    rows = []
    for name in modules:
        rows.append((KINDS.index("import"), names.index(name), -1, 0, 0, 9, 0, 0))
        rows.append((KINDS.index("gc"), names.index("0"), len(rows) - 1, 0, 1, 2, 2, 0))
    rows.append((KINDS.index("gc"), names.index("0"), -1, 0, 1, 2, last, 0))
    rows.append((KINDS.index("gc"), names.index("0"), -1, 1, 1, 2, 2, 0))
    return TimelineInfo(KINDS, names, (MAIN_THREAD, "second"), tuple(rows))


def test_collections_that_go_with_imports_have_a_figure_of_their_own(tmp_path: Path) -> None:
    files = {"shop.py": moving("pandas"), "site/pandas.py": ""}
    course = collections("pandas", "shop", "elsewhere")
    found = advise(tmp_path, files, {"pandas": 200}, gc=GcPauses(4, 80 * MS), timeline=course)
    assert [(*told(fix), fix.collections_ns // MS) for fix in found.fixes] == [
        ("defer", "pandas", 200, 20),
        ("gc", "garbage collection", 80, 0),
    ]


@pytest.mark.parametrize(
    ("last", "shares"),
    [(2, [20, 20]), (74, [74, 2]), (0, [0, 26])],
    ids=["alike", "a full one at the end", "a short one"],
)
def test_the_last_collections_are_those_that_a_boot_with_fewer_objects_does_not_get_to(
    tmp_path: Path, last: int, shares: list[int]
) -> None:
    files = {"shop.py": moving("pandas"), "views.py": moving("numpy"), "site/pandas.py": "", "site/numpy.py": ""}
    course = collections("pandas", "numpy", "elsewhere", last=last)
    found = advise(tmp_path, files, {"pandas": 200, "numpy": 100}, gc=GcPauses(4, 80 * MS), timeline=course)
    assert [fix.collections_ns // MS for fix in found.fixes if fix.kind == "defer"] == shares


def test_collections_that_took_no_time_are_nothing_to_save(tmp_path: Path) -> None:
    files = {"shop.py": moving("pandas"), "site/pandas.py": ""}
    spans = tuple((*row[:6], 0, 0) for row in collections("pandas").spans)
    course = replace(collections("pandas"), spans=spans)
    found = advise(tmp_path, files, {"pandas": 200}, timeline=course)
    assert [fix.collections_ns for fix in found.fixes] == [0]


def test_where_to_postpone_collections(tmp_path: Path) -> None:
    def fix(*files: str, entry: str = "manage.py", settings: str = "shop.settings.base") -> tuple[str, list[str]]:
        changes = {"gc": GcPauses(400, 80 * MS), "target": TargetInfo(entry, "urls", None, settings)}
        urls = (NamedInSettings("ROOT_URLCONF", "web.urls", "web.urls"),)
        found = advise(tmp_path, dict.fromkeys(("shop.py", *files), ""), {}, named=urls, **changes)
        (fix,) = found.fixes
        assert all((door.line, door.statement) == (1, CALL) for door in fix.doors)
        return fix.text.removeprefix("the collector ran 400 times: "), [door.file for door in fix.doors]

    assert fix("shop/settings/base.py") == snapshot(("postpone it in the entry script", ["manage.py"]))
    (tmp_path / "shop" / "wsgi.py").touch()
    assert fix("shop/settings/base.py") == snapshot(
        (
            "postpone it in the entry script; in shop/wsgi.py call gc.disable() first, gc.freeze() and gc.enable() "
            "last, which is enough for gunicorn",
            ["manage.py"],
        )
    )
    (tmp_path / "shop" / "asgi.py").touch()
    assert fix("shop/settings/base.py", entry="-m shop") == snapshot(
        (
            "postpone it in the settings, as the entry script is not your project's; in shop/wsgi.py and shop/asgi.py "
            "call gc.disable() first, gc.freeze() and gc.enable() last, which is enough for gunicorn",
            ["shop/settings/base.py"],
        )
    )
    assert fix("site/theirs.py", entry="/usr/bin/celery", settings="theirs") == snapshot(
        ("call postpone_collection() of django_startup.collector before Django is set up", [])
    )
    (tmp_path / "wsgi.py").touch()
    assert fix("web/urls.py", settings="theirs")[0].startswith("postpone it in the entry script; in wsgi.py call ")


def test_failed_imports_that_take_no_time_are_no_fix(tmp_path: Path) -> None:
    rows = (FailedImports("shop", "shop.py", 1, 2000, ("x",), 400_000),)
    assert advise(tmp_path, {"shop.py": ""}, {}, failed_imports=rows).told == []


def nearly(found: Advised) -> list[tuple[str, int, str, list[str]]]:
    return [
        (fix.subject, fix.saving_ns // MS, fix.text, [f"{door.line} {door.statement}" for door in fix.doors])
        for fix in found.advice.nearly
    ]


@pytest.mark.parametrize(
    ("text", "advice", "line"),
    [
        ("BOLD = lib.Font()\n" + USE.format("BOLD, lib"), "make it in the functions that use it", "BOLD = lib.Font()"),
        ("lib.key = 3\n" + USE.format("lib"), "set it in the functions that use it", "lib.key = 3"),
        ("KEY: int = lib.KEY\n" + USE.format("KEY"), "make it in the functions that use it", "KEY: int = lib.KEY"),
        (
            "A: int = lib.A('hunter2', key=b'hunter2', url=f'https://{1:>2}:hunter2@host', n=3)\n" + USE.format("A"),
            "make it in the functions that use it",
            "A: int = lib.A('…', key='…', url='…', n=3)",
        ),
        ("def use(x=lib.X):\n    pass\n", "make the default None, and set it inside the function", "def use(x=lib.X):"),
        (
            "class A:\n    def use(self, x=lib.X):\n        pass\n",
            "make the default None, and set it inside the function",
            "def use(self, x=lib.X):",
        ),
        ("", "delete it, unless something needs what importing it does", "import lib"),
    ],
)
def test_what_one_line_keeps(tmp_path: Path, text: str, advice: str, line: str) -> None:
    found = advise(tmp_path, {"shop.py": f"import lib\n{text}", "site/lib.py": ""}, {"lib": 100})
    ((subject, saving_ms, said, lines),) = nearly(found)
    assert (subject, saving_ms, said.partition(", then ")[0]) == ("lib", 100, advice)
    assert [each.partition(" ")[2] for each in lines] == [line, "import lib"][: 2 if text else 1]
    assert found.fixes == ()
    assert found.advice.rest == ()


@pytest.mark.parametrize(
    ("own_ms", "more"),
    [(0, ""), (40, "; that line is also part of the 0.040 s that its file's own code takes")],
    ids=["nothing to speak of", "more"],
)
def test_a_line_that_makes_something_takes_time_itself(tmp_path: Path, own_ms: int, more: str) -> None:
    files = {"shop.py": "import lib\nBOLD = lib.Font()\n" + USE.format("BOLD, lib"), "site/lib.py": ""}
    ((_, saving_ms, said, _),) = nearly(advise(tmp_path, files, {"lib": 100, "shop": own_ms}))
    assert (saving_ms, said) == (
        100,
        f"make it in the functions that use it, then import it in the functions that use it{more}",
    )


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="annotations are evaluated when somebody asks for them")
def test_an_annotation_keeps_it(tmp_path: Path) -> None:
    files = {
        "shop.py": "import lib\ndef use(x: lib.X) -> None:\n    pass\n",
        "views.py": moving("lib"),
        "site/lib.py": "",
    }
    assert nearly(advise(tmp_path, files, {"lib": 100})) == snapshot(
        [
            (
                "lib",
                100,
                "quote the annotation, then import it under TYPE_CHECKING",
                ["2 def use(x: lib.X) -> None:", "1 import lib", "1 import lib"],
            )
        ]
    )


@pytest.mark.parametrize(
    "text",
    [
        "lib.register()\n",
        "A = lib.A()\nB = lib.B()\n" + USE.format("A, B"),
        "A, B = lib.A()\n" + USE.format("A, B"),
        "A = lib.A()\nB = A + 1\n" + USE.format("A"),
        "A = lib.A()\n",
        "A = lib.A()\n__all__ = ['A']\n" + USE.format("A"),
        "def use(x=lib.X): return lib.y\nA = lib.A\n",
        "class A(lib.A): pass\n",
        "@lib.hook\ndef use(): pass\n",
        "for x in lib.all: pass\n",
    ],
)
def test_what_is_kept_by_more_than_a_line(tmp_path: Path, text: str) -> None:
    found = advise(tmp_path, {"shop.py": f"import lib\n{text}", "site/lib.py": ""}, {"lib": 100})
    assert found.advice.nearly == ()
    assert found.advice.rest[0] == "1 other import costs 1 % or more and must stay: 1 used while its file is imported."


def test_what_others_read_or_register_is_not_nearly_movable(tmp_path: Path) -> None:
    made = "import lib\nBOLD = lib.Font()\n" + USE.format("BOLD")
    files = {"shop.py": made, "views.py": "from shop import BOLD\nBOLD.x\n", "site/lib.py": ""}
    assert advise(tmp_path, files, {"lib": 100}).advice.nearly == ()
    registries = Registries(models=(RegistryEntry("lib.Model", "lib", "lib"),))
    found = advise(tmp_path, {"shop.py": made, "site/lib.py": ""}, {"lib": 100}, registries=registries)
    assert found.advice.nearly == ()
    files = {"__init__.py": "import lib\n", "site/lib.py": ""}
    assert advise(tmp_path, files, {"lib": 100}).advice.nearly == ()


def test_nearly_counts_on_top_of_the_fixes(tmp_path: Path) -> None:
    files = {
        "shop.py": "import lib, other\nlib.key = 3\n" + USE.format("other, lib"),
        "views.py": "import prices\nprices.key = 3\n" + USE.format("prices"),
        "prices.py": "",
        "site/lib.py": "import shared\n",
        "site/other.py": "import shared\n",
        "site/shared.py": "",
    }
    found = advise(tmp_path, files, {"lib": 100, "other": 50, "shared": 30, "prices": 40})
    assert found.told == [("slow", "prices", 40)]
    assert [told(fix) for fix in found.advice.nearly] == [("nearly", "lib", 180)]


def test_why_the_rest_stays(tmp_path: Path) -> None:
    files = {
        "shop.py": "import base\nimport lib\nclass A(lib.A): pass\nbase.A()\nbase.B()\n",
        "site/lib.py": "",
        "site/base.py": "",
    }
    found = advise(tmp_path, files, {"lib": 100, "base": 200})
    assert (found.fixes, found.advice.nearly) == ((), ())
    assert found.advice.rest == snapshot(
        (
            "2 other imports cost 1 % or more and must stay: 2 used while its file is imported.",
            "The largest costs 0.200 s, shop.py:1  import base  (used at import: a call, line 4).",
        )
    )


def test_what_several_lines_bring_in_and_none_of_them_keeps(tmp_path: Path) -> None:
    files = {
        "shop.py": moving("views", "lib"),
        "views.py": "import lib\nviews = 1\n" + USE.format("lib"),
        "site/lib.py": "import lib_part\n",
        "site/lib_part.py": "",
    }
    costs = {"lib": 100, "lib_part": 50}
    path = Change("lib_part", "sys", "sys.path")
    assert advise(tmp_path, files, costs, changes=(path,)).advice.rest == snapshot(
        (
            "lib costs 0.150 s, and the 2 lines that bring it in could move, but lib_part changes sys.path. "
            "See --why lib and --what-if lib.",
        )
    )
    assert advise(tmp_path, files, costs).told == [("defer", "lib", 150)]
    files |= {"shop.py": "import views\nviews.x\n" + moving("lib"), "views.py": "import lib\nlib.x()\n"}
    found = advise(tmp_path, files, costs, changes=(path,))
    assert not any("could move" in sentence for sentence in found.advice.rest)


def test_a_line_that_stays_in_a_file_that_cannot_be_read() -> None:
    verdict = SimpleNamespace(kind=Reason.NO_SOURCE, statement="", reason="unknown: its source file was not found")
    inquiry: Any = SimpleNamespace(verdicts=SimpleNamespace(of=lambda statement: verdict))
    (_, largest) = staying.sentences(inquiry, {Statement("__main__", "site.pyz/__main__.py", 6, False): 0})
    assert largest == snapshot(
        "The largest costs 0.000 s, site.pyz/__main__.py:6  (unknown: its source file was not found)."
    )


def test_five_that_are_nearly_movable_are_enough(tmp_path: Path) -> None:
    names = [f"lib{number}" for number in range(7)]
    files = {f"shop{name}.py": f"import {name}\n{name}.key = 3\n{USE.format(name)}" for name in names}
    files |= {f"site/{name}.py": "" for name in names}
    found = advise(tmp_path, files, {name: 20 + at for at, name in enumerate(names)})
    assert [fix.saving_ns // MS for fix in found.advice.nearly] == [26, 25, 24, 23, 22]
    assert found.advice.rest[0].startswith("2 other imports")


def test_with_nothing_to_change_it_says_so(tmp_path: Path) -> None:
    found = advise(tmp_path, {"shop.py": "import lib\n", "site/lib.py": ""}, {"lib": 9})
    assert [told(fix) for fix in found.fixes] == []
    assert found.advice == Advice(rest=("No import of your project brings in 1 % of the boot.",))
