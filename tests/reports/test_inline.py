"""What is printed of imports inside functions."""

from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.profile.inline import InlineImport, InlineImports, InlineKind
from django_startup.profile.profile import StartupProfile
from django_startup.reports.console.inline import render_inline
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.sections import render_sections
from django_startup.reports.html.page import render_html
from django_startup.reports.inline_section import inline_section
from django_startup.reports.markdown.profile import render_markdown
from tests.support.profiles import MS, make_profile

SLOW = InlineImport("shop/views.py", 3, "import pandas", "export()", InlineKind.EARNING, "", "pandas", 380 * MS, 612)
HIDDEN = replace(SLOW, line=9, statement="import tax", subject="tax", saving_ns=None, modules=0)
NEEDLESS = InlineImport(
    "shop/urls.py", 7, "import shop", "view()", InlineKind.POINTLESS, "loaded at start anyway, by manage.py:3"
)


def shown(inline: InlineImports, top: int = 10) -> str:
    profile: StartupProfile = replace(make_profile(), inline=inline)
    return as_text(render_inline(profile, top=top), 80).partition("\n\n")[2]


def test_there_are_none() -> None:
    assert shown(InlineImports(True)) == "no import inside a function, in what the boot loads of your project\n"


def test_more_than_fit() -> None:
    others = [replace(NEEDLESS, line=line) for line in (8, 9)]
    earning = [SLOW, replace(SLOW, line=4), HIDDEN]
    inline = InlineImports(True, (*earning, NEEDLESS, *others), 9, 390 * MS, 4 * MS, ("urls",))
    assert shown(inline, top=1) == snapshot("""\
6 imports inside functions, in 2 files that the boot loads

EARNING  0.390 s ± 0.004 kept out of the start together, measured
0.380 s  pandas: 612 modules
         shop/views.py:3  import pandas  in export()
         and 1 more: --top N, or -o FILE.json
         and 1 more: --top N, or -o FILE.json

POINTLESS  what they import is loaded at start anyway; hoisted: boots to system
checks, registers the same
  shop/urls.py:7  import shop  in view(): loaded at start anyway, by manage.py:3
  and 2 more: --top N, or -o FILE.json
""")


def test_the_section_of_other_reports() -> None:
    others = [replace(NEEDLESS, line=line) for line in (8, 9)]
    inline = InlineImports(
        True, (SLOW, replace(SLOW, line=4), HIDDEN, NEEDLESS, *others), 9, 390 * MS, 4 * MS, ("urls",)
    )
    profile = replace(make_profile(), inline=inline)
    assert as_text(render_sections(profile, top=2), 80).partition("\n\n")[2] == snapshot("""\
  6 imports inside functions, in 2 files that the boot loads
  EARNING: 0.390 s ± 0.004 kept out of the start together, measured

  KEPT OUT               saves                                by
  pandas: 612 modules  0.380 s  shop/views.py:3, shop/views.py:4
  tax: not measured                              shop/views.py:9

  POINTLESS: what they import is loaded at start anyway; hoisted: boots to
  system checks, registers the same
  shop/urls.py:7  import shop  in view(): loaded at start anyway, by manage.py:3
  shop/urls.py:8  import shop  in view(): loaded at start anyway, by manage.py:3
  and 1 more
""")
    assert "**Imports inside functions**" in render_markdown(profile, top=3)
    assert "Imports inside functions" in render_html(profile)
    assert inline_section(replace(make_profile(), inline=InlineImports(True)), 3).parts == (
        "no import inside a function, in what the boot loads of your project",
    )


def test_nothing_that_could_be_measured() -> None:
    assert shown(InlineImports(True, (HIDDEN, NEEDLESS))) == snapshot("""\
2 imports inside functions, in 2 files that the boot loads

EARNING  what they import is not loaded at start; nothing measurable on this
machine
  tax: not measured
  shop/views.py:9  import tax  in export()

POINTLESS  what they import is loaded at start anyway
  shop/urls.py:7  import shop  in view(): loaded at start anyway, by manage.py:3
""")
