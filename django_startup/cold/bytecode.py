"""Bytecode in a directory of its own (PYTHONPYCACHEPREFIX), so that none beside the sources is seen or changed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from django_startup.exceptions import BootError
from django_startup.measure.observations import LoadedModule
from django_startup.measure.target import BootTarget
from django_startup.text import SITE_DIRECTORIES

PREFIX, NOT_WRITING = "PYTHONPYCACHEPREFIX", "PYTHONDONTWRITEBYTECODE"
CHECKED, UNCHECKED = "timestamp", "unchecked-hash"


def with_bytecode_in(target: BootTarget, directory: Path, *, writing: bool | None = None) -> BootTarget:
    """target with its bytecode in directory; writing: whether it writes any, where that is not the environment's."""
    environment = {**(os.environ if target.environment is None else target.environment), PREFIX: str(directory)}
    if writing is not None:
        environment[NOT_WRITING] = "" if writing else "1"
    return replace(target, environment=environment)


def sources_of(modules: Iterable[LoadedModule]) -> tuple[str, ...]:
    """The source files that modules were loaded from."""
    return tuple(dict.fromkeys(module.file for module in modules if module.file.endswith(".py")))


def installed(sources: Iterable[str]) -> tuple[str, ...]:
    """Those in site-packages: what an installer like uv compiles with UV_COMPILE_BYTECODE=1."""
    return tuple(source for source in sources if not {*SITE_DIRECTORIES}.isdisjoint(Path(source).parts))


def beside(sources: Iterable[str]) -> Iterator[str]:
    """The bytecode files of sources, as this process would look for them."""
    return map(importlib.util.cache_from_source, sources)


def inside(directory: Path) -> Iterator[str]:
    """All that is in a directory and those below."""
    return (str(path) for path in directory.rglob("*"))


def compile_all(sources: Iterable[str], directory: Path, mode: str) -> None:
    """
    Have Python's compileall write the bytecode of sources into directory, as an image is built with it.

    Sources that cannot be compiled are left out, as compileall does. Raises BootError where it cannot be run.
    """
    command = [sys.executable, "-B", "-X", f"pycache_prefix={directory}", "-m", "compileall", "-q", "-i", "-"]
    try:
        subprocess.run(
            [*command, "-o", str(sys.flags.optimize), "--invalidation-mode", mode],
            input="\n".join(sources).encode("utf-8", "surrogateescape"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError as error:  # a limit of this shell
        raise BootError(f"python -m compileall cannot be run: {error.strerror or error}.") from error
