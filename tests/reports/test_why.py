from __future__ import annotations

from dataclasses import replace

import pytest
from inline_snapshot import snapshot

from django_startup.imports.why import NotImported, WayIn, Why
from django_startup.profile.parts import Door
from django_startup.profile.reasons import Reason
from django_startup.reports.console.plain_text import as_text
from django_startup.reports.console.why import render_why
from tests.support.profiles import CLASS_DOOR, DOOR, MS

SITE = "/venv/lib/python3.13/site-packages"
ANNOTATIONS = replace(
    DOOR, reason="used only in annotations: it can move under TYPE_CHECKING", kind=Reason.USED_IN_ANNOTATIONS
)
SETTINGS = Door("shop.settings", "shop/settings.py", 12, "", False, "'pay' in INSTALLED_APPS", Reason.INSTALLED_APP)
WAYS = (WayIn(DOOR, "models", ("billing.models",)), WayIn(CLASS_DOOR, "urls", ("shop.urls",)))


def make_why(
    *,
    kind: str = "package",
    name: str = "stripe",
    version: str = "13.0.1",
    also: tuple[str, ...] = (),
    modules: int = 96,
    rss_bytes: int | None = 41 * 2**20,
    is_own: bool = True,
    ways: tuple[WayIn, ...] = WAYS,
    fewest: tuple[Door, ...] = (DOOR, CLASS_DOOR),
    needed_by: tuple[str, ...] = (),
    cycle: tuple[str, ...] = (),
    loss: str = "",
    before_project: bool = False,
    more: int = 0,
    every: bool = False,
    taken_along: int = 0,
) -> Why:
    return Why(
        kind=kind,
        name=name,
        version=version,
        also=also,
        modules=modules,
        self_ns=380 * MS,
        rss_bytes=rss_bytes,
        saving_ns=390 * MS,
        is_own=is_own,
        ways=ways,
        fewest=fewest,
        fewest_saving_ns=400 * MS,
        needed_by=needed_by,
        cycle=cycle,
        loss=loss,
        before_project=before_project,
        more=more,
        every=every,
        taken_along=taken_along,
        others=400,
    )


def text(answer: Why | NotImported) -> str:
    return as_text(render_why(answer), 80)


def conclusion(answer: Why) -> str:
    """The last paragraph."""
    return " ".join(text(answer).rpartition("\n\n")[2].split())


def test_the_whole_answer_at_80_columns() -> None:
    chain = ("shop.urls", "(djangorestframework)", "billing.urls", "billing.views", "billing.models")
    answer = make_why(
        also=("app", "module"),
        ways=(WayIn(DOOR, "urls", chain), WAYS[1]),
        needed_by=("dj-stripe", "the standard library"),
        cycle=("billing.models", "billing.views"),
    )
    assert text(answer) == snapshot("""\
stripe 13.0.1: 96 modules, 0.380 s of its own, 41 MiB.
There is also an app of that name: --why app:stripe
There is also a module of that name: --why module:stripe
2 lines of your project (doors) bring it in. Closing both saves 0.390 s.
It is also needed by dj-stripe, the standard library.

1  billing/models.py:3  import stripe
   used only in refund(): move it there, or make it lazy (Python 3.15)
   urls > shop.urls > (djangorestframework) > billing.urls > billing.views >
   billing.models

2  shop/urls.py:9  from stripe import webhooks
   a star import
   urls > shop.urls

These modules import each other: billing.models, billing.views.
To keep it out, close at least billing/models.py:3, shop/urls.py:9 (saves
0.400 s); not all of them can move as they are.
""")


@pytest.mark.parametrize(
    ("answer", "first"),
    [
        (make_why(version="", rss_bytes=None), "stripe: 96 modules, 0.380 s of its own."),
        (make_why(rss_bytes=300_000), "stripe 13.0.1: 96 modules, 0.380 s of its own."),
        (make_why(rss_bytes=-(2**22)), "stripe 13.0.1: 96 modules, 0.380 s of its own."),
        (make_why(modules=1), "stripe 13.0.1: 1 module, 0.380 s of its own, 41 MiB."),
        (make_why(modules=1234, rss_bytes=0), "stripe 13.0.1: 1,234 modules, 0.380 s of its own."),
        (
            make_why(kind="app", name="pay", version="", rss_bytes=None),
            "The app pay: 96 modules, 0.380 s of its own.",
        ),
        (
            make_why(kind="module", name="pay.api", version="", rss_bytes=None),
            "The module pay.api: 96 modules, 0.380 s of its own.",
        ),
    ],
)
def test_what_it_is(answer: Why, first: str) -> None:
    assert text(answer).splitlines()[0] == first


