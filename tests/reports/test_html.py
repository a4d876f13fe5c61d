"""The HTML report, as text: what is in it, and that nothing of a project's can break out."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot

from django_startup.compare.comparison import compare
from django_startup.exceptions import UsageError
from django_startup.profile.boots import Phase
from django_startup.profile.effects import BODY, Registries, RegistryEntry, SideEffect
from django_startup.profile.parts import Advice, Door, Fix, Module, Package
from django_startup.profile.profile import CheckTime, Note, StartupProfile, TimelineInfo
from django_startup.profile.profile_file import dump_profile, load_profile
from django_startup.profile.timeline import DAMAGED, KINDS
from django_startup.profile.trial import Trial
from django_startup.reports.console.sort import Sort
from django_startup.reports.formats import View, write_as
from django_startup.reports.html.data import page_data
from django_startup.reports.html.page import CHARTS, DIRECTORY, in_script, render_html
from django_startup.reports.html.story import make_story
from tests.support.helpers import app_config, make_project, profile, run
from tests.support.profiles import CLASS_DOOR, DOOR, MS, make_module, make_profile

EVIL = "<img src=x onerror=hacked=1></script><script>hacked=1</script>{{ 7|add:7 }}\x1b[31m\n\udc80&quot;'\""
SHOWN = (
    "<img src=x onerror=hacked=1></script><script>hacked=1</script>{{ 7|add:7 }}\\x1b[31m\\n\\udc80&quot;'\""  # as text
)


class Page(HTMLParser):
    """The elements of a page, and the texts of its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[tuple[str, str]] = []
        self.text = ""
        self.open = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag in ("script", "style"):
            self.open = tag
            self.inline.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self.open:
            self.open = ""

    def handle_data(self, data: str) -> None:
        if self.open:
            tag, text = self.inline.pop()
            self.inline.append((tag, text + data))
        else:
            self.text += data

    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(next(text for tag, text in self.inline if tag == "script"))
        return found

    def attributes(self, tag: str, name: str, value: str) -> dict[str, str | None]:
        return next(attrs for found, attrs in self.elements if found == tag and attrs.get(name) == value)


def rows(data: dict[str, Any], table: str) -> list[dict[str, Any]]:
    """The rows of a table, with texts for their numbers."""
    columns = next(each["columns"] for each in data["tables"] if each["name"] == table)
    texts = data["texts"]
    plain = [
        [None if value < 0 else texts[value] for value in column["values"]]
        if column["kind"] in ("text", "place", "prose")
        else column["values"]
        for column in columns
    ]
    return [dict(zip([column["key"] for column in columns], row, strict=True)) for row in zip(*plain, strict=True)]


def evil_profile() -> StartupProfile:
    """A profile in which every text is hostile."""
    profile = make_profile()
    door = Door(EVIL, EVIL, 3, EVIL, True, EVIL)
    module = replace(make_module(EVIL), file=EVIL, phase=EVIL, app=EVIL, thread=EVIL)
    timeline = TimelineInfo(
        KINDS, (EVIL,), ("MainThread", EVIL), tuple((k, 0, -1, k % 2, 0, 9000, 1, 1) for k in range(7))
    )
    return replace(
        profile,
        target=replace(profile.target, entry=EVIL, until="command", command=EVIL, settings=EVIL),
        environment=replace(profile.environment, django=EVIL),
        phases=(Phase(EVIL, MS, MS, 0), *profile.phases),
        apps=(replace(profile.apps[0], label=EVIL, name=EVIL),),
        packages=(Package(EVIL, EVIL, 80 * MS, 90 * MS, 3, 70 * MS, None, (door,), (EVIL,)),),
        modules=(module, replace(profile.modules[1], importer=replace_site(profile.modules[1]))),
        checks=(CheckTime(EVIL, MS, MS),),
        side_effects=(SideEffect("sql", EVIL, EVIL, EVIL, EVIL, EVIL, EVIL, 1, EVIL, MS),),
        registries=Registries(models=(RegistryEntry(EVIL, EVIL, EVIL),)),
        fixes=(Fix("defer", EVIL, EVIL, (door,), MS, MS),),
        timeline=timeline,
        notes=(Note("bytecode", EVIL), Note("site", EVIL)),
    )


def replace_site(module: Module) -> Any:
    assert module.importer is not None
    return replace(module.importer, file=EVIL, module=EVIL)


