"""
How things are written for people: names from a project, durations and sizes, the paths of files.

Everywhere else durations are integer nanoseconds and sizes bytes.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from django_startup.exceptions import UsageError

DURATIONS = {"ms": 1_000_000, "s": 1_000_000_000, "m": 60_000_000_000}
SIZES = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "kB": 10**3, "MB": 10**6, "GB": 10**9}
LARGEST = 1e18  # thirty years, an exabyte: what is exact in every format
MOST_DIGITS = 20
LONGEST_QUOTED = 60
QUANTITY = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]*)\s*")
SITE_DIRECTORIES = ("site-packages", "dist-packages")
IN_BRACKETS = re.compile(r"\(([^()]*)\)")
INSTALLED = re.compile(r"^.*[/\\](?:site-packages|dist-packages|python\d+\.\d+)[/\\]")


def printable(text: str) -> str:
    r"""text with control characters, escape sequences and lone surrogates written out (\x1b, \udc80)."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def format_duration(nanoseconds: int) -> str:
    """Seconds to the millisecond, from a hundred seconds on to the tenth: 0.412 s, 153.2 s."""
    seconds = nanoseconds / 1e9
    text = f"{seconds:.3f}" if abs(seconds) < 100 else f"{seconds:.1f}"
    return f"{text.removeprefix('-') if float(text) == 0 else text} s"


def parse_duration(text: str, what: str) -> int:
    """Nanoseconds from 3s, 2500ms, 1.5s or 1m; what names the value in errors. Raises UsageError."""
    return parse(text, what, DURATIONS, "a duration such as 3s, 2500ms or 1m")


def parse_size(text: str, what: str) -> int:
    """Bytes from 350MiB; what names the value in errors. Raises UsageError."""
    return parse(text, what, SIZES, "an amount of memory such as 350MiB")


def parse(text: str, what: str, units: dict[str, int], example: str) -> int:
    match = QUANTITY.fullmatch(text)
    if match is None or (match[2] and match[2] not in units):
        raise UsageError(f"{what}: {quoted(text)} is not {example}.")
    if not match[2]:
        raise UsageError(f"{what}: {quoted(text)} has no unit; write {example}.")
    value = float(match[1]) * units[match[2]]
    if value > LARGEST:
        raise UsageError(f"{what}: {quoted(text)} is too much.")
    return round(value)


def whole_number(text: str) -> int | None:
    """The number that text is in decimal digits, None where it is none. Of one that is too much only the beginning."""
    return int(text.lstrip("0")[:MOST_DIGITS] or 0) if text.isdecimal() else None


def quantity(count: int, noun: str) -> str:
    """A number of things: 1 import, 1,200 imports."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def quoted(value: object) -> str:
    """A value that somebody gave, for a message: in quotes, and not longer than a line."""
    text = repr(value)
    return text if len(text) <= LONGEST_QUOTED else f"{text[: LONGEST_QUOTED - 1]}…"


def relative_file(file: str, directory: Path) -> str:
    """A path inside directory relative to it; any other as it is."""
    return file.removeprefix(str(directory) + os.sep)


def short_paths(text: str, directory: Path) -> str:
    """A message whose paths are as in reports: cannot import name 'a' from 'shop.b' (shop/b.py)."""
    return IN_BRACKETS.sub(lambda path: f"({short_file(path[1])})", text.replace(str(directory) + os.sep, ""))


def short_file(file: str) -> str:
    """A path without what stands before an installed package or a standard library module: wagtail/apps.py."""
    return INSTALLED.sub("", file)
