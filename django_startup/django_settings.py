"""settings.DJANGO_STARTUP: what is usable of it, and what is wrong with the rest."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.conf import settings

VARIABLE = "DJANGO_STARTUP_BANNER"
WORDS = {"0": False, "false": False, "no": False, "off": False, "1": True, "true": True, "yes": True, "on": True}
NAME = "DJANGO_STARTUP"
KEYS = ("BANNER", "LATE_IMPORTS")
LATE_KEYS = ("THRESHOLD", "LOG")


class LateImports(NamedTuple):
    """From how long on imports during a request are reported, in nanoseconds, and the file that collects them."""

    threshold_ns: int = 50_000_000
    log: str | None = None


class DjangoSettings(NamedTuple):
    """DJANGO_STARTUP, with the default for whatever is not given or not usable."""

    banner: bool = True
    late_imports: LateImports = LateImports()


class Problem(NamedTuple):
    """Something in DJANGO_STARTUP that cannot be used, with the id of the system check that says so."""

    id: str
    text: str
    hint: str


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
    return DjangoSettings(banner if isinstance(banner, bool) else True, late_imports)


def banner_enabled() -> bool:
    """Whether runserver is to print the banner: DJANGO_STARTUP_BANNER in the environment says so first."""
    wanted = WORDS.get(os.environ.get(VARIABLE, "").strip().lower())
    return read_django_settings().banner if wanted is None else wanted


def problems() -> Iterator[Problem]:
    """What is wrong with DJANGO_STARTUP, for the system checks."""
    value = getattr(settings, NAME, {})
    if not isinstance(value, dict):
        yield Problem("E001", f"{NAME} must be a dictionary, not {value!r}.", f'Write {NAME} = {{"BANNER": False}}.')
        return
    yield from unknown_keys(value, KEYS, NAME)
    banner = value.get("BANNER", True)
    if not isinstance(banner, bool):
        yield Problem("E003", f'{NAME}["BANNER"] must be True or False, not {banner!r}.', "It is on by default.")
    late = value.get("LATE_IMPORTS", {})
    where = f'{NAME}["LATE_IMPORTS"]'
    if not isinstance(late, dict):
        yield Problem("E004", f"{where} must be a dictionary, not {late!r}.", f"Known are {' and '.join(LATE_KEYS)}.")
        return
    yield from unknown_keys(late, LATE_KEYS, where)
    threshold, log = late.get("THRESHOLD"), late.get("LOG")
    if threshold is not None and read_threshold(threshold) is None:
        text = f'{where}["THRESHOLD"]: {threshold!r} is not a duration.'
        yield Problem("E005", text, 'Write it with its unit, such as "50ms" or "1.5s".')
    if log is not None and read_path(log) is None:
        yield Problem("E006", f'{where}["LOG"]: {log!r} is not a path.', "Give the path of a file to append to.")


def unknown_keys(table: dict[Any, Any], known: Iterable[str], where: str) -> Iterator[Problem]:
    for key in table:
        if key not in known:
            yield Problem("E002", f"{where} has an unknown key {key!r}.", f"Known are {' and '.join(known)}.")


def read_threshold(value: Any) -> int | None:
    """Nanoseconds from a text such as 50ms; None for anything else."""
    from django_startup.durations import parse_duration
    from django_startup.exceptions import UsageError

    if not isinstance(value, str):
        return None
    try:
        return parse_duration(value, "THRESHOLD")
    except UsageError:
        return None


def read_path(value: Any) -> str | None:
    """A path as text; None for anything else."""
    return os.fsdecode(value) if isinstance(value, (str, os.PathLike)) and value != "" else None
