"""What the tables and charts of an HTML report are made from, as plain values for JSON."""

from __future__ import annotations

from typing import Any

from django_startup.compare.comparison import Comparison
from django_startup.profile.parts import Package
from django_startup.profile.profile import StartupProfile
from django_startup.profile.timeline import KINDS, timeline_spans
from django_startup.reports.console.sort import Sort
from django_startup.reports.html.columns import Texts, microseconds
from django_startup.reports.html.tables import make_tables


def page_data(
    profile: StartupProfile, before: StartupProfile | None, comparison: Comparison | None, sort: Sort | None
) -> dict[str, Any]:
    """Tables, the course and the packages of each boot (before, if there is one, and now), and the texts in them."""
    texts = Texts()
    tables = make_tables(profile, before, comparison, sort, texts)
    labelled = [("", profile)] if before is None else [("before", before), ("now", profile)]
    boots = [{"label": label, **course(boot, texts)} for label, boot in labelled if boot.timeline.spans]
    treemaps = [{"label": label, "packages": areas(boot, texts)} for label, boot in labelled]
    return {"tables": tables, "boots": boots, "treemaps": treemaps, "kinds": list(KINDS), "texts": list(texts.numbers)}


def course(profile: StartupProfile, texts: Texts) -> dict[str, Any]:
    """
    The spans of a boot as columns, times in microseconds; kind is a number of KINDS, parent that of the span around it
    or -1, thread 0 the main one.
    """
    spans = list(timeline_spans(profile.timeline))
    return {
        "threads": [texts.number(thread) for thread in profile.timeline.threads],
        "kind": [row[0] for row in profile.timeline.spans],
        "name": [texts.number(span.name) for span in spans],
        "parent": [span.parent for span in spans],
        "thread": [row[3] for row in profile.timeline.spans],
        "start": [microseconds(span.start_ns) for span in spans],
        "length": [microseconds(max(0, span.end_ns - span.start_ns)) for span in spans],
        "self": [microseconds(span.self_ns) for span in spans],
        "waiting": [microseconds(span.waiting_ns) for span in spans],
    }


def areas(profile: StartupProfile, texts: Texts) -> dict[str, Any]:
    """The packages of a boot as columns; what says whether it can be saved."""
    rows = profile.packages
    moved = {fix.subject for fix in profile.fixes if fix.kind == "defer"}
    return {
        "name": [texts.number(package.name) for package in rows],
        "saving": [microseconds(package.saving_ns or 0) for package in rows],
        "self": [microseconds(package.self_ns) for package in rows],
        "what": [what_of(package, moved) for package in rows],
    }


def what_of(package: Package, moved: set[str]) -> str:
    """move: its imports can move; stay: not as they are; shared: others need it, or it is needed anyway."""
    if (package.saving_ns or 0) < 500_000:
        return "shared"
    if package.name in moved or package.is_movable:
        return "move"
    return "stay"
