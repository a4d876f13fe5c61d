from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from markdown_it import MarkdownIt
from markdown_it.token import Token

from django_startup.compare.changes import Change, Status
from django_startup.compare.comparison import Registration, compare
from django_startup.compare.memory_changes import MemoryChange
from django_startup.profile.effects import Registries, RegistryEntry
from django_startup.profile.parts import Fix
from django_startup.profile.profile import Note, StartupProfile
from django_startup.reports.formats import View, write_as
from django_startup.reports.markdown.comparison import render_comparison_markdown
from django_startup.reports.markdown.profile import render_markdown
from django_startup.reports.markdown.text import code, escape
from tests.reports.test_comparison import COMPARISON, SAME
from tests.support.profiles import DOOR, MS, make_module, make_profile

PARSER = MarkdownIt("commonmark", {"html": True}).enable("table")
SCREEN = 45
HOSTILE = (
    "`a`|b\\|c *x* _y_ <img src=x onerror=1> [l](http://x.example) @octocat #12 www.x.example https://x.example "
    "~~s~~\n# h"
)
REPORT = """\
### manage.py to system checks: 1.400 s, of which moving imports saves 0.380 s (27 %)

> :warning: 3 modules were compiled from source.

0.900 s CPU + 0.500 s waiting · 0.100 s of it in 120 garbage collections · 1,234 modules · 231 MiB

|  | interpreter | settings | models | ready | noise |
|---|--:|--:|--:|--:|--:|
| time | 0.030 s | 0.070 s | 0.600 s | 0.615 s | 0.085 s |

| culprit | costs | where |
|---|--:|---|
| ready() `billing` | 0.493 s |  |
| package `stripe` 13.0.1 | 0.380 s | `billing/models.py:3` |

and 2 more

**Fixes**, each with what it saves in addition to those above

1. **0.380 s** `stripe`: import it in the functions that use it. `billing/models.py:3` (used only in refund())
2. **0.310 s** `mjml --version`: subprocess at start: put it off

Moving the imports saves 0.380 s together; estimated, not tried.

**How sure:** 2 boots, from 1.400 s to 1.450 s; time is CPU time plus waiting: \
it leaves out what other processes took, but on a busy machine CPU time itself grows. \
Savings are computed from the graph of all imports. Python 3.13.0, Django 5.2.19, Linux, 2 processors. \
The machine was warm.
"""
COMPARED = """\
### manage.py to system checks: slower, 1.400 s before, 1.900 s now (+0.500 s)

> Different Python: 3.13.0 before, 3.14.0 now.

1,234 modules before, 1,204 now (-30) · 231 MiB before, 241 MiB now (+10 MiB)

:warning: No longer registered: `receiver shop.signals.reindex (post_save shop.Product)`

Newly registered: `url name shop:a`, `url name shop:b`, `url name shop:c`

|  | models | urls |
|---|--:|--:|
| before | 0.100 s |  |
| now | 0.600 s | 0.001 s |

|  | what | before | now | difference | where |
|---|---|--:|--:|--:|---|
| appeared | package `stripe` 14.0 |  | 0.500 s | +0.500 s | `stripe/api.py:3` |
| shrank | ready() `billing` | 0.520 s | 0.010 s | -0.510 s |  |

and 1 more

**Memory of packages:** appeared `stripe` +41 MiB, shrank `pandas` -20 MiB, vanished `numpy` -40 MiB

**How sure:** 2 boots before and 2 now; differences up to 0.070 s are noise. What appeared, vanished or is no \
longer registered is exact. Python 3.13.0, Django 5.2.19, Linux, 2 processors.
"""


def large_profile() -> StartupProfile:
    """A profile with far more of everything than a screen holds."""
    profile = make_profile()
    stripe = profile.packages[0]
    fix = replace(profile.fixes[0], doors=(DOOR,) * 9)
    return replace(
        profile,
        packages=tuple(replace(stripe, name=f"package-{number}") for number in range(300)),
        fixes=tuple(replace(fix, subject=f"package-{number}") for number in range(10)),
        notes=tuple(Note("thread", f"Note {number}.") for number in range(30)),
    )


def texts(markdown: str) -> str:
    """What a reader sees: the text of a rendered document."""
    return "".join(token.content for token in leaves(PARSER.parse(markdown)))


def leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for token in tokens for leaf in (leaves(token.children) if token.children else [token])]


def test_the_whole_report() -> None:
    assert render_markdown(make_profile(), top=2) == REPORT


def test_the_whole_comparison() -> None:
    profile = make_profile()
    assert render_comparison_markdown(COMPARISON, profile, profile, top=2) == COMPARED


def test_nothing_to_tell() -> None:
    profile = make_profile()
    text = render_comparison_markdown(SAME, profile, profile, top=2)
    head, nothing, rest, *_ = text.split("\n")
    assert head == snapshot(
        "### manage.py to system checks: no measurable difference, 1.400 s before, 1.399 s now (-0.001 s)"
    )
    assert nothing == ""
    assert rest.startswith("**How sure:**")


def test_at_most_a_screen() -> None:
    text = render_markdown(large_profile(), top=1000)
    assert text.count("\n") <= SCREEN
    for words in ("and 295 more", "and 4 more", "7 more", "Note 3."):
        assert words in text
    assert "Note 4." not in text


def test_fixes_that_are_new() -> None:
    after = make_profile()
    before = replace(after, fixes=after.fixes[1:])
    text = render_comparison_markdown(SAME, before, after, top=2)
    line = (
        "1. **0.380 s** `stripe`: import it in the functions that use it. `billing/models.py:3` (used only in refund())"
    )
    assert f"\n\n**Fixes** that are new\n\n{line}\n\n**How sure:**" in text
    assert "mjml" not in text


def test_a_comparison_is_at_most_a_screen() -> None:
    changes = tuple(Change("package", str(number), None, 9 * MS, "", Status.APPEARED) for number in range(300))
    entries = tuple(Registration("models", str(number), "", "") for number in range(300))
    memory = tuple(MemoryChange("package", str(number), None, 2**20, Status.APPEARED) for number in range(300))
    large = replace(COMPARISON, changes=changes, lost=entries, gained=entries, memory=memory)
    text = render_comparison_markdown(large, make_profile(), large_profile(), top=1000)
    assert text.count("\n") <= SCREEN
    for words in ("and 292 more", "and 295 more", ", 295 more\n", "and 7 more"):
        assert words in text


def test_a_profile_with_nothing_in_it() -> None:
    bare = replace(
        make_profile(), phases=(), packages=(), apps=(), modules=(), fixes=(), notes=(), side_effects=(), boots=()
    )
    bare = replace(bare, total=replace(bare.total, gc_ns=0, rss_bytes=None))
    text = render_markdown(bare, top=2)
    assert text.startswith(
        "### manage.py to system checks: 1.400 s\n\n0.900 s CPU + 0.500 s waiting · 1,234 modules\n\n**How"
    )


def test_own_modules_among_the_culprits() -> None:
    profile = replace(
        make_profile(), modules=(make_module("billing.models", self_ms=900), make_module("a", thread="t"))
    )
    text = render_markdown(profile, top=1)
    assert "| module `billing.models` | 0.900 s | `billing/models.py:1` |" in text


def test_what_a_ready_imports_is_no_time_of_its_own_nor_are_its_side_effects() -> None:
    profile = make_profile()
    inside = replace(profile.side_effects[0], module="billing.jobs", line=9, time_ns=400 * MS)
    text = render_markdown(replace(profile, side_effects=(*profile.side_effects, inside)), top=5)
    assert "| ready() `billing` | 0.493 s |" in text


def test_a_package_that_the_settings_name() -> None:
    profile = make_profile()
    stripe = replace(profile.packages[0], doors=(replace(DOOR, file="", line=0),))
    text = render_markdown(replace(profile, packages=(stripe,)), top=5)
    assert "| package `stripe` 13.0.1 | 0.380 s | `INSTALLED_APPS` |" in text


def test_garbage_collection_is_no_name_of_the_project() -> None:
    fix = Fix("gc", "garbage collection", "9 runs at start", (), 9 * MS, 9 * MS)
    text = render_markdown(replace(make_profile(), fixes=(fix,)), top=5)
    assert "1. **0.009 s** garbage collection: 9 runs at start\n" in text


# Names from the project