@pytest.mark.parametrize(
    ("ways", "sentence"),
    [
        (WAYS[:1], "One line of your project (a door) brings it in. Closing it saves 0.390 s."),
        (WAYS, "2 lines of your project (doors) bring it in. Closing both saves 0.390 s."),
        (WAYS * 2, "4 lines of your project (doors) bring it in. Closing all saves 0.390 s."),
        ((), "No line of your project brings it in."),
    ],
)
def test_how_many_doors(ways: tuple[WayIn, ...], sentence: str) -> None:
    assert text(make_why(is_own=bool(ways), ways=ways)).splitlines()[1] == sentence


def test_needed_by_others_alone() -> None:
    door = replace(DOOR, file=f"{SITE}/wagtail/models.py", deferrable=False, reason="in wagtail: not the project's")
    ways = (WayIn(door, "models", ("(wagtail)",)),) * 10
    answer = make_why(is_own=False, ways=ways, more=2, fewest=(), needed_by=("wagtail",))
    assert text(answer).splitlines()[1:7] == snapshot(
        [
            "No line of your project brings it in.",
            "It is needed by wagtail.",
            "",
            "1  wagtail/models.py:3  import stripe",
            "   in wagtail: not the project's",
            "   models > (wagtail)",
        ]
    )
    assert text(answer).endswith("""\
10  wagtail/models.py:3  import stripe
    in wagtail: not the project's
    models > (wagtail)

and 2 more: --all

Your project cannot keep it out: Django, a setting or another package brings it
in.
""")


def test_loaded_before_the_project() -> None:
    answer = make_why(is_own=False, ways=(), fewest=(), before_project=True)
    assert text(answer).splitlines()[1:] == ["It was loaded before the project: by site, a .pth file or sitecustomize."]


@pytest.mark.parametrize(
    ("door", "lines"),
    [
        (
            SETTINGS,
            ["1  shop/settings.py:12", "   'pay' in INSTALLED_APPS", "   settings > shop.settings"],
        ),
        (
            replace(SETTINGS, file="", line=0),
            ["1  INSTALLED_APPS of shop.settings", "   'pay' in INSTALLED_APPS", "   settings > shop.settings"],
        ),
        (
            replace(DOOR, file=f"{SITE}/pay/models.py"),
            [
                "1  pay/models.py:3  import stripe",
                "   used only in refund(): move it there, or make it lazy (Python 3.15)",
                "   settings > shop.settings",
            ],
        ),
        (
            ANNOTATIONS,
            [
                "1  billing/models.py:3  import stripe",
                "   used only in annotations: it can move under TYPE_CHECKING",
                "   settings > shop.settings",
            ],
        ),
        (
            replace(DOOR, file="a\x1b[31m.py", statement="from x import [bold]", reason="\udc80"),
            [
                "1  a\\x1b[31m.py:3  from x import [bold]",
                "   \\udc80: move it there, or make it lazy (Python 3.15)",
                "   settings > shop.settings",
            ],
        ),
    ],
    ids=["settings", "settings without a line", "installed", "annotations", "odd characters"],
)
def test_one_door(door: Door, lines: list[str]) -> None:
    answer = make_why(ways=(WayIn(door, "settings", ("shop.settings",)),))
    assert text(answer).splitlines()[3:6] == lines


