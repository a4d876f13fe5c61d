"""Django projects with tests of their own, for a pytest of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.support.helpers import make_project

INI = "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\npythonpath = .\n"
SETTINGS = """\
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}}
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
# Only the plugin that these projects need, not all that the environment has.
ALONE = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_PLUGINS": "pytest_django.plugin", "PYTEST_ADDOPTS": ""}


def make_tested_project(
    tmp_path: Path, files: Mapping[str, str], *, apps: Mapping[str, Mapping[str, str]] | None = None
) -> Path:
    """A project with a database in memory for its tests, and files."""
    return make_project(tmp_path, settings=SETTINGS, apps=apps, files={"pytest.ini": INI, **files})
