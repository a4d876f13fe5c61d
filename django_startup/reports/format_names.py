"""The formats by the names that the command line knows; what writes them is loaded when they are written."""

from __future__ import annotations

BY_PYINSTRUMENT = (".pyinstrument.html", ".speedscope.json", ".pstats", ".pyisession")
PROFILE_FORMATS = (".json", ".html", ".txt", ".md", ".har", ".trace.json", *BY_PYINSTRUMENT)
DRILL_FORMATS = (".html", ".speedscope.json", ".pyisession", ".pstats", ".txt")
FIX_FORMATS = (".patch", ".json")
BUDGET_FORMATS = ("text", "json", "github", "markdown", "junit")
RUFF_FORMS = ("ruff", "ruff.toml")
PYTHON = "python"  # of --emit, with --lazy
STYLES = ("function", "lazy", "lazy-modules")  # of fixes
