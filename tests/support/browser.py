"""A Chromium that opens HTML reports. Needs Playwright; who imports this is skipped without it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django_startup.profile.profile import StartupProfile
from django_startup.reports.html.page import render_html

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

LIMIT = 60_000  # milliseconds that anything may take on a busy machine
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CHART = "#waterfall .chart"
NAMES = "#modules tbody th"
# Where the middle of a span is on the screen.
SPOT = """number => {
  const dom = document.querySelector('#waterfall .chart');
  const chart = echarts.getInstanceByDom(dom);
  const [start, end, row] = chart.getOption().series[0].data[number];
  const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, [(start + end) / 2, row]);
  const { left, top } = dom.getBoundingClientRect();
  return [left + x, top + y];
}"""


def launched() -> Iterator[Any]:
    """One browser, until the generator is closed."""
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=LIMIT)
        yield browser
        browser.close()


class Opened:
    """A page that was opened from disk; at the end it must have asked for nothing else, and complained of nothing."""

    def __init__(self, browser: Any, directory: Path) -> None:
        self.context = browser.new_context(viewport={"width": 1200, "height": 800}, reduced_motion="reduce")
        self.page = self.context.new_page()
        self.page.set_default_timeout(LIMIT)
        self.directory = directory
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def open(self, profile: StartupProfile, *, before: StartupProfile | None = None, patch: str = "") -> Any:
        path = self.directory / "report.html"
        path.write_text(render_html(profile, before=before, patch=patch), "utf-8")
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("#tables section")
        return self.page

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []
        assert [url for url in self.requests if not url.startswith("data:")] == [
            (self.directory / "report.html").as_uri()
        ]


def expect(locator: Any) -> Any:
    playwright.expect.set_options(timeout=LIMIT)
    return playwright.expect(locator)
