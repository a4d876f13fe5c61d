"""A browser, where Playwright and a Chromium are there: see tests/support/browser.py."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.browser import Opened


@pytest.fixture(scope="module")  # and no longer: until it is closed an event loop runs, which other tests would see
def browser() -> Iterator[Any]:
    from tests.support.browser import launched

    yield from launched()


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    from tests.support.browser import Opened

    opened = Opened(browser, tmp_path)
    yield opened
    opened.close()
