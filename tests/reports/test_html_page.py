"""The HTML report in a browser: search, sort, filter, colours, widths, a patch to copy."""

from __future__ import annotations

import lzma
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.profile.profile import TimelineInfo
from django_startup.reports.html.page import render_html
from tests.reports.test_html import EVIL, SHOWN, evil_profile
from tests.support.browser import CHART, LIMIT, NAMES, SPOT, Opened, expect, needs_chromium
from tests.support.profiles import make_module, make_profile

pytestmark = needs_chromium

AXE = Path(__file__).parent.parent / "vendor" / "axe-core" / "axe.min.js.xz"
VIOLATIONS = """async () => (await axe.run(document)).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(", ")}`)"""


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