def test_the_page_tells_the_story() -> None:
    text = Page(render_html(make_profile())).text
    words = " ".join(text.split())
    for part in (
        "1.400 s · manage.py to system checks · django-startup",
        "3 modules were compiled from source. 1.400 s 0.900 s CPU + 0.500 s waiting",
        "2 boots, Python 3.13.0, Django 5.2.19 0.100 s of it in 120 garbage collections · 1,234 modules · 231 MiB",
        "Begin with stripe, billing/models.py:3, which saves 0.380 s.",
        "ready 0.615 s 44 % 0.500 s",
        "importing: packages 0.380 s · project apps 0.020 s",
        "0.380 s 27 % stripe import it in the functions that use it billing/models.py:3 import stripe "
        "used only in refund()",
        "python -m django_startup profile --why stripe",
        "Notes The machine was warm.",
    ):
        assert part in words


def test_what_several_moved_imports_save_together() -> None:
    profile = replace(make_profile(), fixes=make_profile().fixes[:1], advice=Advice())
    fix = replace(profile.fixes[0], subject="pandas", alone_ns=70 * MS, saving_ns=70 * MS)
    text = Page(render_html(replace(profile, fixes=(*profile.fixes, fix)))).text
    assert "which saves 0.380 s. Moving imports saves 0.450 s (32 %) together, estimated." in " ".join(text.split())
    tried = tuple(replace(moved, tried=True) for moved in (*profile.fixes, fix))
    text = Page(render_html(replace(profile, fixes=tried, trial=Trial(4, 420 * MS)))).text
    assert "which saves 0.380 s. Moving imports saves 0.420 s (30 %) together, measured." in " ".join(text.split())


def test_what_all_that_is_to_change_saves() -> None:
    profile = replace(make_profile(), fixes=make_profile().fixes[:1], advice=Advice())
    effect = replace(profile.fixes[0], kind="effect", subject="curl", saving_ns=400 * MS)
    text = " ".join(Page(render_html(replace(profile, fixes=(effect, *profile.fixes)))).text.split())
    assert (
        "which saves 0.400 s. All of this saves about 0.780 s (56 %) together, 0.380 s of it by moving imports" in text
    )
    text = " ".join(Page(render_html(replace(profile, fixes=(effect, replace(effect, saving_ns=9 * MS))))).text.split())
    assert "which saves 0.400 s. All of this saves about 0.409 s (29 %) together." in text


def test_what_was_tried_says_how_far_it_came() -> None:
    profile = make_profile()
    assert "Estimated, not tried." in Page(render_html(profile)).text
    tried = replace(
        profile,
        fixes=(replace(profile.fixes[0], tried=True), replace(profile.fixes[0], kind="gc")),
        trial=Trial(4, 300 * MS, 6 * MS, ("checks", "first-use")),
    )
    text = Page(render_html(tried)).text
    assert text.count("Tried: boots to system checks, registers the same, the moved imports work.") == 1
    assert "Estimated, not tried." not in text


def test_the_tables() -> None:
    data = page_data(make_profile(), None, None, None)
    assert [table["name"] for table in data["tables"]] == ["packages", "apps", "modules", "doors", "effects", "checks"]
    assert rows(data, "packages")[0] == {
        "name": "stripe",
        "version": "13.0.1",
        "saving": 380_000,
        "self": 300_000,
        "cumulative": 400_000,
        "modules": 96,
        "memory": 41 * 1024,
        "door": "billing/models.py:3 and 1 more",
    }
    assert [row["time"] for row in rows(data, "apps")] == [0, 932_000]
    assert rows(data, "modules")[1] == {
        "name": "stripe.api",
        "saving": 310_000,
        "self": 300_000,
        "cumulative": 400_000,
        "memory": None,
        "kind": "package",
        "owner": "stripe",
        "phase": "models",
        "importer": "billing/models.py:3",
        "file": "stripe/api.py",
    }
    assert [(row["door"], row["deferrable"]) for row in rows(data, "doors")] == [
        ("billing/models.py:3", "yes"),
        ("shop/urls.py:9", "no"),
    ]
    longest, grouped = rows(data, "effects")
    assert (longest["name"], longest["door"], longest["function"]) == snapshot(("mjml --version", "", ""))
    assert grouped == snapshot(
        {
            "kind": "sql",
            "name": "SELECT 1",
            "count": 2,
            "time": 7000,
            "door": "billing/apps.py:12",
            "function": "ready()",
            "phase": "ready: billing",
        }
    )
    assert rows(data, "checks")[0] == {"name": "shop.checks.slow", "time": 200_000, "own": 150_000}


