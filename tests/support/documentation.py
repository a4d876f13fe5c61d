"""The scripts of docs/, which is no package."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from tests.support.evidence import BURN, install

DOCS = Path(__file__).parents[2] / "docs"

# What example_project imports of its packages when it starts.
STAND_INS = {
    "boto3": {"boto3/__init__.py": f"{BURN}import botocore.exceptions\n"},
    "botocore": {"botocore/__init__.py": BURN, "botocore/exceptions.py": "class ClientError(Exception): pass\n"},
    "openpyxl": {"openpyxl/__init__.py": BURN, "openpyxl/styles.py": "class Font: pass\n"},
    "pandas": {"pandas/__init__.py": BURN * 3},
    "stripe": {"stripe/__init__.py": BURN},
}


def stand_ins(tmp_path: Path) -> None:
    """Small packages of the names of those that example_project imports, in the directory site."""
    for name, files in STAND_INS.items():
        install(tmp_path, name, files)


def script(name: str) -> ModuleType:
    """One of them, as a module. They find each other where they lie."""
    spec = spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.path.insert(0, str(DOCS))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(DOCS))
    return module
