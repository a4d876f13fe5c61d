from __future__ import annotations

from dataclasses import replace

from inline_snapshot import snapshot

from django_startup.profile.parts import Advice, Door, Fix
from django_startup.profile.trial import Trial
from django_startup.reports.console.fixes import fix_list
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.headline import Headline
from tests.support.profiles import DOOR, MS, make_profile

OTHER = Door("help.apps", "help/apps.py", 11, "from langchain import agents", True, "used only in HelpConfig.answer()")
EFFECT = Door("", "/venv/lib/python3.13/site-packages/mjml/apps.py", 19, "", False, "ready(), in ready() of mjml")
TEXT = "import it in the functions that use it"


def text(*fixes: Fix, advice: Advice = Advice()) -> str:
    found = fix_list(fixes, advice, Headline.from_profile(replace(make_profile(), fixes=fixes, advice=advice)))
    return "" if found is None else as_text(found, 80)


def test_the_whole_list_at_80_columns() -> None:
    fixes = (
        Fix("defer", "langchain", f"{TEXT}; numpy, pydantic go with it", (OTHER, DOOR), 2100 * MS, 2100 * MS),
        Fix("effect", "mjml --version", "subprocess at start: put it off", (EFFECT,), 310 * MS, 310 * MS),
        Fix("defer", "stripe", TEXT, (DOOR,), 380 * MS, 300 * MS),
        Fix("slow", "shop.checks.slow", "the system check is slow", (), 150 * MS, 150 * MS),
    )
    assert text(*fixes) == snapshot("""\
FIXES  moving the imports saves 2.400 s together; estimated, not tried
1  2.100 s  langchain: import it in the functions that use it; numpy, pydantic
            go with it
            help/apps.py:11  from langchain import agents  (used only in
            HelpConfig.answer())
            billing/models.py:3  import stripe  (used only in refund())
2  0.310 s  mjml --version: subprocess at start: put it off
            mjml/apps.py:19  (ready(), in ready() of mjml)
3  0.300 s  stripe: import it in the functions that use it
            billing/models.py:3  import stripe  (used only in refund())
4  0.150 s  shop.checks.slow: the system check is slow
all of it together: about 2.860 s (204 %)

NEXT  --fix --diff          a patch of 1 and 3
      --fix --test COMMAND  writes what passes your tests
      --why langchain       the lines through which it comes in
""")


def test_a_patch_has_no_lines_that_need_others_to_change() -> None:
    patched = replace(DOOR, readers=("shop/tests.py:9 patches stripe here",))
    small = Fix("defer", "lib", TEXT, (DOOR,), 3 * MS, 3 * MS)
    fixes = [Fix("defer", name, TEXT, (DOOR,), 90 * MS, 90 * MS) for name in ("stripe", "pandas", "boto3")]
    fixes[0] = replace(fixes[0], doors=(DOOR, patched))
    last = [text(*fixes, advice=Advice((small,))), text(fixes[0], advice=Advice((small,)))]
    assert [shown.partition("\n\n")[2].splitlines()[:-2] for shown in last] == snapshot(
        [
            [
                "NEXT  --fix --diff          a patch of 2, 3 and the smaller; not of the lines of",
                "                            1 with others to change as well",
            ],
            [
                "NEXT  --fix --diff          a patch of what can move by itself; not of the lines",
                "                            of 1 with others to change as well",
            ],
        ]
    )


def test_more_lines_than_anybody_reads() -> None:
    doors = tuple(replace(DOOR, line=line) for line in range(1, 13))
    shown = text(Fix("defer", "stripe", TEXT, doors, 380 * MS, 380 * MS)).splitlines()
    assert shown[-4:] == snapshot(
        [
            "",
            "NEXT  --fix --diff          a patch of 1",
            "      --fix --test COMMAND  writes what passes your tests",
            "      --why stripe          the lines through which it comes in",
        ]
    )


def test_a_long_statement() -> None:
    fix = Fix("effect", f"SELECT {'x' * 200}", "sql at start", (), 20 * MS, 20 * MS)
    lines = text(fix).splitlines()
    assert lines[1:2] == ["1  0.020 s  SELECT"]
    assert lines[2].strip() == f"{'x' * 34}…{'x' * 31}…:"


def test_nothing_to_move() -> None:
    fix = Fix("gc", "garbage collection", "120 runs at start", (), 100 * MS, 100 * MS)
    assert text(fix) == snapshot("FIXES\n1  0.100 s  garbage collection: 120 runs at start\n")


