"""The lines that runserver prints about its start."""

from __future__ import annotations

from django_startup.banner.start import Start
from django_startup.banner.start_change import PackageChange, StartChange
from django_startup.text import printable
from django_startup.thresholds import START_COMPILED_NS

MOST_NAMED = 3
MOST_OTHERS = 1


def banner(start: Start, change: StartChange | None, *, writes_bytecode: bool = True) -> str:
    """The line of a start. change is None where there is nothing to compare with."""
    difference = change.difference_ns if change else 0
    text = f"Started in {seconds(start.time_ns + start.compiled_ns)}"
    if difference:
        text += f" ({signed(difference)})"
    facts = [text, f"{start.modules:,} modules"]
    if start.compiled_ns >= START_COMPILED_NS:
        why = "" if writes_bytecode else " (PYTHONDONTWRITEBYTECODE)"
        modules = "module" if start.compiled == 1 else "modules"
        facts.append(f"{start.compiled:,} {modules} compiled from source{why} {seconds(start.compiled_ns)}")
    if change:
        if change.new:
            facts.append(f"new: {listed(change.new)}")
        if change.gone:
            facts.append(f"gone: {listed(change.gone, with_door=False)}")
        if change.cause:
            name, cause = change.cause
            facts.append(f"{'slower' if cause > 0 else 'faster'}: {name} {signed(cause)}")
    return printable(" · ".join(facts))


def failed(error: Exception) -> str:
    """The line in place of a banner that could not be made."""
    text = " ".join(f"{type(error).__name__}: {error}".split())
    off = 'DJANGO_STARTUP = {"BANNER": False}'
    return printable(f"The start-up banner failed, but the server runs: {text}. Turn the banner off with {off}.")


def listed(changes: tuple[PackageChange, ...], *, with_door: bool = True) -> str:
    """stripe 0.38 s with requests and 3 more, billing/models.py:3; pandas …"""
    texts = [one(change, with_door=with_door) for change in changes[:MOST_NAMED]]
    rest = len(changes) - len(texts)
    return "; ".join(texts) + (f" and {rest} more" if rest else "")


def one(change: PackageChange, *, with_door: bool) -> str:
    text = change.name
    if change.self_ns is not None:
        text += f" {seconds(change.self_ns)}"
    if change.others:
        text += f" with {', '.join(change.others[:MOST_OTHERS])}"
        rest = len(change.others) - MOST_OTHERS
        text += f" and {rest} more" if rest > 0 else ""
    door = change.door or ("before the apps" if change.self_ns is None else "")
    return f"{text}, {door}" if with_door and door else text


def seconds(ns: int) -> str:
    """To the hundredth, which is what the system tells of a process's start."""
    return "<0.01 s" if 0 <= ns < 5_000_000 else f"{ns / 1e9:.2f} s"


def signed(ns: int) -> str:
    return f"{'+' if ns > 0 else '-'}{abs(ns) / 1e9:.2f} s"
