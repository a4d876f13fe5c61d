"""Fixes for side effects and waiting: which line decides on them, and what to do with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django_startup.profile.causes import Cause, find_causes
from django_startup.profile.effects import WAIT, SideEffect
from django_startup.profile.owners import site_directory
from django_startup.profile.parts import Door, Fix
from django_startup.profile.reasons import Reason

# What each kind is, one and many of them, and what to do later instead.
KINDS = {
    "sql": ("a query", "queries", "ask for it where it is first needed"),
    "connect": ("a connection", "connections", "connect where it is first needed"),
    "dns": ("a name lookup", "name lookups", "look it up where it is first needed"),
    "subprocess": ("a process", "processes", "start it where its result is first needed"),
    "exec": ("another program in place of this one", "programs", "start it where it is first needed"),
    "fork": ("a fork", "forks", "fork where it is first needed"),
    "thread": ("a thread", "threads", "start it where it is first needed"),
    WAIT: ("waiting", "", "wait where the result is first needed"),
}
SLEEP = "time.sleep("


def effect_fixes(effects: Iterable[SideEffect], threshold: int) -> Iterator[Fix]:
    """A fix for each cause that takes at least threshold nanoseconds, the longest first."""
    for cause in find_causes(effects):
        if cause.time_ns >= threshold:
            first = cause.largest
            door = Door("", first.file, first.line, "", False, first.code, Reason.SIDE_EFFECT)
            doors = (door,) if first.file else ()
            yield Fix("effect", first.detail, advice(cause), doors, cause.time_ns, cause.time_ns)


def advice(cause: Cause) -> str:
    """What a cause does at start, and what to do with its line, as a sentence without a full stop."""
    first = cause.largest
    what, many, later = KINDS[first.kind]
    count = sum(effect.kind == first.kind for effect in cause.effects)
    what = f"{count:,} {many}" if count > 1 and first.kind != WAIT else what
    if first.kind == WAIT and first.detail.startswith(SLEEP):
        return f"{what} at start: take it out, or let a thread sleep"
    if not first.file:
        return f"{what} at start: {later}"
    if site_directory(first.file):
        return f"{what} at start, in the code of a package: to report there, unless a setting of it says otherwise"
    line = f"take the line out of {first.call}" if first.call else "move the line into a function"
    return f"{what} at start: {line}, and {later}"
