"""What samples say about where the time goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.drill.activities import activity_of
from django_startup.drill.typical import (
    LOADING,
    Finding,
    Line,
    Piece,
    find_typical,
    fit,
    read_frame,
    scaled,
    top_level,
)
from django_startup.measure.ending import Frame
from django_startup.measure.observations import Counted, Sample

LIB = "/venv/lib/python3.13"
SITE = f"{LIB}/site-packages"
DIRECTORY = Path("/shop")
BODY = "<module>\0/shop/flags/base.py\0001\1l14"
REGEX = (f"compile\0{LIB}/re/__init__.py\000225\1l228", f"_compile\0{LIB}/re/__init__.py\000272\1l294")


def find(
    *stacks: tuple[str, ...], counted: tuple[Counted, ...] = (), file: str = "flags/base.py", body: bool = True
) -> tuple[Finding, ...]:
    pieces = [Piece(stack, 10) for stack in stacks]
    return find_typical(pieces, counted, file=file, directory=DIRECTORY, body=body)


def test_frames() -> None:
    assert read_frame("f\0a.py\0003\1cThing\1l14") == ("f", "a.py", 14)
    assert read_frame("sleep\0<built-in>\0000") == ("sleep", "<built-in>", 0)
    assert read_frame("nothing") == ("nothing", "", 0)
    assert read_frame("f\0a.py\0x") == ("f", "a.py", 0)


@pytest.mark.parametrize(
    ("function", "file", "kind"),
    [
        ("_compile", f"{LIB}/re/__init__.py", "regex"),
        ("match", f"{LIB}/re/__init__.py", None),
        ("wrap", f"{LIB}/dataclasses.py", "dataclass"),
        ("wrap", f"{SITE}/attr/_make.py", "attrs"),
        ("__new__", f"{SITE}/pydantic/_internal/_model_construction.py", "pydantic"),
        ("dataclass", f"{SITE}/pydantic/dataclasses.py", "pydantic"),
        ("__init__", f"{SITE}/pydantic/main.py", None),
        ("__new__", f"{SITE}/django/db/models/base.py", "model"),
        ("save", f"{SITE}/django/db/models/base.py", None),
        ("execute", f"{SITE}/django/db/backends/utils.py", "sql"),
        ("loads", f"{LIB}/json/__init__.py", "json"),
        ("run", f"{LIB}/subprocess.py", "subprocess"),
        ("__new__", f"{LIB}/ssl.py", "tls"),
        ("do_handshake", f"{LIB}/ssl.py", "network"),
        ("connect", f"{SITE}/urllib3/connection.py", "network"),
        ("entry_points", f"{LIB}/importlib/metadata/__init__.py", "metadata"),
        ("gettext", f"{SITE}/django/utils/translation/__init__.py", "translation"),
        ("read_text", f"{LIB}/pathlib/_local.py", "file"),
        ("isfile", "<frozen genericpath>", "file"),
        ("decode", "<frozen codecs>", "file"),
        ("sleep", "<built-in>", "sleep"),
        ("TextIOWrapper.read", "<built-in>", "file"),
        ("lock.acquire", "<built-in>", "wait"),
        ("exec", "<built-in>", "generated"),
        ("sleep", "/shop/flags/base.py", None),
        ("len", "<built-in>", None),
    ],
)
def test_activities(function: str, file: str, kind: str | None) -> None:
    activity = activity_of(function, file)
    assert (activity.kind if activity else None) == kind


def test_the_line_of_the_users_own_code() -> None:
    helper = "compile_all\0/shop/flags/helpers.py\0003\1l8"
    findings = find((BODY, *REGEX), (BODY, helper, *REGEX), (BODY, helper, *REGEX))
    assert findings == (
        Finding("compile regular expressions", 30, 0, (Line("flags/helpers.py", 8), Line("flags/base.py", 14))),
    )


def test_the_outermost_known_thing_counts() -> None:
    model = f"__new__\0{SITE}/pydantic/_internal/_model_construction.py\00089\1l90"
    assert [finding.text for finding in find((BODY, model, *REGEX))] == snapshot(["create pydantic models"])


def test_what_is_nothing_known() -> None:
    lexer = f"lex\0{SITE}/lark/lexer.py\0001\1l2"
    helper = "rules\0/shop/flags/rules.py\0003\1l8"
    findings = find((BODY, lexer), (BODY, helper), (BODY, "len\0<built-in>\0000"), (BODY, lexer, helper))
    assert findings == (
        Finding("run its own code", 30, 0, (Line("flags/base.py", 14),)),
        Finding("call lex() of lark/lexer.py", 10, 0, (Line("flags/base.py", 14),)),
    )


def test_ready_names_the_innermost_line() -> None:
    ready = "ready\0/shop/flags/apps.py\0007\1l8"
    helper = "rules\0/shop/flags/rules.py\0003\1l8"
    (finding,) = find((ready, helper), file="flags/apps.py", body=False)
    assert finding.lines == (Line("flags/rules.py", 8),)
    (finding,) = find((), file="flags/apps.py", body=False)
    assert finding.lines == (Line("flags/apps.py", 0),)


def test_a_module_that_is_found_and_read() -> None:
    importlib = "get_data\0<frozen importlib._bootstrap_external>\0001\1l2"
    assert find((importlib,)) == (Finding(LOADING, 10, 0, ()),)


def test_a_package_has_code_of_its_own() -> None:
    body = f"<module>\0{SITE}/lark/grammar.py\0001\1l5"
    helper = f"build\0{SITE}/lark/lexer.py\0001\1l7"
    other = f"parse\0{SITE}/other/parser.py\0001\1l7"
    findings = find((body, helper, *REGEX), (body, helper), (body, other), file=f"{SITE}/lark/grammar.py")
    assert [(finding.text, finding.lines[0].line) for finding in findings] == snapshot(
        [
            ("call parse() of other/parser.py", 5),
            ("compile regular expressions", 7),
            ("run its own code", 5),
        ]
    )


def test_calls() -> None:
    body = Frame("/shop/flags/base.py", 14, "<module>")
    model = Frame(f"{SITE}/pydantic/_internal/_model_construction.py", 9, "__new__")
    compile_ = Frame(f"{LIB}/re/__init__.py", 294, "_compile")
    importlib = Frame("<frozen importlib._bootstrap_external>", 9, "get_data")
    counted = (
        Counted("regex", 12, (compile_, body)),
        Counted("regex", 100, (compile_, model, body)),
        Counted("file", 3, (body,)),
        Counted("file", 100, (importlib,)),
        Counted("unheard", 1, (body,)),
    )
    sleep, opened = "sleep\0<built-in>\0000", "open\0<built-in>\0000"
    findings = find((BODY, *REGEX), (BODY, sleep), (BODY, sleep), (BODY, opened), counted=counted)
    assert {finding.text: finding.calls for finding in findings} == snapshot(
        {"compile regular expressions": 12, "sleep": 2, "read files and directories": 3}
    )


def fitted(*samples: tuple[int, int], cpu_ns: int, waiting_ns: int) -> list[int]:
    made = [
        Sample((str(number),), cpu, waiting, quiet_ns=max(0, cpu - 100_000), samples=1)
        for number, (cpu, waiting) in enumerate(samples)
    ]
    pieces = fit(made, cpu_ns=cpu_ns, waiting_ns=waiting_ns)
    times = {piece.stack[0]: piece.time_ns for piece in pieces}
    return [times.get(str(number), 0) for number in range(len(samples))]


def test_times_add_up_to_what_it_takes_without_the_profiler() -> None:
    # Two samples full of calls, which the profiler slows down, one quiet one, and one that waits.
    samples = (100_000, 0), (100_000, 0), (1_100_000, 0), (0, 2_000_000)
    assert fitted(*samples, cpu_ns=1_150_000, waiting_ns=1_000_000) == [50_000, 50_000, 1_050_000, 1_000_000]
    assert sum(fitted(*samples, cpu_ns=1_150_001, waiting_ns=1_000_001)) == 2_150_002


def test_times_of_which_one_kind_was_not_sampled() -> None:
    assert fitted((100_000, 0), cpu_ns=30, waiting_ns=12) == [42]
    assert fitted((0, 100_000), cpu_ns=30, waiting_ns=12) == [42]
    assert fitted((500_000, 0), cpu_ns=300_000, waiting_ns=0) == [300_000]
    assert fitted(cpu_ns=30, waiting_ns=0) == []


def test_proportions() -> None:
    assert scaled([1, 1, 1], 100) == [33, 33, 34]
    assert scaled([0, 0], 100) == [0, 0]


def test_top_level() -> None:
    assert top_level(f"{SITE}/lark/grammar.py") == f"{SITE}/lark/"
    assert top_level(f"{LIB}/dataclasses.py") == f"{LIB}/dataclasses.py"
    assert top_level("/shop/flags/base.py") == ""


def test_what_several_modules_take_to_import_each_other() -> None:
    body, load = f"<module>\0{SITE}/stripe/api.py\0001\1l7", "_load\0<frozen importlib._bootstrap>\0001\1l5"
    stacks = [(body,), (body, *REGEX), (body, load), (load,)]
    pieces = [Piece(stack, 10 + number) for number, stack in enumerate(stacks)]
    file = f"{SITE}/stripe/__init__.py"
    found = find_typical(pieces, (), file=file, directory=DIRECTORY, body=True, several=True)
    assert [(finding.text, finding.time_ns, finding.lines[:1]) for finding in found] == [
        (LOADING, 25, ()),
        ("compile regular expressions", 11, (Line(f"{SITE}/stripe/api.py", 7),)),
        ("run its own code", 10, (Line(f"{SITE}/stripe/api.py", 7),)),
    ]
