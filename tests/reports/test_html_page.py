"""The HTML report in a browser: search, sort, zoom, hover, keys, colours. Needs Playwright, and a Chromium to drive."""

from __future__ import annotations

import lzma
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.profile.profile import StartupProfile, TimelineInfo
from django_startup.profile.timeline import KINDS
from django_startup.reports.html.page import render_html
from tests.reports.test_html import EVIL, SHOWN, evil_profile
from tests.support.profiles import MS, make_module, make_profile
from tests.support.timelines import make_timeline

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")

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
ZOOM = """() => {
  const chart = echarts.getInstanceByDom(document.querySelector('#waterfall .chart'));
  const { start, end } = chart.getOption().dataZoom[0];
  return end - start;
}"""
# Where the middle of a span is on the screen.
SPOT = """number => {
  const dom = document.querySelector('#waterfall .chart');
  const chart = echarts.getInstanceByDom(dom);
  const [start, end, row] = chart.getOption().series[0].data[number];
  const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, [(start + end) / 2, row]);
  const { left, top } = dom.getBoundingClientRect();
  return [left + x, top + y];
}"""
# By how many pixels labels are wider than the bars that they stand on.
TOO_WIDE = """() => {
  const chart = echarts.getInstanceByDom(document.querySelector('#waterfall .chart'));
  const drawn = chart.getZr().storage.getDisplayList();
  const labels = drawn.filter(({ type, parent }) => type === 'tspan' && parent.__hostTarget);
  return labels.map((label) => label.getBoundingRect().width - label.parent.__hostTarget.shape.width);
}"""
LABELS = """() => {
  const chart = echarts.getInstanceByDom(document.querySelector('#waterfall .chart'));
  const drawn = chart.getZr().storage.getDisplayList();
  return drawn.filter(({ type, parent }) => type === 'tspan' && parent.__hostTarget).map(({ style }) => style.text);
}"""
SHOW = """start => {
  const chart = echarts.getInstanceByDom(document.querySelector('#waterfall .chart'));
  chart.dispatchAction({ type: 'dataZoom', startValue: start, endValue: start + 175000 });
  chart.getZr().flush();
}"""
NAMES = "#modules tbody th"
AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js.xz"
VIOLATIONS = """async () => (await axe.run(document)).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=FLAGS, timeout=LIMIT)
        yield launched
        launched.close()


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


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Opened]:
    opened = Opened(browser, tmp_path)
    yield opened
    opened.close()


def expect(locator: Any) -> Any:
    playwright.expect.set_options(timeout=LIMIT)
    return playwright.expect(locator)


def test_it_opens(opened: Opened) -> None:
    page = opened.open(make_profile())
    assert page.title() == snapshot("1.400 s · manage.py to system checks · django-startup")
    expect(page.locator("h1")).to_have_text("1.400 s")
    expect(page.locator("#fixes .place").first).to_be_in_viewport()
    sections = [link.get_attribute("href") for link in page.locator("nav a").all()]
    assert sections == ["#fixes", "#waterfall", "#treemap", "#packages", "#apps", "#modules", "#doors", "#effects"]
    page.locator("nav a", has_text="Modules").click()
    expect(page.locator("#modules h2")).to_be_in_viewport()
    expect(page.locator("#modules .count")).to_have_text("2")
    assert page.locator(f"{CHART} canvas").count() == 1
    assert page.locator("#treemap canvas").count() == 1


def test_search(opened: Opened) -> None:
    page = opened.open(make_profile())
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.type("STRIPE api")
    expect(page.locator(NAMES)).to_have_text(["stripe.api"])
    expect(page.locator("#modules .count")).to_have_text("1 of 2")
    expect(page.locator("#found")).to_have_text("“STRIPE api”: modules 1; marked in the waterfall. Esc shows all.")
    expect(page.locator("#packages .none")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(NAMES)).to_have_count(2)
    expect(page.locator("#found")).to_be_hidden()
    page.locator("#search").fill("nowhere")
    expect(page.locator("#found")).to_contain_text("nothing is found")


def test_a_package_is_searched_for_by_its_name(opened: Opened) -> None:
    page = opened.open(make_profile())
    page.get_by_role("button", name="stripe", exact=True).first.click()
    expect(page.locator("#search")).to_have_value("stripe")
    expect(page.locator("#doors tbody tr")).to_have_count(2)


def test_sort(opened: Opened) -> None:
    page = opened.open(make_profile())
    header = page.locator("#modules thead th", has_text="module")
    expect(page.locator("#modules thead th[aria-sort]")).to_have_text("self")
    expect(page.locator(NAMES)).to_have_text(["stripe.api", "billing.models"])
    header.locator("button").focus()
    page.keyboard.press("Enter")
    expect(header).to_have_attribute("aria-sort", "ascending")
    expect(page.locator(NAMES)).to_have_text(["billing.models", "stripe.api"])
    page.keyboard.press("Space")
    expect(header).to_have_attribute("aria-sort", "descending")
    expect(page.locator(NAMES)).to_have_text(["stripe.api", "billing.models"])
    # What is not known comes last, whichever way.
    saves = page.locator("#modules thead th", has_text="saves")
    for direction in ("descending", "ascending"):
        saves.locator("button").click()
        expect(saves).to_have_attribute("aria-sort", direction)
        expect(page.locator(NAMES)).to_have_text(["stripe.api", "billing.models"])


def test_filter(opened: Opened) -> None:
    page = opened.open(make_profile())
    kinds = page.get_by_role("combobox", name="Modules: kind")
    kinds.select_option("package")
    expect(page.locator(NAMES)).to_have_text(["stripe.api"])
    kinds.select_option("Any kind")
    expect(page.locator(NAMES)).to_have_count(2)


def test_thousands_of_rows(opened: Opened) -> None:
    modules = tuple(make_module(f"module_{number}", self_ms=7000 - number) for number in range(7000))
    page = opened.open(replace(make_profile(), modules=modules))
    expect(page.locator(NAMES)).to_have_count(15)
    expect(page.locator("#modules table")).to_have_attribute("aria-rowcount", "7001")
    page.get_by_role("button", name="Show 200 more of 6,985").click()
    expect(page.locator(NAMES)).to_have_count(215)
    page.locator("#search").fill("module_6999")
    expect(page.locator(NAMES)).to_have_text(["module_6999"])


def test_zoom(opened: Opened) -> None:
    page = opened.open(make_profile())
    assert page.evaluate(ZOOM) == 100
    page.get_by_role("button", name="Zoom in").click()
    assert page.evaluate(ZOOM) == pytest.approx(50)
    page.get_by_role("button", name="Zoom out").click()
    assert page.evaluate(ZOOM) == 100
    chart = page.locator(CHART)
    chart.scroll_into_view_if_needed()
    chart.hover(position={"x": 500, "y": 60})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -300)
    page.keyboard.up("Control")
    page.wait_for_function(f"({ZOOM})() < 99")
    page.get_by_role("button", name="All of the boot").click()
    page.mouse.move(*page.evaluate(SPOT, 7))
    page.mouse.click(*page.evaluate(SPOT, 7))
    page.wait_for_function(f"({ZOOM})() < 50")
    expect(page.locator("#detail")).to_contain_text("stripe.api")
    expect(page.locator("#detail")).to_contain_text("entry > models > billing models > billing.models")


def test_labels_fit_their_bars(opened: Opened) -> None:
    page = opened.open(make_profile())
    # From where the bar of billing.models is wide to where it is all but out of sight, on the left.
    for start in (0, 500_000, 600_000, 636_000, 0):
        page.evaluate(SHOW, start)
        widths = page.evaluate(TOO_WIDE)
        assert widths
        assert max(widths) <= 0


def test_hover(opened: Opened) -> None:
    page = opened.open(make_profile())
    page.locator(CHART).scroll_into_view_if_needed()
    for number, texts in {
        7: ["stripe.api", "0.440 s, from 0.120 s on", "imported by", "billing/models.py:3", "stripe (package)"],
        8: ["garbage collection, generation 2", "during", "stripe.api"],
        10: ["billing ready()", "of it waiting", "ready"],
        12: ["json.tool", "second"],
    }.items():
        page.mouse.move(*page.evaluate(SPOT, number), steps=3)
        for text in texts:
            expect(page.locator("#waterfall .tip")).to_contain_text(text)


def test_the_keys_of_the_waterfall(opened: Opened) -> None:
    page = opened.open(make_profile())
    detail = page.locator("#detail")
    page.locator(CHART).focus()
    steps = {
        "ArrowDown": ["entry", "ready", "billing ready()"],
        "ArrowUp": ["ready"],
        "ArrowLeft": ["models", "settings"],
        "ArrowRight": ["models"],
    }
    for key, names in steps.items():
        for name in names:
            page.keyboard.press(key)
            expect(detail.locator("dd").first).to_have_text(name)
    page.keyboard.press("+")
    assert page.evaluate(ZOOM) == pytest.approx(50)
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("a")
    page.keyboard.press("-")
    assert page.evaluate(ZOOM) == pytest.approx(100)
    page.keyboard.press("Enter")
    page.wait_for_function(f"({ZOOM})() < 60")
    page.keyboard.press("0")
    assert page.evaluate(ZOOM) == pytest.approx(100)
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    page.locator("#search").fill("billing")
    expect(page.locator("#found")).to_contain_text("marked in the waterfall")
    page.locator(CHART).focus()
    for key, name in {"n": "billing models", "p": "billing ready()"}.items():
        page.keyboard.press(key)
        expect(detail.locator("dd").first).to_have_text(name)


def test_from_a_module_to_the_waterfall(opened: Opened) -> None:
    page = opened.open(make_profile())
    page.get_by_role("button", name="stripe.api").click()
    expect(page.locator(CHART)).to_be_focused()
    expect(page.locator("#waterfall h2")).to_be_in_viewport()
    expect(page.locator("#detail")).to_contain_text("stripe/api.py")


def test_the_treemap(opened: Opened) -> None:
    page = opened.open(make_profile())
    pressed = page.locator("#treemap button[aria-pressed=true]")
    expect(pressed).to_have_text("Self time")
    expect(page.locator("#treemap .chart")).to_have_attribute(
        "aria-label", "Packages by Self time: 2, together 0.380 s. The table of packages has the same figures."
    )
    page.get_by_role("button", name="Saves", exact=True).click()
    expect(pressed).to_have_text("Saves")
    chart = page.locator("#treemap .chart")
    chart.scroll_into_view_if_needed()
    chart.hover(position={"x": 300, "y": 150})
    expect(page.locator("#treemap .tip")).to_contain_text("goes when imports are moved")
    chart.click(position={"x": 300, "y": 150})
    expect(page.locator("#search")).to_have_value("stripe")


def test_light_and_dark(opened: Opened) -> None:
    opened.page.emulate_media(color_scheme="dark")
    page = opened.open(make_profile())
    colour = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(colour)
    page.get_by_role("button", name="Switch to light colours").click()
    assert page.evaluate(colour) == "rgb(255, 255, 255)" != dark
    page.get_by_role("button", name="Switch to dark colours").click()
    assert page.evaluate(colour) == dark
    page.reload()
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"{colour} === 'rgb(255, 255, 255)'")
    opened.requests.pop()


def test_names_stay_text(opened: Opened) -> None:
    page = opened.open(evil_profile())
    assert page.locator("img").count() == 0
    assert page.evaluate("typeof hacked") == "undefined"
    expect(page.locator(f"{NAMES} button").first).to_be_visible()
    assert SHOWN in page.locator("#modules").inner_text()
    page.locator(CHART).scroll_into_view_if_needed()
    for number in range(7):
        page.mouse.move(*page.evaluate(SPOT, number), steps=2)
        expect(page.locator("#waterfall .tip")).to_contain_text(SHOWN.partition("&")[0])
    page.locator(CHART).focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#detail")).to_contain_text("onerror")
    chart = page.locator("#treemap .chart")
    chart.scroll_into_view_if_needed()
    chart.hover(position={"x": 300, "y": 150})
    expect(page.locator("#treemap .tip")).to_contain_text("onerror")
    page.locator("#search").fill(EVIL)
    expect(page.locator("#found")).to_contain_text("nothing is found")
    page.locator("#search").fill("onerror")
    expect(page.locator("#found")).to_contain_text("modules 2")
    assert page.locator("img").count() == 0
    assert page.evaluate("typeof hacked") == "undefined"


def test_before_and_now(opened: Opened) -> None:
    before = make_profile()
    after = replace(before, total=replace(before.total, time_ns=2000 * MS), packages=before.packages[:1])
    page = opened.open(after, before=before)
    expect(page.locator("h1")).to_have_text("1.400 s → 2.000 s")
    assert page.locator("#waterfall .chart-label").all_inner_texts() == ["before", "now"]
    assert page.locator("#treemap .chart-label").all_inner_texts() == ["before", "now"]
    page.get_by_role("button", name="Zoom in").click()
    # The first is the one before; the buttons belong to the other.
    assert page.evaluate(ZOOM) == pytest.approx(50)
    expect(page.locator("#changes tbody th").first).to_have_text("pandas 2.2")
    expect(page.locator("#packages .better")).to_have_text(["-0.080 s"])
    page.locator(CHART).first.focus()
    page.keyboard.press("ArrowDown")
    page.locator(CHART).last.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#detail dt", has_text="in this boot")).to_have_count(1)


def test_nothing_was_recorded_for_charts(opened: Opened) -> None:
    page = opened.open(replace(make_profile(), timeline=TimelineInfo(), packages=()))
    assert page.locator("#charts section").count() == 0
    assert page.locator(f"{NAMES} button").count() == 0
    page.locator("#search").fill("stripe")
    expect(page.locator("#found")).to_have_text("“stripe”: modules 1. Esc shows all.")


def test_without_modules_the_course_is_drawn(opened: Opened) -> None:
    timeline = TimelineInfo(
        KINDS, ("interpreter", "lost"), ("MainThread",), ((0, 0, -1, 0, 0, 10, 9, 0), (4, 1, 0, 0, 1, 9, 9, 0))
    )
    page = opened.open(replace(make_profile(), modules=(), timeline=timeline))
    page.locator(CHART).focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#detail dd").first).to_have_text("lost")


def test_without_scripts(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render_html(make_profile()), "utf-8")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri(), timeout=LIMIT)
    text = page.locator("main").inner_text()
    context.close()
    assert "The charts and the tables need JavaScript." in text
    assert "billing/models.py:3" in text


@pytest.mark.parametrize("width", [1400, 800, 400])
def test_nothing_is_wider_than_the_screen(opened: Opened, width: int) -> None:
    opened.page.set_viewport_size({"width": width, "height": 800})
    page = opened.open(evil_profile(), before=make_profile())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# What can be read by everybody, everywhere


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_accessibility(opened: Opened, scheme: str, width: int) -> None:
    """Also where something is searched for, chosen and unfolded."""
    opened.page.emulate_media(color_scheme=scheme)
    opened.page.set_viewport_size({"width": width, "height": 900})
    page = opened.open(make_profile(), patch=PATCH)
    page.evaluate(lzma.decompress(AXE.read_bytes()).decode())
    assert page.evaluate(VIOLATIONS) == []
    page.locator("#search").fill("stripe")
    page.locator(NAMES).first.get_by_role("button").click()
    page.locator("#patch summary").click()
    assert page.evaluate(VIOLATIONS) == []


def test_accessibility_of_a_comparison(opened: Opened) -> None:
    page = opened.open(make_profile(), before=make_profile())
    page.evaluate(lzma.decompress(AXE.read_bytes()).decode())
    assert page.evaluate(VIOLATIONS) == []


def test_on_a_telephone_no_column_is_out_of_reach(opened: Opened) -> None:
    opened.page.set_viewport_size({"width": 390, "height": 800})
    page = opened.open(make_profile())
    tables = page.locator(".data")
    assert tables.evaluate_all("all => all.map((one) => one.scrollWidth - one.parentElement.clientWidth > 0)") == (
        [False] * tables.count()
    )
    labels = (
        page.locator("#modules tbody tr")
        .first.locator("td")
        .evaluate_all("cells => cells.map(({ dataset }) => dataset.label)")
    )
    assert ["module", *labels] == page.locator("#modules thead th").evaluate_all(
        "cells => cells.map(({ textContent }) => textContent)"
    )
    expect(page.locator("nav a").last).to_be_visible()


def test_words_are_broken_at_their_separators(opened: Opened) -> None:
    names = ("numpy._core._multiarray_umath", "a" * 60, "_private")
    modules = tuple(replace(make_module(name), file=f"{name.replace('.', '/')}.cpython-311.so") for name in names)
    page = opened.open(replace(make_profile(), modules=modules, timeline=TimelineInfo()))
    texts = page.locator("#modules tbody tr").evaluate_all(
        """rows => rows.map((row) => [row.querySelector("th"), row.querySelector(".file")]
          .map((cell) => cell.innerHTML.replaceAll("<wbr>", "|").replace(/<[^>]*>/g, "")))"""
    )
    assert sorted(texts) == snapshot(
        [
            ["_private", "_private.|cpython-|311.so"],
            [
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.|cpython-|311.so",
            ],
            ["numpy.|_core.|_multiarray_|umath", "numpy/|_core/|_multiarray_|umath.|cpython-|311.so"],
        ]
    )


def test_a_label_keeps_its_parent_where_names_repeat(opened: Opened) -> None:
    names = ("far.inside.shop.billing.models", "far.inside.shop.catalog.models", "far.inside.shop.views", "shop.models")
    spans = [("phase", "models", -1, "MainThread", 0, 1_000_000, 0, 0)]
    for number, (name, length) in enumerate(zip(names, (130_000, 60_000, 100_000, 120_000), strict=True)):
        spans.append(("import", name, 0, "MainThread", number * 200_000, number * 200_000 + length, 0, 0))
    page = opened.open(replace(make_profile(), timeline=make_timeline(tuple(spans))))
    assert page.evaluate(LABELS) == snapshot(["models", "billing.models", "…models", "views", "shop.models"])


def test_the_axis_ends_with_a_mark(opened: Opened) -> None:
    page = opened.open(make_profile())
    axis = """() => {
      const chart = echarts.getInstanceByDom(document.querySelector('#waterfall .chart'));
      const { max, axisLabel } = chart.getOption().xAxis[0];
      return [max, ...[0, max, max / 3].map(axisLabel.formatter)];
    }"""
    assert page.evaluate(axis) == snapshot([1400000, "0.000 s", "1.400 s", ""])


# The patch


PATCH = "--- a/billing/models.py\n+++ b/billing/models.py\n@@ -1 +1 @@\n-import stripe\n+\tx = '<b>'\n"


def test_a_patch_is_copied(opened: Opened) -> None:
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened.open(make_profile(), patch=PATCH)
    expect(page.locator("#patch pre")).to_be_hidden()
    page.locator("#patch summary").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#patch [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == PATCH


def test_a_patch_is_selected_where_nothing_may_be_copied(opened: Opened) -> None:
    page = opened.open(make_profile(), patch=PATCH)
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator("#patch summary").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#patch [role=status]")).to_have_text("Selected: copy it.")
    assert page.evaluate("getSelection().toString()").strip() == PATCH.strip()


@pytest.mark.parametrize("patch", ["", "+\x1b[31m\n", "+a\u202eb\n"])
def test_no_patch_that_would_not_survive(opened: Opened, patch: str) -> None:
    assert opened.open(make_profile(), patch=patch).locator("#patch").count() == 0
