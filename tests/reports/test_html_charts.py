"""The charts of the HTML report in a browser: zoom, hover, keys, labels."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from django_startup.profile.profile import TimelineInfo
from django_startup.profile.timeline import KINDS
from tests.support.browser import CHART, NAMES, SPOT, Opened, expect, needs_chromium
from tests.support.profiles import MS, make_profile
from tests.support.timelines import make_timeline

pytestmark = needs_chromium

ZOOM = """() => {
  const chart = echarts.getInstanceByDom(document.querySelector('#waterfall .chart'));
  const { start, end } = chart.getOption().dataZoom[0];
  return end - start;
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
