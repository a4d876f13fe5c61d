"""Sphinx: python -m sphinx -W --keep-going -b html docs docs/_build/html, or tox run -e docs."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = "https://github.com/django-startup/django-startup/"

project = "django-startup"
author = "The django-startup authors"
project_copyright = "The django-startup authors"
release = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
version = release

extensions = ["myst_parser"]
exclude_patterns = ["_build"]
nitpicky = True
highlight_language = "text"
# Two hyphens are those of an option.
smartquotes = False

myst_heading_anchors = 3
myst_enable_extensions = ["deflist"]

html_theme = "furo"
html_title = f"django-startup {release}"
html_theme_options = {
    "source_repository": SOURCE,
    "source_branch": "main",
    "source_directory": "docs/",
}

# The documents of this project may not be on the web yet when they are checked.
linkcheck_ignore = [
    r"https://github\.com/django-startup/.*",
    r"https://django-startup\.readthedocs\.io/.*",
    r"http://localhost.*",
]
linkcheck_retries = 3
linkcheck_timeout = 30
