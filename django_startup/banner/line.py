"""Turns the recording of a start into the banner, and adds it to the history."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.conf import settings

from django_startup.banner.distributed import Groups, distribution_names, loaded_files, package_directories
from django_startup.banner.history import add_start, history_path, read_history, write_history
from django_startup.banner.start import make_start
from django_startup.banner.start_change import compare_starts
from django_startup.banner.startup_recorder import RecordedStart
from django_startup.banner.text import banner


def banner_line(recorded: RecordedStart) -> str:
    """The banner; this start becomes the last one."""
    files = loaded_files(recorded.modules)
    settings_module = str(getattr(settings, "SETTINGS_MODULE", None) or "")
    entry = os.path.abspath(sys.argv[0])
    path = history_path(files.get(settings_module) or entry, sys.prefix)
    history = read_history(path)
    groups = Groups(files, package_directories(sys.path), settings_module)
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
    return banner(start, change, writes_bytecode=not sys.dont_write_bytecode)


def is_complete() -> bool:
    """
    Whether the URLconf is loaded. Without system checks the server starts while the reloader still imports it, and what
    is loaded by then varies.
    """
    module: Any = sys.modules.get(getattr(settings, "ROOT_URLCONF", ""))
    return module is not None and not getattr(getattr(module, "__spec__", None), "_initializing", False)


def shortened(file: str) -> str:
    """A file of the project from the working directory, or else from the entry script's directory."""
    for directory in (os.getcwd(), os.path.dirname(os.path.abspath(sys.argv[0]))):
        if file.startswith(directory + os.sep):
            return file.removeprefix(directory + os.sep)
    return file