def test_a_side_effect_at_module_level_is_in_no_function() -> None:
    effect = replace(make_profile().side_effects[0], function=BODY)
    data = page_data(replace(make_profile(), side_effects=(effect,)), None, None, None)
    assert [row["function"] for row in rows(data, "effects")] == [""]


def test_what_is_installed_and_threads() -> None:
    profile = make_profile()
    installed = replace(profile.packages[0], doors=(replace(DOOR, file="", line=0),))
    data = page_data(
        replace(profile, packages=(installed,), modules=(make_module("a", thread="second"),)), None, None, None
    )
    assert [row["door"] for row in rows(data, "doors")] == ["INSTALLED_APPS"]
    assert [row["phase"] for row in rows(data, "modules")] == snapshot(["thread second"])


@pytest.mark.parametrize(("sort", "orders"), [(None, ("saving", "self")), (Sort.CUMULATIVE, ("cumulative",) * 2)])
def test_the_order_at_first(sort: Sort | None, orders: tuple[str, str]) -> None:
    tables = {table["name"]: table for table in page_data(make_profile(), None, None, sort)["tables"]}
    assert (tables["packages"]["sort"], tables["modules"]["sort"]) == orders
    for table in tables.values():
        assert table["sort"] in [column["key"] for column in table["columns"]]


def test_the_course() -> None:
    data = page_data(make_profile(), None, None, None)
    (boot,) = data["boots"]
    assert [data["texts"][number] for number in boot["threads"]] == ["MainThread", "second"]
    stripe = boot["name"].index(data["texts"].index("stripe.api"))
    assert [boot[key][stripe] for key in ("kind", "parent", "thread", "start", "length", "self", "waiting")] == [
        KINDS.index("import"),
        6,
        0,
        120_000,
        440_000,
        396_600,
        600,
    ]


def test_a_profile_without_its_course() -> None:
    assert page_data(replace(make_profile(), timeline=TimelineInfo()), None, None, None)["boots"] == []


def test_a_damaged_course() -> None:
    damaged = TimelineInfo(KINDS, ("a",), ("MainThread",), ((0, 0, 5, 0, 0, 0, 0, 0),))
    with pytest.raises(UsageError) as caught:
        render_html(replace(make_profile(), timeline=damaged))
    assert str(caught.value) == DAMAGED


def test_what_becomes_of_packages() -> None:
    profile = make_profile()
    packages = (
        *profile.packages,
        replace(profile.packages[0], name="a", doors=(DOOR,)),
        replace(profile.packages[0], name="b", doors=(CLASS_DOOR,)),
        replace(profile.packages[0], name="c", doors=()),
    )
    (treemap,) = page_data(replace(profile, packages=packages), None, None, None)["treemaps"]
    # The first is in a fix, although one of its doors cannot move.
    assert treemap["packages"]["what"] == ["move", "shared", "move", "stay", "stay"]


def test_nothing_to_tell() -> None:
    empty = replace(
        make_profile(),
        total=replace(make_profile().total, time_ns=0, gc_ns=0, modules=0, rss_bytes=None),
        boots=(),
        phases=(),
        apps=(),
        packages=(),
        owners=(),
        modules=(),
        checks=(),
        side_effects=(),
        fixes=(),
        timeline=TimelineInfo(),
        notes=(),
    )
    story = make_story(empty, None, None)
    assert (story.verdict, story.facts, story.largest, story.surroundings) == snapshot(
        (
            "",
            (),
            (),
            "died on the way, Python 3.13.0, Django 5.2.19",
        )
    )
    data = Page(render_html(empty)).data()
    assert (data["tables"], data["boots"]) == ([], [])
    assert make_story(replace(make_profile(), fixes=()), None, None).verdict == snapshot(
        "No single change would save much."
    )