def test_under_fixes_that_were_tried_stands_which_were_not() -> None:
    fixes = (
        Fix("defer", "stripe", TEXT, (), 300 * MS, 300 * MS, tried=True),
        Fix("gc", "garbage collection", "120 runs at start", (), 100 * MS, 100 * MS),
    )
    profile = replace(make_profile(), fixes=fixes, trial=Trial(4, 290 * MS, 10 * MS))
    found = fix_list(fixes, Advice(), Headline.from_profile(profile))
    assert found is not None
    assert as_text(found, 80).splitlines()[2:4] == snapshot(
        [
            "1  0.300 s  stripe: import it in the functions that use it",
            "2  0.100 s  garbage collection, not tried: 120 runs at start",
        ]
    )


def test_nothing_to_fix() -> None:
    assert text() == ""


def test_ten_fixes_have_their_numbers_under_each_other() -> None:
    fix = Fix("slow", "shop.slow", "slow", (), 9 * MS, 9 * MS)
    assert text(*[fix] * 10).splitlines()[9:] == snapshot(
        [" 9  0.009 s  shop.slow: slow", "10  0.009 s  shop.slow: slow", "all of it together: about 0.090 s (6 %)"]
    )


def test_names_are_only_text() -> None:
    door = replace(DOOR, file="[bold].py", statement="import \x1b[31m", reason="\udc80")
    shown = text(Fix("defer", "a\nb", "[red]", (door,), MS, MS))
    assert shown == snapshot("""\
FIXES  moving the imports saves 0.001 s together; estimated, not tried
1  0.001 s  a\\nb: [red]
            [bold].py:3  import \\x1b[31m  (\\udc80)

NEXT  --fix --diff          a patch of 1
      --fix --test COMMAND  writes what passes your tests
      --why a\\nb            the lines through which it comes in
""")


SMALL = tuple(Fix("defer", f"lib{number}", TEXT, (DOOR,), 9 * MS, 9 * MS, 2 * MS) for number in range(8))
FONT = replace(DOOR, line=9, statement="BOLD = Font()", reason="the line that keeps it")
NEARLY = Fix("nearly", "openpyxl", f"make it in the functions that use it, then {TEXT}", (FONT, DOOR), 90 * MS, 90 * MS)
UPSTREAM = Fix("upstream", "networkx", "imported by hyperkitty", (replace(DOOR, deferrable=False),), 90 * MS, 90 * MS)


def test_what_there_is_to_say_beside_the_fixes() -> None:
    fix = Fix("defer", "stripe", TEXT, (DOOR,), 380 * MS, 380 * MS, 40 * MS)
    advice = Advice(SMALL, (NEARLY,), (UPSTREAM,), ("2 other imports must stay.", "The largest \x1b."))
    assert text(fix, advice=advice) == snapshot("""\
FIXES  moving the imports saves 0.452 s together, and about 0.056 s of garbage
collections; estimated, not tried
1  0.380 s  stripe: import it in the functions that use it
            billing/models.py:3  import stripe  (used only in refund())
and 8 smaller: lib0, lib1, lib2, lib3, lib4, lib5 and 2 more, 0.072 s
all of it together: about 0.452 s (32 %)

NEARLY  one line keeps each of these at the top; estimates, on top of FIXES
0.090 s  openpyxl: make it in the functions that use it, then import it in the
         functions that use it
         billing/models.py:9  BOLD = Font()  (the line that keeps it)
         billing/models.py:3  import stripe  (used only in refund())

UPSTREAM  lines in packages that may not be needed at start: report them there
0.090 s  networkx: imported by hyperkitty
         billing/models.py:3  import stripe  (used only in refund())

2 other imports must stay.
The largest \\x1b.

NEXT  --fix --diff          a patch of 1 and the smaller
      --fix --test COMMAND  writes what passes your tests
      --why stripe          the lines through which it comes in
""")


def test_small_fixes_only() -> None:
    assert text(advice=Advice(SMALL[:1])) == snapshot("""\
FIXES  moving the imports saves 0.009 s together, and about 0.002 s of garbage
collections; estimated, not tried
and 1 smaller: lib0, 0.009 s

NEXT  --why lib0  the lines through which it comes in
""")


def test_where_nothing_can_be_changed_it_says_why() -> None:
    assert text(advice=Advice(rest=("2 other imports must stay.",))) == snapshot("""\
FIXES  none: no import that can move, nor code of your project, takes 1 %

2 other imports must stay.
""")
    assert text(advice=Advice(nearly=(NEARLY,))).splitlines()[0] == snapshot(
        "FIXES  none: no import that can move, nor code of your project, takes 1 %"
    )
