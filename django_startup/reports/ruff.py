"""The packages that can stay out of start-up as a setting for ruff's rule TID253."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django_startup.imports.inquiry import Inquiry


def render_ruff(inquiry: Inquiry) -> str:
    """TOML that bans imports at module level of what the project imports only inside functions, or could."""
    names = json.dumps(sorted(deferrable_names(inquiry)), ensure_ascii=False, indent=2)
    return f"[tool.ruff.lint.flake8-tidy-imports]\nbanned-module-level-imports = {names}\n"


def deferrable_names(inquiry: Inquiry) -> Iterable[str]:
    """
    Of each package whose doors can all close the modules that the project imports, the outermost of them. Without the
    namespaces around them, which have no file: others have a part of those.
    """
    subjects = inquiry.subjects
    for package in inquiry.profile.packages:
        if package.saving_ns and package.is_movable:
            entrances = inquiry.doors.entrances(subjects.package(package.name))
            names = {subjects.graph.names[node] for before, node in entrances if subjects.is_own(before)}
            inside = {name for name in names if name in subjects.modules and subjects.modules[name].file}
            yield from (name for name in inside if not any(name.startswith(f"{other}.") for other in inside))
