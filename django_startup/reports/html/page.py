"""
The profile as one HTML file: opens from disk and needs no network, which its Content-Security-Policy forbids anyhow.

Names of the project's reach it through autoescaping, json_script and textContent alone; scripts and styles run by their
checksum only.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from django.template import Context, Engine
from django.utils.html import json_script
from django.utils.safestring import mark_safe

from django_startup.compare.comparison import compare
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.sort import Sort
from django_startup.reports.html.data import page_data
from django_startup.reports.html.story import make_story

DIRECTORY = Path(__file__).parent
CHARTS = "vendor/echarts/echarts.min.js"
SCRIPTS = ("format", "data", "tables", "theme", "course", "waterfall", "waterfalls", "treemap", "patch", "page")


def render_html(
    profile: StartupProfile, *, before: StartupProfile | None = None, sort: Sort | None = None, patch: str = ""
) -> str:
    """
    The page; with before, what is different from that profile. patch has the tried fixes, for git apply.

    Raises UsageError where a timeline is damaged.
    """
    comparison = compare(before, profile) if before else None
    style = read("page/report.css")
    charts = in_script(read(CHARTS))
    script = in_script("\n".join(read(f"page/{name}.js") for name in SCRIPTS))
    policy = (
        f"default-src 'none'; script-src {checksum(charts)} {checksum(script)}; style-src {checksum(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    engine = Engine(dirs=[str(DIRECTORY / "templates")])
    context = {
        "story": make_story(profile, before, comparison, copyable(patch)),
        "data": json_script(page_data(profile, before, comparison, sort), "data", Compact),
        "policy": policy,
        # Ours, and the library's: nothing in them comes from the project.
        "style": mark_safe(style),
        "charts": mark_safe(charts),
        "script": mark_safe(script),
    }
    return engine.get_template("report.html").render(Context(context, use_l10n=False, use_tz=False))


def copyable(patch: str) -> str:
    """A patch; "" for one with characters that do not survive being copied from a page."""
    return patch if all(char in "\n\t" or char.isprintable() for char in patch) else ""


class Compact(json.JSONEncoder):
    """JSON without spaces."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "separators": (",", ":")})


def read(name: str) -> str:
    return (DIRECTORY / name).read_text("utf-8")


def in_script(text: str) -> str:
    """JavaScript that cannot end the element that it stands in."""
    return re.sub("</(?=script)", r"<\\/", text, flags=re.IGNORECASE).replace("<!--", r"<\!--")


def checksum(text: str) -> str:
    """What a Content-Security-Policy knows an inline script or style by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