def test_one_fix_and_the_largest_packages() -> None:
    profile = make_profile()
    story = make_story(replace(profile, fixes=profile.fixes[1:]), None, None)
    assert story.verdict == snapshot("Begin with mjml --version, which saves 0.310\N{NO-BREAK SPACE}s.")
    assert [(large.name, large.time, large.saving, large.door) for large in story.largest] == snapshot(
        [
            ("stripe 13.0.1", "0.300 s", "0.380 s", "billing/models.py:3 and 1 more"),
            ("pandas 2.2", "0.080 s", "–", "needed by statsmodels, pyarrow"),
        ]
    )
    assert "largest packages" in render_html(replace(profile, fixes=profile.fixes[:1]))
    both = replace(profile.fixes[0], doors=(DOOR, CLASS_DOOR))
    told = make_story(replace(profile, fixes=(both,)), None, None).verdict
    assert told.startswith("Begin with stripe, billing/models.py:3 and 1 more, which saves")
    three = replace(profile, fixes=(*profile.fixes, profile.fixes[1]))
    assert make_story(three, None, None).largest == ()
    assert "largest packages" not in render_html(three)


def test_phases_fill_the_bar() -> None:
    (bar,) = make_story(make_profile(), None, None).bars
    offset = 0.0
    for phase in bar.phases:
        assert float(phase.offset) == pytest.approx(offset, abs=0.02)
        offset += float(phase.width)
        assert float(phase.waiting_offset) + float(phase.waiting_width) == pytest.approx(offset, abs=0.02)
    assert offset == pytest.approx(1000, abs=0.1)
    grown = replace(make_profile(), phases=(Phase("settings", MS, MS, 0, 5 * 2**20), Phase("urls", -MS, 0, 0, 100)))
    lines = make_story(grown, None, None).phases
    assert [(line.memory, line.width) for line in lines] == [("+5 MiB", "0.71"), ("", "0.00")]


def test_before_and_now() -> None:
    before = make_profile()
    stripe, pandas = before.packages
    after = replace(
        before,
        total=replace(before.total, time_ns=2000 * MS),
        environment=replace(before.environment, python="3.14.0"),
        phases=tuple(phase for phase in before.phases if phase.name != "settings"),
        packages=(replace(stripe, self_ns=350 * MS, saving_ns=None), replace(pandas, name="polars")),
        apps=before.apps[1:],
        modules=(before.modules[1], make_module("billing.new")),
        registries=Registries(url_names=(RegistryEntry("shop:a", "", "shop.urls"),)),
    )
    page = Page(render_html(after, before=before))
    words = " ".join(page.text.split())
    for part in (
        "Different Python: 3.13.0 before, 3.14.0 now.",
        "1.400 s → 2.000 s",
        "Slower: 1.400 s before, 2.000 s now",
        "Begin with stripe",
        "settings 0.070 s 0.000 s -0.070 s",
        "models 0.600 s 0.600 s –",
        "What is different -0.080 s package pandas 2.2",
        "+0.050 s package stripe 13.0.1 billing/models.py:3",
        "No longer registered: 1 model billing.Refund (billing), billing.models",
        "Newly registered: 1 url name shop:a, shop.urls",
    ):
        assert part in words
    data = page.data()
    assert data == page_data(after, before, compare(before, after), None)
    assert [boot["label"] for boot in data["boots"]] == ["before", "now"]
    assert [treemap["label"] for treemap in data["treemaps"]] == ["before", "now"]
    times = ("name", "saving_before", "saving", "saving_difference", "self_before", "self", "self_difference")
    packages = [tuple(row[key] for key in times) for row in rows(data, "packages")]
    assert packages == [
        ("stripe", 380_000, None, -380_000, 300_000, 350_000, 50_000),
        ("polars", None, 0, 0, None, 80_000, 80_000),
        ("pandas", 0, None, 0, 80_000, None, -80_000),
    ]
    assert [(row["name"], row["time_before"], row["time"]) for row in rows(data, "apps")] == [
        ("billing", 932_000, 932_000),
        ("admin", 0, None),
    ]
    modules = [(row["name"], row["self_before"], row["self"], row["owner"]) for row in rows(data, "modules")]
    assert modules == [
        ("stripe.api", 300_000, 300_000, "stripe"),
        ("billing.new", None, 20_000, "billing"),
        ("billing.models", 20_000, None, "billing"),
    ]
    assert {row["name"]: row["difference"] for row in rows(data, "changes")}["polars 2.2"] == 80_000
    for table in data["tables"]:
        assert table["sort"] in [column["key"] for column in table["columns"]]


def test_names_cannot_become_markup() -> None:
    harmless, page = Page(render_html(make_profile())), Page(render_html(evil_profile(), before=evil_profile()))
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in harmless.elements} | {"span"}
    assert len(page.inline) == 4  # style, data, charts, script
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert SHOWN in page.text
    assert "{{ 7|add:7 }}" in page.text
    assert "\x1b" not in page.text
    data = page.data()
    assert SHOWN in data["texts"]
    assert not any("\x1b" in text or "\n" in text for text in data["texts"])
    render_html(evil_profile()).encode()


