"""Imports that can be lazy, as ruff's settings that keep them so."""

from __future__ import annotations

from django_startup.profile.lazy import LazyImports, LazyKind
from django_startup.reports.ruff import FILES

REQUIRE, BAN = "TID254", "TID255"


def render_ruff_lazy(lazy: LazyImports, *, form: str) -> str:
    """TOML for ruff: the modules whose imports must be lazy, and those whose must not; form is as for --emit."""
    tables, file = FILES[form]
    by_kind = {kind: {each.target for each in lazy.of(kind)} for kind in LazyKind}
    banned = by_kind[LazyKind.NEEDED]
    required = by_kind[LazyKind.LAZY] - banned - by_kind[LazyKind.FORCED] - by_kind[LazyKind.UNKNOWN]
    if not required:
        return "# Nothing to require: no module is imported only by imports that can be lazy.\n"
    rules = [REQUIRE, *([BAN] if banned else [])]
    lines = [
        f"# For {file}. Where it has one of these tables already, add the keys to that table.",
        f"[{tables}]",
        f"extend-select = {listed(rules)}",
        "",
        f"[{tables}.flake8-tidy-imports]",
        f"require-lazy = {listed(sorted(required))}",
        *([f"ban-lazy = {listed(sorted(banned))}"] if banned else []),
    ]
    return "\n".join([*lines, ""])


def listed(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"
