"""What packages could do: which line of theirs to report upstream."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from inline_snapshot import snapshot

from django_startup.imports.graph import Statement
from django_startup.imports.upstream import stands_in_block
from django_startup.profile.effects import Ran, RanFunction, Registries, RegistryEntry
from django_startup.profile.owners import Owner, OwnerKind
from tests.support.advice import USE, advise, moving, told


def test_what_packages_could_do(tmp_path: Path) -> None:
    files = {
        "shop.py": "import hyperkitty\nclass A(hyperkitty.A): pass\n",
        "site/hyperkitty/__init__.py": "from hyperkitty import lib\nimport needed\nneeded.x()\n",
        "site/hyperkitty/lib.py": moving("networkx", "scipy", "quick", "json5"),
        "site/networkx.py": "",
        "site/needed.py": "",
        "site/scipy.py": "",
        "site/quick.py": "",
        "json5.py": "",
    }
    costs = {"networkx": 166, "scipy": 80, "hyperkitty": 50, "hyperkitty.lib": 30, "quick": 1, "json5": 20}
    costs["needed"] = 70
    found = advise(tmp_path, files, costs)
    assert [
        (*told(fix), fix.text, [(door.file, door.line, door.reason) for door in fix.doors])
        for fix in found.advice.upstream
    ] == snapshot(
        [
            (
                "upstream",
                "networkx",
                166,
                "imported by hyperkitty",
                [("site/hyperkitty/lib.py", 1, "used only in use()")],
            ),
            ("upstream", "scipy", 80, "imported by hyperkitty", [("site/hyperkitty/lib.py", 2, "used only in use()")]),
        ]
    )


def test_what_packages_make_of_an_import_for_their_functions(tmp_path: Path) -> None:
    engine = "import inflect\n_ENGINE = inflect.engine('x')\n"
    files = {
        "site/words.py": f"{engine}def plural(word):\n    return _ENGINE.plural(word)\n",
        "site/bases.py": "import pandas\nclass Table(pandas.Table):\n    pass\n",
        "site/inflect.py": "",
        "site/pandas.py": "",
    }
    found = advise(tmp_path, files, {"inflect": 90, "pandas": 80})
    assert [(*told(fix), [door.reason for door in fix.doors]) for fix in found.advice.upstream] == snapshot(
        [
            (
                "upstream",
                "inflect",
                90,
                ["used at import only for what functions use: _ENGINE = inflect.engine('…'), line 2"],
            )
        ]
    )
    files["site/words.py"] = f"{engine}_ENGINE.plural('x')\n"
    assert advise(tmp_path / "at-once", files, {"inflect": 90, "pandas": 80}).advice.upstream == ()


def test_no_more_than_anybody_reports(tmp_path: Path) -> None:
    names = [f"lib{number}" for number in range(5)]
    files = {"site/big.py": moving(*names)} | {f"site/{name}.py": "" for name in names}
    registries = Registries(models=(RegistryEntry("lib0.Model", "lib0", "lib0"),))
    found = advise(tmp_path, files, {name: 20 + at for at, name in enumerate(names)}, registries=registries)
    assert [told(fix) for fix in found.advice.upstream] == [
        ("upstream", "lib4", 24),
        ("upstream", "lib3", 23),
        ("upstream", "lib2", 22),
    ]


def test_a_module_that_c_code_made_keeps_no_package_in(tmp_path: Path) -> None:
    files = {"shop.py": moving("pandas"), "site/pandas/__init__.py": "", "site/pandas/made.py": ""}
    found = advise(tmp_path, files, {"pandas": 100})
    made = Owner(OwnerKind.PACKAGE, "pandas")
    modules = [
        replace(module, phase="", owner=made) if module.name == "pandas.made" else module
        for module in found.profile.modules
    ]
    found = advise(tmp_path, files, {"pandas": 100}, modules=tuple(modules))
    assert found.told == [("defer", "pandas", 100)]


def test_what_is_made_for_a_function_that_runs_at_start_stays(tmp_path: Path) -> None:
    files = {"shop.py": "import lib\nBOLD = lib.Font()\n" + USE.format("BOLD"), "site/lib.py": ""}
    assert len(advise(tmp_path, files, {"lib": 100}).advice.nearly) == 1
    ran = Ran("", (RanFunction("shop.py", "use", 3, (4,), "manage.py:1"),))
    assert advise(tmp_path, files, {"lib": 100}, ran=ran).advice.nearly == ()


def test_an_optional_import_of_a_package_is_to_be_reported(tmp_path: Path) -> None:
    files = {
        "site/bs4.py": "try:\n    import soupsieve\nexcept ImportError:\n    soupsieve = None\n",
        "site/soupsieve.py": "",
    }
    (fix,) = advise(tmp_path, files, {"soupsieve": 50}).advice.upstream
    assert (fix.subject, fix.doors[0].reason) == (
        "soupsieve",
        "inside try, line 1, which may handle a failed import",
    )


def test_an_optional_part_of_a_package_is_to_be_reported_for_the_packages_that_it_brings_in(tmp_path: Path) -> None:
    """As httpx imports its command line, whose five lines with rich are none alone."""
    files = {
        "shop.py": "import httpx\nclass A(httpx.A): pass\n",
        "site/httpx/__init__.py": "try:\n    from httpx import main\nexcept ImportError:\n    main = None\n",
        "site/httpx/main.py": "import rich\nfrom rich import table\nimport click\nrich.x(click)\n",
        "site/rich/__init__.py": "",
        "site/rich/table.py": "",
        "site/click.py": "",
    }
    costs = {"httpx": 20, "rich": 20, "rich.table": 30, "click": 10}
    (fix,) = advise(tmp_path, files, costs).advice.upstream
    assert (*told(fix), fix.text) == ("upstream", "rich", 60, "imported by httpx")
    assert [(door.file, door.line) for door in fix.doors] == [("site/httpx/__init__.py", 2)]
    assert advise(tmp_path, files, {"httpx": 20, "httpx.main": 60}).advice.upstream == ()
    assert advise(tmp_path, files | {"site/httpx/__init__.py": "from httpx import main\n"}, costs).advice.upstream == ()


def test_of_a_file_that_cannot_be_read_no_line_is_optional(tmp_path: Path) -> None:
    inquiry: Any = SimpleNamespace(doors=SimpleNamespace(directory=tmp_path))
    assert not stands_in_block(inquiry, Statement("httpx", "httpx/__init__.pyc", 16, False))