def test_the_policy_forbids_all_but_what_is_inside() -> None:
    page = Page(render_html(make_profile()))
    policy = page.attributes("meta", "http-equiv", "Content-Security-Policy")["content"] or ""
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert (rules["img-src"], rules["base-uri"], rules["form-action"]) == ("data:", "'none'", "'none'")
    (_, style), _, *scripts = page.inline
    assert rules["style-src"] == checksum(style)
    assert rules["script-src"] == " ".join(checksum(script) for _, script in scripts)
    assert not any("style" in attributes for _, attributes in page.elements)
    for _, attributes in page.elements:
        assert not {"src", "srcset"} & attributes.keys()
        assert (attributes.get("href") or "data:,") == "data:,"


def checksum(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_scripts_cannot_end_their_element() -> None:
    assert in_script("a = '</script>' + '</SCRIPT' + '<!--'") == snapshot(r"a = '<\/script>' + '<\/SCRIPT' + '<\!--'")


def test_the_charts_are_those_that_were_published() -> None:
    told = re.search(r"[0-9a-f]{64}", (DIRECTORY / CHARTS).with_name("README.md").read_text("utf-8"))
    assert told is not None
    assert hashlib.sha256((DIRECTORY / CHARTS).read_bytes()).hexdigest() == told[0]
    for name in ("LICENSE", "NOTICE", "LICENSE-d3", "LICENSE-zrender"):
        assert (DIRECTORY / CHARTS).with_name(name).is_file()


def test_7000_modules_in_at_most_3_mb() -> None:
    profile = make_profile()
    names = [f"distribution_{n % 20:02}.part_{n % 9}.subpackage.module_number_{n}" for n in range(7000)]
    modules = tuple(
        replace(
            make_module(name, self_ms=n % 13, cumulative_ms=n % 97),
            file=f"/venv/lib/python3.13/site-packages/{name.replace('.', '/')}.py",
            importer=replace_line(profile.modules[1], n),
            saving_ns=n * 1000,
        )
        for n, name in enumerate(names)
    )
    spans = tuple((KINDS.index("import"), n, n - 1, 0, 100_000 + n, 900_000 - n, n % 999, n % 99) for n in range(7000))
    large = replace(profile, modules=modules, timeline=TimelineInfo(KINDS, tuple(names), ("MainThread",), spans))
    assert len(render_html(large).encode()) <= 3_000_000


def replace_line(module: Module, line: int) -> Any:
    assert module.importer is not None
    return replace(module.importer, line=line)


def test_written_and_loaded_again(tmp_path: Path) -> None:
    saved = tmp_path / "profile.json"
    saved.write_text(dump_profile(make_profile()), "utf-8")
    view = View(3, Sort.SELF, make_profile())
    text = write_as(tmp_path / "report.html", load_profile(saved), view)
    assert text == render_html(make_profile(), before=make_profile(), sort=Sort.SELF)


def test_a_real_boot(tmp_path: Path) -> None:
    project = make_project(
        tmp_path, apps={"billing": {"apps.py": app_config("import billing.late"), "late.py": "import csv\n"}}
    )
    ran = profile(project, "-o", "report.html", "-o", "profile.json")
    assert ran.returncode == 0, ran.stderr
    page = Page((project / "report.html").read_text("utf-8"))
    assert "manage.py to URLs" in page.text
    data = page.data()
    assert "billing.late" in [row["name"] for row in rows(data, "modules")]
    saved = load_profile(project / "profile.json")
    assert data["boots"][0]["start"] == page_data(saved, None, None, None)["boots"][0]["start"]


def test_the_settings_of_the_project_change_nothing(tmp_path: Path) -> None:
    settings = (
        "USE_THOUSAND_SEPARATOR = True\nLANGUAGE_CODE = 'de'\nUSE_TZ = True\nINSTALLED_APPS.append('django_startup')\n"
    )
    project = make_project(tmp_path, settings=settings)
    (project / "before.json").write_text(dump_profile(make_profile()), "utf-8")
    ran = run(project, "manage.py", "startupprofile", "--load", "before.json", "-o", "report.html")
    assert ran.returncode == 0, ran.stderr
    assert (project / "report.html").read_text("utf-8") == render_html(make_profile())
