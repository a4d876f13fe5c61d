"""Verdicts on imports by which functions the boot really ran, however they were called."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.support.helpers import app_config, make_project, profile

pytestmark = pytest.mark.smoke
LINES = sys.version_info >= (3, 12)  # they are known, and so are callers

# Each module imports json.tool on its first line. The second part says how it is used; the third what calls it.
MODULES = {
    "key": ("codes = sorted('ba', key=lambda code: (tool.__name__, code))\n", ""),
    "mapped": ("def work(x):\n    return tool\nlist(map(work, [1]))\n", ""),
    "elsewhere": ("def supported():\n    return tool\n", "import billing.elsewhere as m; m.supported()"),
    "method": (
        "class Patch:\n    def apply(self):\n        return tool\n",
        "import billing.method as m; m.Patch().apply()",
    ),
    "getter": ("class A:\n    @property\n    def x(self):\n        return tool\nA().x\n", ""),
    "subclass": (
        "class Base:\n    def __init_subclass__(cls):\n        cls.x = tool\n",
        "import billing.subclass as m; type('B', (m.Base,), {})",
    ),
    "closure": ("def outer():\n    def inner():\n        return tool\n    return inner\nouter()()\n", ""),
}
LATER = {
    "wrapper": (
        "def safe(f):\n    def wrapper():\n        return tool, f()\n    return wrapper\n@safe\ndef view(): pass\n",
        "wrapper() in safe()",
    ),
    "main": ("def main():\n    return tool\nif __name__ == '__main__':\n    main()\n", "main()"),
    "never": ("class Refund:\n    def pay(self):\n        return tool\n", "Refund.pay()"),
}
CONDITIONAL = "def work(x):\n    if x:\n        return tool\n    return 1\nwork(0)\n"


@pytest.fixture(scope="module")
def reasons(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The verdict on the import in each module of a project, by the module's name."""
    texts = {name: text for name, (text, _) in {**MODULES, **LATER}.items()} | {"conditional": CONDITIONAL}
    calls = "; ".join(call for _, call in MODULES.values() if call)
    ready = f"import {', '.join(f'billing.{name}' for name in texts)}; {calls}"
    files = {f"{name}.py": f"from json import tool\n{text}" for name, text in texts.items()}
    project = make_project(
        tmp_path_factory.mktemp("ran"),
        apps={"billing": {"apps.py": app_config(ready), **files}},
        # A package of PyPI's: the doors of the standard library are not listed.
        files={"shop/site-packages/acme.py": ""},
    )
    for name in texts:
        path = project / f"billing/{name}.py"
        path.write_text(path.read_text().replace("from json import tool\n", "import acme as tool\n"))
    ran = profile(project, "-o", "boot.json", env={"PYTHONPATH": str(project / "shop/site-packages")})
    assert ran.returncode == 0, ran
    document = json.loads((project / "boot.json").read_text())
    (package,) = [row for row in document["packages"] if row["name"] == "acme"]
    return {Path(door["file"]).stem: door["reason"] for door in package["doors"]}


@pytest.mark.parametrize("name", MODULES)
def test_what_ran_is_used_at_start(name: str, reasons: dict[str, str]) -> None:
    assert reasons[name].startswith("used at start, in ")
    assert (", called by billing/" in reasons[name]) is LINES


@pytest.mark.parametrize("name", LATER)
def test_what_did_not_run_can_move(name: str, reasons: dict[str, str]) -> None:
    assert reasons[name] == f"used only in {LATER[name][1]}"


def test_a_line_that_did_not_run(reasons: dict[str, str]) -> None:
    assert reasons["conditional"] == ("used only in work(), line 4" if LINES else "used at start, in work()")
