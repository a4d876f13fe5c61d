"""One boot of a real project, written in every format that there is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema

from django_startup.profile.profile_file import load_profile
from django_startup.profile.timeline import timeline_spans
from django_startup.reports.formats import FORMATS
from tests.support.helpers import app_config, left_behind, make_project, profile, run

HAR_SCHEMA = json.loads((Path(__file__).parents[1] / "reports" / "har.schema.json").read_text("utf-8"))
THREAD = "import threading; t = threading.Thread(None, lambda: __import__('json.tool'), 'second'); t.start(); t.join()"


def test_every_format_of_a_boot_and_of_what_was_saved_of_it(tmp_path: Path) -> None:
    project = make_project(
        tmp_path,
        apps={"billing": {"apps.py": app_config("import billing.late")}},
    )
    (project / "billing/late.py").write_text(f"try:\n    import absent_module\nexcept ImportError:\n    {THREAD}\n")
    outputs = [argument for suffix in FORMATS for argument in ("-o", f"measured{suffix}")]
    ran = profile(project, *outputs)
    assert (ran.returncode, ran.stderr) == (0, "")
    for suffix in FORMATS:
        assert f"  Saved measured{suffix}\n" in ran.stdout

    saved = load_profile(project / "measured.json")
    check_har(json.loads((project / "measured.har").read_text("utf-8")), [*timeline_spans(saved.timeline)])
    check_trace(json.loads((project / "measured.trace.json").read_text("utf-8")))
    assert (project / "measured.md").read_text("utf-8").startswith("### manage.py to URLs: ")

    again = [argument for suffix in FORMATS for argument in ("-o", f"loaded{suffix}")]
    loaded = run(project, "-m", "django_startup", "profile", "--load", "measured.json", *again)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    for suffix in (".json", ".txt", ".md", ".har", ".trace.json"):
        assert (project / f"loaded{suffix}").read_bytes() == (project / f"measured{suffix}").read_bytes()
    assert left_behind(project) == []


def check_har(har: dict[str, Any], spans: list[Any]) -> None:
    jsonschema.Draft202012Validator(HAR_SCHEMA).validate(har)
    entries = {entry["request"]["url"].rpartition("/")[2]: entry for entry in har["log"]["entries"]}
    late = next(span for span in spans if span.name == "billing.late")
    assert entries["billing.late"]["time"] == (late.end_ns - late.start_ns) / 1e6
    assert entries["billing.late"]["timings"]["wait"] > 0
    assert entries["billing.late"]["_initiator"]["url"].endswith("/billing/apps.py")
    assert entries["absent_module"]["response"]["status"] == 404
    assert entries["json.tool"]["connection"] == "second"
    total = har["log"]["pages"][0]["pageTimings"]
    assert 0 < total["onContentLoad"] <= total["onLoad"]


def check_trace(trace: dict[str, Any]) -> None:
    """Events that overlap in a track lie one in the other."""
    tracks: dict[int, list[tuple[int, int]]] = {}
    for event in trace["traceEvents"]:
        if event["ph"] == "X":
            tracks.setdefault(event["tid"], []).append((event["ts"], event["ts"] + event["dur"]))
    assert len(tracks) == 2
    for spans in tracks.values():
        open_ends: list[int] = []
        for start, end in spans:
            while open_ends and open_ends[-1] <= start:
                open_ends.pop()
            assert not open_ends or end <= open_ends[-1]
            open_ends.append(end)
