"""Who reads the names of an import by a star import, or in a file that is run in the same namespace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.readers import BASE, SERVICES, SETTINGS, readers


def test_star_imports_one_after_the_other(tmp_path: Path) -> None:
    assert readers(tmp_path, SETTINGS, of=BASE, names="heavylib") == ["proj/settings/local.py:2 heavylib star import"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def f():\n    return heavylib\n", 3),
        ("heavylib = heavylib or 1\n", 2),
        ("heavylib = [\n    *heavylib,\n]\n", 3),
        ("heavylib += 1\n", 2),
        ("try:\n    heavylib\nexcept NameError:\n    heavylib = None\n", 3),
        ("class A:\n    x = heavylib\n", 3),
        ("heavylib = 1\nprint(heavylib)\n", 0),
        ("def f(heavylib):\n    return heavylib\n", 0),
        ("def f():\n    heavylib = 1\n    return heavylib\n", 0),
        ("import heavylib\nheavylib.x\n", 0),
        ("heavylib: int = 1\ndef f():\n    return heavylib\n", 0),
        ("[heavylib for heavylib in x]\n", 0),
    ],
)
def test_names_of_a_star_import(tmp_path: Path, text: str, line: int) -> None:
    files = SETTINGS | {"proj/settings/local.py": f"from .dev import *\n{text}"}
    expected = [f"proj/settings/local.py:{line} heavylib star import"] if line else []
    assert readers(tmp_path, files, of=BASE, names="heavylib") == expected


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("__all__ = ['X']\n", False),
        ("__all__ = ['X', 'heavylib']\n", True),
        ("__all__ = []\n__all__ += ['heavylib']\n", True),
        ("__all__ = [*other.__all__]\n", True),
        ("__all__ = [name for name in dir()]\n", True),
        ("heavylib = 3\n", False),
    ],
)
def test_what_a_star_import_passes_on(tmp_path: Path, text: str, passes: bool) -> None:
    files = SETTINGS | {"proj/settings/dev.py": f"from .base import *\n{text}"}
    found = readers(tmp_path, files, of=BASE, names="heavylib")
    assert ("proj/settings/local.py:2 heavylib star import" in found) is passes


def test_star_imports_leave_out_private_names(tmp_path: Path) -> None:
    files = SETTINGS | {"proj/settings/local.py": "from .dev import *\n_key\n"}
    assert readers(tmp_path, files, of=BASE, names="_key") == []
    files |= {BASE: SETTINGS[BASE] + "__all__ = ['_key']\n", "proj/settings/local.py": "from .base import *\n_key\n"}
    assert readers(tmp_path, files, of=BASE, names="_key") == ["proj/settings/local.py:2 _key star import"]


def test_names_behind_star_imports(tmp_path: Path) -> None:
    files = SETTINGS | {
        "proj/settings/local.py": "from .dev import *\n",
        "a.py": "from proj.settings.dev import heavylib\n",
        "b.py": "from proj.settings import local\nlocal.heavylib.x\n",
        "c.py": "patch('proj.settings.heavylib')\n",
        "d.py": "from proj.settings import dev\ngetattr(dev, name)\n",
    }
    assert readers(tmp_path, files, of=BASE, names="heavylib") == [
        "a.py:1 heavylib import",
        "b.py:2 heavylib attribute",
        "c.py:1 heavylib patch",
        "d.py:2 heavylib any",
    ]


def test_star_imports_in_a_circle(tmp_path: Path) -> None:
    files = {"shop/services.py": f"from .api import *\n{SERVICES}", "shop/api.py": "from .services import *\nload()\n"}
    assert readers(tmp_path, files) == ["shop/api.py:2 load star import"]


@pytest.mark.parametrize(
    "text",
    [
        "from split_settings.tools import include\ninclude('base.py', 'local.py')\n",
        "include('*.py')\n",
        "include('./base.py', optional('local.py'))\n",
        "import os\nexec(open(os.path.join(HERE, 'base.py')).read())\nexec(open(HERE / 'local.py').read())\n",
        "for name in ('settings/base.py', 'settings/local.py'):\n    exec(open(name).read(), globals())\n",
        "from .base import *\nexec(open(f'{HERE}/local.py').read())\n",
    ],
)
def test_files_that_are_run_in_one_namespace(tmp_path: Path, text: str) -> None:
    files = {BASE: SETTINGS[BASE], "proj/settings/__init__.py": text, "proj/settings/local.py": "x = heavylib.X\n"}
    found = readers(tmp_path, files, of=BASE, names="heavylib")
    assert found == ["proj/settings/local.py:1 heavylib namespace"]


def test_a_file_that_is_run_by_itself(tmp_path: Path) -> None:
    files = {"setup.py": "about = {}\nexec(open('shop/services.py').read(), about)\nabout['load']\n"}
    assert readers(tmp_path, files) == []


def test_files_that_are_run_only_in_a_text(tmp_path: Path) -> None:
    text = "x = \"exec(open('base.py').read())\"\nheavylib\n"
    assert readers(tmp_path, {BASE: SETTINGS[BASE], "proj/settings/other.py": text}, of=BASE, names="heavylib") == []


def test_many_files_that_run_each_other(tmp_path: Path) -> None:
    files = {f"conf/{number}.py": "include('*.py')\nheavylib\n" for number in range(40)}
    found = readers(tmp_path, files | {"conf/base.py": "import heavylib\n"}, of="conf/base.py", names="heavylib")
    assert len(found) == 40
