"""The files that a profile can be written to; the suffix chooses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django_startup.compare.comparison import compare
from django_startup.profile.profile import StartupProfile
from django_startup.profile.profile_file import dump_profile
from django_startup.reports.console.comparison import render_comparison
from django_startup.reports.console.plain_text import as_file_text
from django_startup.reports.console.profile import render_text
from django_startup.reports.console.sort import Sort
from django_startup.reports.format_names import BY_PYINSTRUMENT
from django_startup.reports.markdown.comparison import render_comparison_markdown
from django_startup.reports.markdown.profile import render_markdown
from django_startup.reports.viewers.requirements import require_pyinstrument


@dataclass(frozen=True, slots=True)
class View:
    """
    What its reader wants to see of a profile.

    Attributes:
        top: Rows of a table.
        sort: Their order; None for each table's own.
        before: The profile that it is compared with.
        patch: The tried fixes, for git apply; "" where they are not known.
    """

    top: int = 10
    sort: Sort | None = None
    before: StartupProfile | None = None
    patch: str = ""


def to_json(profile: StartupProfile, view: View) -> str:
    return dump_profile(profile, None if view.before is None else compare(view.before, profile))


def to_text(profile: StartupProfile, view: View) -> str:
    if view.before is not None:
        return as_file_text(render_comparison(compare(view.before, profile), top=view.top))
    return render_text(profile, top=view.top, sort=view.sort)


def for_pyinstrument(suffix: str, profile: StartupProfile, view: View) -> str | bytes:
    from django_startup.reports.viewers.session_formats import boot_as

    return boot_as(suffix, profile)


def to_markdown(profile: StartupProfile, view: View) -> str:
    if view.before is not None:
        return render_comparison_markdown(compare(view.before, profile), view.before, profile, view.top)
    return render_markdown(profile, top=view.top)


def to_har(profile: StartupProfile, view: View) -> str:
    from django_startup.reports.viewers.har import render_har

    return render_har(profile)


def to_trace(profile: StartupProfile, view: View) -> str:
    from django_startup.reports.viewers.trace import render_trace

    return render_trace(profile)


def to_html(profile: StartupProfile, view: View) -> str:
    # Template engine and page are for this format alone.
    from django_startup.reports.html.page import render_html

    return render_html(profile, before=view.before, sort=view.sort, patch=view.patch)


FORMATS: dict[str, Callable[[StartupProfile, View], str | bytes]] = {
    ".json": to_json,
    ".html": to_html,
    ".txt": to_text,
    ".md": to_markdown,
    ".har": to_har,
    ".trace.json": to_trace,
    **{suffix: partial(for_pyinstrument, suffix) for suffix in BY_PYINSTRUMENT},
}


def suffix_of(path: Path, suffixes: Iterable[str]) -> str:
    """The suffix with which a file's name ends; of two, the longer one counts."""
    return max((suffix for suffix in suffixes if path.name.endswith(suffix)), key=len)


def check_renderer(path: Path) -> None:
    """Raise UsageError where what writes the format of path, one of FORMATS, is not installed."""
    if suffix_of(path, FORMATS) in BY_PYINSTRUMENT:
        require_pyinstrument(f"-o {path}")


def write_as(path: Path, profile: StartupProfile, view: View) -> str | bytes:
    """What is to stand in the file at path, whose name ends with one of FORMATS."""
    return FORMATS[suffix_of(path, FORMATS)](profile, view)