@pytest.mark.parametrize("function", [escape, partial(code, in_table=True)], ids=["escape", "code"])
@pytest.mark.parametrize("template", ["{}", "| {} | x |\n|---|---|\n| {} | y |", "- {}", "1. {}", "> {}", "**x** {}"])
def test_a_hostile_name_stays_text(function: object, template: str) -> None:
    assert callable(function)
    tokens = PARSER.parse(template.format(function(HOSTILE), function(HOSTILE)) + "\n")
    expected = PARSER.parse(template.format("x", "x") + "\n")
    assert [token.type for token in tokens] == [token.type for token in expected]
    kinds = {leaf.type for leaf in leaves(tokens)}
    assert not kinds & {"html_inline", "html_block", "link_open", "em_open", "s_open", "heading_open", "image"}


@pytest.mark.parametrize("name", ["a.b", "`", "``a`", " a ", "a|b", "a`b``c", "\\", "*"])
def test_a_code_span_shows_a_name_as_it_is(name: str) -> None:
    assert in_a_cell(code(name, in_table=True)) == name
    assert texts(code(name)) == name


def test_a_bar_after_a_backslash_cannot_be_shown_in_a_table() -> None:
    assert in_a_cell(code("a\\|b", in_table=True)) == "a\\\\x7cb"
    assert texts(code("a\\|b")) == "a\\|b"


def in_a_cell(markdown: str) -> str:
    """What a reader sees in a cell of a table."""
    return texts(f"| |\n|---|\n| {markdown} |\n")


@pytest.mark.parametrize(("name", "shown"), [("a\nb", "a\\nb"), ("\udc80", "\\udc80"), ("", "")])
def test_what_code_writes_out(name: str, shown: str) -> None:
    assert "".join(token.content for token in leaves(PARSER.parse(code(name)))) == shown


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("@octocat", "@&#8288;octocat"),
        ("fixes #12", "fixes \\#&#8288;12"),
        ("see https://x.example", "see https://&#8288;x.example"),
        ("www.x.example", "www&#8288;.x.example"),
        ("a & b < c", "a &amp; b &lt; c"),
        ("13 % more", "13 % more"),
        ("import_price_list()", "import\\_price\\_list()"),
    ],
)
def test_what_escape_writes(text: str, written: str) -> None:
    assert escape(text) == written


def test_hostile_names_everywhere() -> None:
    profile = make_profile()
    door = replace(DOOR, file=HOSTILE, reason=HOSTILE)
    entry = RegistryEntry(HOSTILE, HOSTILE, HOSTILE)
    hostile = replace(
        profile,
        target=replace(profile.target, entry=HOSTILE),
        environment=replace(profile.environment, platform=HOSTILE),
        packages=(replace(profile.packages[0], name=HOSTILE, version=HOSTILE, doors=(door,)),),
        apps=(replace(profile.apps[1], label=HOSTILE, name=HOSTILE),),
        modules=(make_module(HOSTILE, self_ms=99),),
        fixes=(replace(profile.fixes[0], subject=HOSTILE, text=HOSTILE, doors=(door,)),),
        notes=(Note("bytecode", HOSTILE), Note("site", HOSTILE)),
        side_effects=(replace(profile.side_effects[2], detail=HOSTILE, file=HOSTILE),),
        registries=Registries(models=(entry,)),
    )
    for text in (
        render_markdown(hostile, top=9),
        render_comparison_markdown(compare(profile, hostile), profile, hostile, top=9),
        render_comparison_markdown(compare(hostile, profile), hostile, profile, top=9),
    ):
        kinds = {leaf.type for leaf in leaves(PARSER.parse(text))}
        assert not kinds & {"html_inline", "html_block", "link_open", "em_open", "s_open", "image"}
        assert "octocat" in texts(text)
        outside_code = "".join(leaf.content for leaf in leaves(PARSER.parse(text)) if leaf.type != "code_inline")
        assert not [call for call in ("@octocat", "#12", "https://x", "www.x") if call in outside_code]


def test_the_suffix_chooses() -> None:
    profile = make_profile()
    assert write_as(Path("x.md"), profile, View(top=2)) == REPORT
    compared = str(write_as(Path("x.md"), profile, View(before=profile)))
    assert compared.startswith("### manage.py to system checks: no measurable diff")
