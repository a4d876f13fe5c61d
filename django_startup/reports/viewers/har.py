"""
The course of a boot as an HTTP Archive (HAR 1.2), for the waterfall of any HAR viewer.

An entry is a module, a phase, or what Django does with an app. Receiving is its own time, waiting what it waited for:
whatever it imported, and garbage collections. Times are milliseconds, as HAR wants them; they count from ORIGIN.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from django_startup.profile.profile import StartupProfile
from django_startup.reports.headline import Headline
from django_startup.reports.viewers.waterfall import Step, steps
from django_startup.text import printable, short_file

ORIGIN = datetime(2000, 1, 1)
PAGE = "boot"
COMMENT = (
    "Receiving is a module's own time, waiting what it imported and garbage collections. onContentLoad is the end of "
    "django.setup(), onLoad the end of the boot. Dates count from the spawn of the process, at 2000-01-01."
)


def render_har(profile: StartupProfile) -> str:
    """The archive, with a line an entry."""
    course = [step for step in steps(profile) if step.span.kind != "gc"]
    log: dict[str, Any] = {
        "version": "1.2",
        "creator": {"name": "django-startup", "version": own_version()},
        "browser": {"name": "Python", "version": profile.environment.python},
        "pages": [
            {
                "startedDateTime": moment(0),
                "id": PAGE,
                "title": Headline.from_profile(profile).title,
                "pageTimings": page_timings(course),
                "comment": COMMENT,
            }
        ],
    }
    start = json.dumps(log).removesuffix("}")
    entries = ",\n".join(json.dumps(entry(step), separators=(",", ":")) for step in course)
    return f'{{"log": {start}, "entries": [\n{entries}\n]}}}}\n'


def own_version() -> str:
    """The version of django-startup; "" where its files only lie on the path."""
    try:
        return version("django-startup")
    except PackageNotFoundError:
        return ""


def page_timings(course: list[Step]) -> dict[str, float]:
    """When django.setup() was through, -1 if the boot did not come so far, and when the target was reached."""
    ready = [step.span.end_ns for step in course if (step.span.kind, step.span.name) == ("phase", "ready")]
    end_ns = max((step.span.end_ns for step in course), default=0)
    return {"onContentLoad": max(ready) / 1e6 if ready else -1, "onLoad": end_ns / 1e6}


def entry(step: Step) -> dict[str, Any]:
    span, module = step.span, step.module
    time = max(0, span.end_ns - span.start_ns)
    own = min(span.self_ns, time)
    loaded = module is None or module.loaded
    nothing: dict[str, Any] = {"httpVersion": "", "cookies": [], "headers": [], "headersSize": -1, "bodySize": -1}
    return {
        "pageref": PAGE,
        "startedDateTime": moment(span.start_ns),
        "time": time / 1e6,
        "request": {"method": span.kind.upper(), "url": name_as_url(step), "queryString": [], **nothing},
        "response": {
            "status": 200 if loaded else 404,
            "statusText": "OK" if loaded else "Not loaded",
            "content": {"size": 0, "mimeType": "text/x-python"},
            "redirectURL": "",
            **nothing,
        },
        "cache": {},
        "timings": timings(time - own, own),
        "connection": printable(span.thread),
        **dict(custom_fields(step)),
    }


def timings(waiting_ns: int, own_ns: int) -> dict[str, float]:
    """Chrome shows waiting as stalled where nothing comes before it, so its first microsecond is blocked."""
    blocked_ns = min(1000, waiting_ns)
    return {"blocked": blocked_ns / 1e6, "send": 0, "wait": (waiting_ns - blocked_ns) / 1e6, "receive": own_ns / 1e6}


def custom_fields(step: Step) -> Iterator[tuple[str, Any]]:
    """What HAR has no field for, under names with an underscore: _initiator as Chrome writes and reads it."""
    module = step.module
    yield "_resourceType", "script"
    yield "_self_cpu_ms", step.span.cpu_ns / 1e6
    yield "_self_waiting_ms", step.span.waiting_ns / 1e6
    if module is not None:
        yield "_file", printable(short_file(module.file))
        if module.importer is not None:
            file = escaped(short_file(module.importer.file).lstrip("/"))
            # Chrome counts lines from 0, shows them from 1 on, and wants a URL; names in .invalid lead nowhere.
            url = f"https://source.invalid/{file}"
            yield "_initiator", {"type": "parser", "url": url, "lineNumber": module.importer.line - 1}


def name_as_url(step: Step) -> str:
    """What it is, whose and its name: import://stripe/stripe.api, models://billing/models:billing."""
    kind, name = step.span.kind, step.span.name
    if kind != "import":
        name = f"{'ready()' if kind == 'ready' else kind}:{step.app.label if step.app else name}"
    return f"{kind}://{quote(step.owner, safe='', errors='backslashreplace')}/{escaped(name)}"


def escaped(text: str) -> str:
    """text as a part of a URL that viewers show as it is."""
    return quote(text, safe="/():", errors="backslashreplace")


def moment(nanoseconds: int) -> str:
    """A moment of the boot in ISO 8601, to the microsecond."""
    return f"{(ORIGIN + timedelta(microseconds=nanoseconds // 1000)).isoformat(timespec='microseconds')}Z"
