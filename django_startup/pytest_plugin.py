"""
The plugin that pytest finds in every environment with this package.

Where DJANGO_STARTUP["PYTEST"] is true, a line at the end of a session says how long it took to the first test. pytest
imports this module in all sessions, so it does one look-up; what prints the line is loaded when settings ask for it.
"""

import sys

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@pytest.hookimpl(trylast=True)  # pytest-django has set Django up by then, and so have conftest files
def pytest_configure(config: "Any") -> None:
    if is_asked():
        from django_startup.banner.pytest_line import SessionLine

        config.pluginmanager.register(SessionLine(config), "django-startup-line")


def is_asked() -> bool:
    """Whether the settings ask for the line, as far as they are loaded already."""
    settings: Any = getattr(sys.modules.get("django.conf"), "settings", None)
    try:
        asked = settings.DJANGO_STARTUP["PYTEST"] if settings is not None and settings.configured else False
    except Exception:  # there is no such setting, or it cannot be used: a system check says so
        return False
    return asked is True
