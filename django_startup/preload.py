"""
Imports modules before the first request instead of during one, and resolves the URLconf.

The hooks are named like those of the servers. They import what settings.DJANGO_STARTUP["PRELOAD"] lists.
"""

from __future__ import annotations

import functools
import logging
import os
import time
import traceback
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

from django_startup.serving.names_file import read_names
from django_startup.text import printable, relative_file, short_file

__all__ = ["post_worker_init", "preload", "when_ready", "worker_init", "worker_process_init"]
logger = logging.getLogger("django_startup")


def preload(*names: str | os.PathLike[str], urlconf: bool = True) -> None:
    """
    Import modules by their dotted names, those listed in files by the files' paths, and resolve the URLconf.

    Without names, those in settings.DJANGO_STARTUP["PRELOAD"]. A string is a path if it has a separator or such a file
    exists; the file has one name a line, # begins a comment. Modules that cannot be imported are logged. Raises
    ImproperlyConfigured if the setting cannot be used.
    """
    begun = time.perf_counter()
    import django
    from django.apps import apps

    if not apps.loading:
        django.setup()
    modules = listed(names or configured())
    count = sum(attempt(f"{name} cannot be preloaded", import_module, name) for name in modules)
    if urlconf:
        from django_startup.probe.target import walk_urls

        attempt("The URLconf cannot be resolved", walk_urls)
    logger.info("Preloaded %d of %d modules in %.3f s.", count, len(modules), time.perf_counter() - begun)


def post_worker_init(worker: Any) -> None:
    """For gunicorn: in each worker that has loaded the application."""
    preload_once()


def when_ready(server: Any) -> None:
    """For gunicorn: before the first worker is forked, if the application is loaded there (preload_app)."""
    if server.cfg.preload_app:
        preload_once()


def worker_process_init(**kwargs: Any) -> None:
    """For Celery's signal of that name: in each process of the pool."""
    preload_once()


def worker_init(**kwargs: Any) -> None:
    """For Celery's signal of that name: before the pool's processes are forked."""
    preload_once()


@functools.cache
def preload_once() -> None:
    """Preload what the settings list, unless this process, or the one that it was forked from, has done so."""
    preload()


def configured() -> tuple[str | os.PathLike[str], ...]:
    """settings.DJANGO_STARTUP["PRELOAD"], modules and paths. Raises ImproperlyConfigured."""
    from django_startup.settings import usable_settings

    return usable_settings("PRELOAD").preload


def listed(names: Iterable[str | os.PathLike[str]]) -> list[str]:
    """Each module once: those that are named, and those that the named files list."""
    from django_startup.files import read_file

    modules: dict[str, None] = {}
    for name in names:
        if isinstance(name, str) and not is_path(name):
            modules[name] = None
            continue
        try:
            text = read_file(Path(name)).decode("utf-8", "replace")
        except (OSError, ValueError) as error:
            logger.warning(
                "%s cannot be read, so its modules are not preloaded: %s.",
                printable(os.fsdecode(name)),
                getattr(error, "strerror", None) or error,
            )
        else:
            modules.update(dict.fromkeys(read_names(text)))
    return list(modules)


def is_path(name: str) -> bool:
    return os.sep in name or "/" in name or os.path.isfile(name)  # noqa: PTH113 Path.is_file() raises for some names


def attempt(failure: str, function: Callable[..., object], *arguments: str) -> bool:
    """Whether a call works. If not, one line is logged, and the worker goes on: all but Ctrl-C is caught."""
    try:
        function(*arguments)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        logger.warning("%s: %s", printable(failure), printable(describe(error)))
        return False
    return True


def describe(error: BaseException) -> str:
    """An exception in one line, with the line of code that raised it. Its class may have methods that raise."""
    try:
        text = " ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":")
    except BaseException:
        text = f"{type(error).__name__}, whose message cannot be read"
    try:
        return text + place_of(error)
    except BaseException:
        return text


def place_of(error: BaseException) -> str:
    frames = [(frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    places = [(file, line) for file, line in frames if "importlib" not in file and file != __file__]
    if not places:
        return ""
    file, line = places[-1]
    return f" ({relative_file(short_file(file), Path.cwd())}:{line})"
