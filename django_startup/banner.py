"""From what was recorded of a start to the lines about it, and into the history."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from django_startup.analysis.distributed import Groups, distribution_names, loaded_files, package_folders
from django_startup.analysis.paths import is_inside
from django_startup.analysis.start import make_start
from django_startup.analysis.start_change import compare_starts
from django_startup.armed import RecordedStart
from django_startup.conf import find_pyproject, read_pyproject
from django_startup.durations import parse_duration
from django_startup.exceptions import UsageError
from django_startup.history import add_start, history_path, read_history, write_history
from django_startup.reports.banner import banner, over_budget


def banner_lines(recorded: RecordedStart) -> list[str]:
    """The banner, the budget that is broken, if any; this start becomes the last one."""
    files = loaded_files(recorded.modules)
    settings_module = str(getattr(settings, "SETTINGS_MODULE", None) or "")
    entry = os.path.abspath(sys.argv[0])  # noqa: PTH100 a path that need not exist
    path = history_path(files.get(settings_module) or entry, sys.prefix)
    history = read_history(path)
    groups = Groups(files, package_folders(sys.path), settings_module)
    names = {group: name for group, name in history.names.items() if group in groups.loaded}
    unknown = groups.loaded - names.keys()
    if unknown:
        names |= distribution_names(sorted(unknown), files, sys.path)
    start = make_start(recorded, groups, names, shortened)
    change = None
    if is_complete():
        if history.last is not None and history.times_ns:
            change = compare_starts(start, history.last, history.times_ns)
        write_history(path, add_start(history, start, names))
    lines = [banner(start, change, writes_bytecode=not sys.dont_write_bytecode)]
    return lines + budget_lines(start.time_ns + start.compiled_ns)


def is_complete() -> bool:
    """
    Whether the URLconf is there. Without system checks the server starts while the reloader still imports it, and what
    is there by then is chance.
    """
    module: Any = sys.modules.get(getattr(settings, "ROOT_URLCONF", ""))
    return module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def shortened(file: str) -> str:
    """A file of the project from the working directory, or else from the entry script's folder."""
    for folder in (os.getcwd(), os.path.dirname(os.path.abspath(sys.argv[0]))):  # noqa: PTH100, PTH109, PTH120
        if is_inside(file, folder):
            return file.removeprefix(folder).lstrip(os.sep)
    return file


def budget_lines(time_ns: int) -> list[str]:
    """What [tool.django-startup.budget] max says about a start, if there is one."""
    try:
        path = find_pyproject(Path.cwd())
        if path is None or b"django-startup" not in path.read_bytes():
            return []
        limit = (read_pyproject(path).budget or {}).get("max")
        fail_ns, warn_ns = limits(limit) if limit is not None else (None, None)
    except OSError:
        return []
    except UsageError as error:
        return [str(error)]
    line = over_budget(time_ns, fail_ns, warn_ns, path.name)
    return [line] if line else []


def limits(value: Any) -> tuple[int | None, int | None]:
    """What fails and what warns, in max = "3s" or max = { warn = "2s", fail = "3s" }. Raises UsageError."""
    table = value if isinstance(value, dict) else {"fail": value}
    return limit(table, "fail"), limit(table, "warn")


def limit(table: dict[str, Any], level: str) -> int | None:
    value = table.get(level)
    return None if value is None else parse_duration(str(value), f"[tool.django-startup.budget] max {level}")