def test_a_door_in_the_entry_script_itself() -> None:
    assert text(make_why(ways=(WayIn(DOOR, "entry", ()),))).splitlines()[5] == "   entry"


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            make_why(fewest=(DOOR,)),
            "To keep it out, close at least billing/models.py:3 (saves 0.400 s); it can move.",
        ),
        (
            make_why(fewest=(CLASS_DOOR,)),
            "To keep it out, close at least shop/urls.py:9 (saves 0.400 s); it cannot move as it is.",
        ),
        (
            make_why(fewest=(DOOR, replace(DOOR, line=4))),
            "To keep it out, close at least billing/models.py:3, billing/models.py:4 (saves 0.400 s); "
            "they can all move.",
        ),
        (
            make_why(fewest=(DOOR, CLASS_DOOR)),
            "To keep it out, close at least billing/models.py:3, shop/urls.py:9 (saves 0.400 s); "
            "not all of them can move as they are.",
        ),
        (
            make_why(fewest=(DOOR, replace(DOOR, line=4)), loss="pay.models registers the model pay.Bill"),
            "To keep it out, close at least billing/models.py:3, billing/models.py:4 (saves 0.400 s); "
            "they can move, but not all of them: pay.models registers the model pay.Bill.",
        ),
        (
            make_why(fewest=(), ways=WAYS),
            "Closing doors does not keep it out: Django, a setting or another package brings it in.",
        ),
        (
            make_why(ways=(WayIn(SETTINGS, "settings", ("shop.settings",)), *WAYS)),
            "It is imported as long as it is in INSTALLED_APPS.",
        ),
    ],
)
def test_what_keeps_it_out(answer: Why, sentence: str) -> None:
    assert conclusion(answer) == sentence


def test_a_lambda_has_no_room() -> None:
    used = replace(
        DOOR,
        deferrable=False,
        reason="used in the lambda in line 9, which has no room for an import",
        kind=Reason.USED_IN_LAMBDA,
    )
    assert text(make_why(ways=(WayIn(used, "urls", ("shop.urls",)),))).splitlines()[4:6] == snapshot(
        [
            "   used in the lambda in line 9, which has no room for an import: make the",
            "   import lazy (Python 3.15), or the lambda a function",
        ]
    )


MANY = tuple(replace(CLASS_DOOR, line=line) for line in range(1, 13))
ELSEWHERE = tuple(replace(CLASS_DOOR, file=f"shop/urls{number}.py") for number in range(12))


def test_doors_that_are_not_shown_are_counted() -> None:
    assert text(make_why(more=584)).splitlines()[1] == (
        "586 lines of your project (doors) bring it in. Closing all saves 0.390 s."
    )


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (make_why(fewest=MANY), "shop/urls.py:5 and 7 more (--all) (saves 0.400 s); not all of them can move"),
        (make_why(fewest=MANY, every=True), "shop/urls.py:11, shop/urls.py:12 (saves 0.400 s); not all of them can"),
        (make_why(fewest=MANY[:5]), "shop/urls.py:4, shop/urls.py:5 (saves 0.400 s); not all of them can move"),
    ],
)
def test_more_lines_to_close_than_anybody_reads(answer: Why, end: str) -> None:
    assert end in conclusion(answer)


@pytest.mark.parametrize(
    ("fewest", "files"),
    [
        (MANY, "12 lines that would have to be closed, all in shop/urls.py"),
        ((*MANY, DOOR), "13 lines that would have to be closed, most of them in shop/urls.py"),
        (ELSEWHERE, "12 lines that would have to be closed, in 12 files"),
    ],
)
def test_what_takes_the_project_apart_is_no_answer(fewest: tuple[Door, ...], files: str) -> None:
    assert conclusion(make_why(fewest=fewest, taken_along=100)) == (
        f"Keeping it out would take the project apart: 100 of its 400 other modules go with the {files}."
    )


@pytest.mark.parametrize(
    "answer",
    [
        make_why(fewest=MANY, taken_along=99),
        make_why(fewest=(DOOR,), taken_along=399),  # what moves is not lost
        replace(make_why(fewest=MANY, taken_along=9), others=9),
    ],
)
def test_what_costs_little_of_the_project_is_an_answer(answer: Why) -> None:
    assert conclusion(answer).startswith("To keep it out, close at least ")


def test_more_modules_in_a_cycle_than_anybody_reads() -> None:
    answer = make_why(cycle=tuple(f"m{number}" for number in range(12)))
    assert "m3, m4 and 7 more." in conclusion(answer)


@pytest.mark.parametrize(
    ("similar", "end"),
    [
        ((), ""),
        (("stripe",), " Did you mean stripe?"),
        (("stripe", "string"), " Did you mean stripe or string?"),
    ],
)
def test_not_imported(similar: tuple[str, ...], end: str) -> None:
    sentence = f"No package, app or module named 'strpe' was imported in this boot.{end}"
    assert text(NotImported("strpe", similar)).split() == sentence.split()
