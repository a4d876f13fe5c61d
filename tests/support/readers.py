"""Small projects in which others read what shop/services.py imports."""

from __future__ import annotations

from pathlib import Path

from django_startup.imports.readers.file_facts import FileFacts
from django_startup.imports.readers.module_files import ModuleFiles
from django_startup.imports.readers.project_files import find_files
from django_startup.imports.readers.search import Readers

SERVICES = "import heavylib\nfrom heavylib import load\n"
SETTINGS = {
    "proj/settings/base.py": "import heavylib\nfrom heavylib import TIMEOUT, _key\n",
    "proj/settings/dev.py": "from .base import *\n",
    "proj/settings/local.py": "from .dev import *\nRELEASE = heavylib.VALUE\n",
    "proj/settings/__init__.py": "from .local import *\n",
}
BASE = "proj/settings/base.py"


def write(project: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        package = path.parent
        while package != project and name.startswith("shop"):
            (package / "__init__.py").touch()
            package = package.parent


def readers(
    project: Path,
    files: dict[str, str],
    *,
    of: str = "shop/services.py",
    names: str = "heavylib load",
    loaded: dict[str, str] | None = None,
    settings: str | None = None,
) -> list[str]:
    """Who reads the names, as FILE:LINE NAME HOW."""
    write(project, {"shop/services.py": SERVICES} | files)
    found = find_files([str(project)])
    modules = [(name, str(project / file)) for name, file in (loaded or {}).items()]
    every = Readers(
        FileFacts(found),
        ModuleFiles(found, modules, [str(project)]),
        str(project / settings) if settings else None,
    )
    return [
        f"{reader.file.removeprefix(f'{project}/')}:{reader.line} {reader.name} {reader.how}"
        for reader in every.of(str(project / of), names.split())
    ]
