"""Which distributions came with another one, by what their metadata says that they require."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import distributions

from django_startup.imports.subjects import normal
from django_startup.profile.distributions import identity

NAME = re.compile(r"\s*([A-Za-z0-9][\w.-]*)")
EXTRA = re.compile(r";.*\bextra\s*==")


def required_by(path: Iterable[str]) -> dict[str, set[str]]:
    """The names of what each distribution on a search path requires without extras, all as PyPI compares them."""
    found: dict[str, set[str]] = {}
    for distribution in distributions(path=list(path)):
        try:
            lines = distribution.requires or []
        except Exception:  # metadata that cannot be read, which raises differently in each version of Python
            continue
        names = (NAME.match(line) for line in lines if not EXTRA.search(line))
        found.setdefault(normal(identity(distribution)[0]), {normal(match[1]) for match in names if match})
    return found


def requirer_of(name: str, candidates: Iterable[str], requirements: dict[str, set[str]]) -> str:
    """The first of some distributions that requires another one, be it through others; "" for none."""
    for candidate in candidates:
        waiting, seen = [normal(candidate)], set[str]()
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            if normal(name) in requirements.get(one, ()) and normal(name) != normal(candidate):
                return candidate
            waiting += requirements.get(one, ())
    return ""
