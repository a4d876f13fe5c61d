"""settings.DJANGO_STARTUP: the values that can be used, and what is wrong with the others."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

VARIABLE = "DJANGO_STARTUP_BANNER"
WORDS = {"0": False, "false": False, "no": False, "off": False, "1": True, "true": True, "yes": True, "on": True}
NAME = "DJANGO_STARTUP"
KEYS = ("BANNER", "LATE_IMPORTS", "PRELOAD", "PYTEST")
LATE_KEYS = ("THRESHOLD", "LOG")


class LateImports(NamedTuple):
    """DJANGO_STARTUP["LATE_IMPORTS"]."""

    # A request that imports for longer is reported.
    threshold_ns: int = 50_000_000
    # The path of the file that collects the names.
    log: str | None = None


class DjangoSettings(NamedTuple):
    """DJANGO_STARTUP, with the default for whatever is not given or cannot be used."""

    banner: bool = True
    late_imports: LateImports = LateImports()
    # Modules, and the paths of files that list modules.
    preload: tuple[str | os.PathLike[str], ...] = ()


class Problem(NamedTuple):
    """Something in DJANGO_STARTUP that cannot be used."""

    # Of the system check that says so: "E001".
    id: str
    text: str
    hint: str
    # The key of DJANGO_STARTUP that it is about; "" for all of it.
    key: str = ""


def read_django_settings() -> DjangoSettings:
    """The settings as they are now, so that override_settings() counts. Never raises for what a user wrote."""
    value = getattr(settings, NAME, None)
    if not isinstance(value, dict):
        return DjangoSettings()
    banner = value.get("BANNER", True)
    late = value.get("LATE_IMPORTS")
    late_imports = LateImports()
    if isinstance(late, dict):
        threshold_ns, log = read_threshold(late.get("THRESHOLD")), read_path(late.get("LOG"))
        late_imports = LateImports(late_imports.threshold_ns if threshold_ns is None else threshold_ns, log)
    preload = read_names(value.get("PRELOAD", ())) or ()
    return DjangoSettings(banner if isinstance(banner, bool) else True, late_imports, preload)


def usable_settings(key: str) -> DjangoSettings:
    """The settings, of which those under key must be usable. Raises ImproperlyConfigured."""
    for problem in problems():
        if problem.key in (key, ""):
            raise ImproperlyConfigured(f"{problem.text} {problem.hint}")
    return read_django_settings()


def banner_enabled() -> bool:
    """Whether runserver prints the banner. DJANGO_STARTUP_BANNER in the environment overrides the setting."""
    wanted = WORDS.get(os.environ.get(VARIABLE, "").strip().lower())
    return read_django_settings().banner if wanted is None else wanted


def problems() -> Iterator[Problem]:
    """What is wrong with DJANGO_STARTUP, for the system checks."""
    value = getattr(settings, NAME, {})
    if not isinstance(value, dict):
        hint = f'For example: {NAME} = {{"BANNER": False}}.'
        yield Problem("E001", f"{NAME} must be a dictionary, not {value!r}.", hint)
        return
    yield from unknown_keys(value, KEYS, NAME)
    banner = value.get("BANNER", True)
    if not isinstance(banner, bool):
        text = f'{NAME}["BANNER"] must be True or False, not {banner!r}.'
        yield Problem("E003", text, "True, the default, prints the start-up banner.", "BANNER")
    preload = value.get("PRELOAD", ())
    if read_names(preload) is None:
        text = f'{NAME}["PRELOAD"] must be a list of modules and paths, not {preload!r}.'
        yield Problem("E007", text, 'For example: ["pandas", BASE_DIR / "late-imports.txt"].', "PRELOAD")
    line = value.get("PYTEST", False)
    if not isinstance(line, bool):
        text = f'{NAME}["PYTEST"] must be True or False, not {line!r}.'
        yield Problem("E008", text, "True prints a line at the end of each session of pytest.", "PYTEST")
    late = value.get("LATE_IMPORTS", {})
    where = f'{NAME}["LATE_IMPORTS"]'
    if not isinstance(late, dict):
        text = f"{where} must be a dictionary, not {late!r}."
        yield Problem("E004", text, f"Its keys are {listed(LATE_KEYS)}.", "LATE_IMPORTS")
        return
    yield from unknown_keys(late, LATE_KEYS, where, "LATE_IMPORTS")
    threshold, log = late.get("THRESHOLD"), late.get("LOG")
    if threshold is not None and read_threshold(threshold) is None:
        text = f'{where}["THRESHOLD"]: {threshold!r} is not a duration.'
        yield Problem("E005", text, 'Add a unit: "50ms" or "1.5s".', "LATE_IMPORTS")
    if log is not None and read_path(log) is None:
        text = f'{where}["LOG"]: {log!r} is not a path.'
        yield Problem("E006", text, "Give the path of the file that module names are added to.", "LATE_IMPORTS")


def unknown_keys(table: dict[Any, Any], known: Sequence[str], where: str, part: str = "BANNER") -> Iterator[Problem]:
    for key in table:
        if key not in known:
            yield Problem("E002", f"{where} has an unknown key {key!r}.", f"Its keys are {listed(known)}.", part)


def listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


def read_names(value: Any) -> tuple[str | os.PathLike[str], ...] | None:
    """Names and paths, one or a list of them; None for anything else."""
    values = (value,) if isinstance(value, (str, os.PathLike)) else value
    if not isinstance(values, (list, tuple)) or not all(isinstance(item, (str, os.PathLike)) for item in values):
        return None
    return tuple(values)


def read_threshold(value: Any) -> int | None:
    """Nanoseconds from a string such as 50ms; None for anything else."""
    from django_startup.exceptions import UsageError
    from django_startup.text import parse_duration

    if not isinstance(value, str):
        return None
    try:
        return parse_duration(value, "THRESHOLD")
    except UsageError:
        return None


def read_path(value: Any) -> str | None:
    """A path as a string; None for anything else."""
    if not isinstance(value, (str, os.PathLike)):
        return None
    path = os.fsdecode(value)
    return path if path and "\0" not in path else None
