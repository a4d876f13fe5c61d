"""Imports that are moved: each case a small file, and what it looks like afterwards."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from django_startup.imports.holders import RanCode
from django_startup.lab.move import check_moved, move_imports
from django_startup.lab.source_text import Change, SourceText, Uneditable
from django_startup.profile.effects import Ran, RanFunction

FILE = Path("/shop/views.py")
BODY = "def f():\n    return pd.x\n"
LATER = "def f():\n    import pd\n\n    return pd.x\n"


def moved(text: str, *lines: int) -> str:
    """The text with some of its imports moved, or all of those outside of functions."""
    return move_imports(FILE, text.encode(), lines or outside_functions(text)).decode()


def outside_functions(text: str) -> set[int]:
    waiting: list[ast.AST] = [ast.parse(text.encode())]
    lines = set()
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            lines.add(node.lineno)
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            waiting += ast.iter_child_nodes(node)
    return lines


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import pandas as pd\n\ndef f():\n    return pd.x\n",
            "def f():\n    import pandas as pd\n\n    return pd.x\n",
            id="a function",
        ),
        pytest.param(
            'import pd\ndef f():\n    """Say."""\n    return pd.x\n',
            'def f():\n    """Say."""\n    import pd\n\n    return pd.x\n',
            id="a docstring",
        ),
        pytest.param(
            'import pd\ndef f():\n    """Say."""\n\n    return pd.x\n',
            'def f():\n    """Say."""\n    import pd\n\n    return pd.x\n',
            id="a docstring and an empty line",
        ),
        pytest.param(
            'import pd\ndef f():\n    "Say."; return pd.x\n',
            'def f():\n    "Say."\n    import pd\n    return pd.x\n',
            id="a docstring on the line of a statement",
        ),
        pytest.param("import pd\ndef f(): return pd.x\n", "def f():\n    import pd\n    return pd.x\n", id="one line"),
        pytest.param(
            'import pd\nclass A:\n\tasync def f(self): "Say."; a = 1; return pd.x\n',
            'class A:\n\tasync def f(self):\n\t    "Say."\n\t    import pd\n\t    a = 1; return pd.x\n',
            id="a method with its docstring on one line",
        ),
        pytest.param(
            "import pd\ndef f(\n    a,\n    # Why.\n):\n    # First.\n\n    @a\n    def g():\n        pd.x\n",
            "def f(\n    a,\n    # Why.\n):\n    import pd\n\n    # First.\n\n    @a\n    def g():\n        pd.x\n",
            id="comments, and a decorated function within",
        ),
        pytest.param(
            "import pd\n@a\n@b\ndef f():\n    import os\n    return pd.x\n",
            "@a\n@b\ndef f():\n    import pd\n    import os\n    return pd.x\n",
            id="a function that begins with imports",
        ),
        pytest.param(
            "from . import b\nimport z  # noqa: E402\nimport a.c\n"
            "def f():\n    return a.c, b, z\ndef g():\n    return b\n",
            "def f():\n    import a.c\n    import z  # noqa: E402\n    from . import b\n\n    return a.c, b, z\n"
            "def g():\n    from . import b\n\n    return b\n",
            id="several into several",
        ),
        pytest.param(
            "from a import (\n    b,  # Why.\n    c as d,\n)\ndef f():\n    return b\ndef g():\n    return d\n",
            "def f():\n    from a import b  # Why.\n\n    return b\n"
            "def g():\n    from a import c as d\n\n    return d\n",
            id="names into different functions",
        ),
        pytest.param("a = 1; import pd\n" + BODY, "a = 1\n" + LATER, id="behind ;"),
        pytest.param("import pd; a = 1\n" + BODY, "a = 1\n" + LATER, id="before ;"),
        pytest.param("a = 1; import pd; b = 2\n" + BODY, "a = 1; b = 2\n" + LATER, id="between ;"),
        pytest.param(
            "a = 1\nimport pd;  # Why.\n" + BODY,
            "a = 1\n" + LATER.replace("pd\n\n", "pd  # Why.\n\n"),
            id="; at the end",
        ),
        pytest.param(
            "if a:\n    import pd\n" + BODY,
            "if a:\n    pass\n" + LATER,
            id="alone in a block",
        ),
        pytest.param(
            "if a:\n    import pd\n    import os; import re\nelse:\n    b\ndef f(): return pd, os, re\n",
            "if a:\n    pass\nelse:\n    b\n"
            "def f():\n    import os\n    import pd\n    import re\n    return pd, os, re\n",
            id="a whole block",
        ),
        pytest.param(
            "import pd; import os\na = 1; import re; import ast; b = 2\nimport io; import sys; c = 3\n"
            "def f(): return pd, os, re, ast, io, sys\n",
            "a = 1; b = 2\nc = 3\ndef f():\n    import ast\n    import io\n    import os\n    import pd\n"
            "    import re\n    import sys\n    return pd, os, re, ast, io, sys\n",
            id="several on a line",
        ),
        pytest.param(
            "if a:\n    b\nelse:\n    import pd\n    c\n" + BODY,
            "if a:\n    b\nelse:\n    c\n" + LATER,
            id="in a block with others",
        ),
        pytest.param(
            "import pd\r\n\r\ndef f():\r\n\treturn pd.x\r\n",
            "def f():\r\n\timport pd\r\n\r\n\treturn pd.x\r\n",
            id="CRLF and tabs",
        ),
        pytest.param(
            "import pd\r\rdef f():\r  return pd.x",
            "def f():\r  import pd\r\r  return pd.x",
            id="CR, no end of the last line",
        ),
        pytest.param("\ufeffimport pd\n" + BODY, "\ufeff" + LATER, id="a byte order mark"),
        pytest.param(
            "import pd\nx = 'ä\x0c'; y = 1\ndef f(): é = 'ü'; return pd.x\n",
            "x = 'ä\x0c'; y = 1\ndef f():\n    import pd\n    é = 'ü'; return pd.x\n",
            id="characters of several bytes",
        ),
    ],
)
def test_into_functions(before: str, after: str) -> None:
    assert moved(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import os\n# It is slow,\n# so late.\nimport pd\nimport re\nos, re\n" + BODY,
            "import os\nimport re\nos, re\n"
            + LATER.replace("    import", "    # It is slow,\n    # so late.\n    import"),
            id="between others",
        ),
        pytest.param(
            "'''Say.'''\n\n# It is slow.\nimport pd\n\n" + BODY,
            "'''Say.'''\n\n" + LATER.replace("    import", "    # It is slow.\n    import"),
            id="alone",
        ),
        pytest.param("# Of the file.\nimport pd\n" + BODY, "# Of the file.\n" + LATER, id="of the file"),
        pytest.param(
            "import os\n\n# From others.\nimport pd\nimport re\nos, re\n" + BODY,
            "import os\n\n# From others.\nimport re\nos, re\n" + LATER,
            id="of those that stay, too",
        ),
        pytest.param("x = 1\n# fmt: off\nimport pd\n" + BODY, "x = 1\n# fmt: off\n" + LATER, id="to a tool"),
        pytest.param(
            "if a:\n    # It is slow.\n    import pd\n" + BODY,
            "if a:\n    pass\n" + LATER.replace("    import", "    # It is slow.\n    import"),
            id="above all of a block",
        ),
        pytest.param(
            "a = 1\n# It is slow.\nimport pd; b = 2\ndef f(): return pd\n",
            "a = 1\n# It is slow.\nb = 2\ndef f():\n    import pd\n    return pd\n",
            id="above a line that stays",
        ),
        pytest.param(
            "from a import (  # First.\n    # Of b.\n    b, c,  # noqa: F401\n    d\n    # Last.\n)  # All.\n"
            "def f(): b\ndef g(): d\ndef h(): c\n",
            "def f():\n    from a import b  # First.  # Of b.  # noqa: F401  # Last.  # All.\n    b\n"
            "def g():\n    from a import d  # Last.  # All.\n    d\n"
            "def h():\n    from a import c  # noqa: F401  # Last.  # All.\n    c\n",
            id="between parentheses",
        ),
    ],
)
def test_comments(before: str, after: str) -> None:
    slow = ("import pd", "from a")
    lines = [number for number, line in enumerate(before.splitlines(), 1) if line.strip().startswith(slow)]
    assert moved(before, *lines) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            "import os\n\nimport pd\nimport pd.y\n\nfrom . import b\n\nos, b\n\n\n" + BODY,
            "import os\n\nfrom . import b\n\nos, b\n\n\n" + LATER.replace("pd\n", "pd\n    import pd.y\n", 1),
            id="around a section",
        ),
        pytest.param(
            "import os\n\nimport pd\n\nimport pd.y\n\n\n" + BODY,
            "import os\n\n\n" + LATER.replace("pd\n", "pd\n    import pd.y\n", 1),
            id="around two sections",
        ),
        pytest.param(
            "import os\n\nimport pd; os\nimport pd.y\n\n\n" + BODY,
            "import os\n\nos\n\n\n" + LATER.replace("pd\n", "pd\n    import pd.y\n", 1),
            id="beside what stays",
        ),
        pytest.param(
            "import os\n\nimport pd\n\n\nclass A(os.B):\n    pass\n\n\n" + BODY,
            "import os\n\n\nclass A(os.B):\n    pass\n\n\n" + LATER,
            id="fewer above",
        ),
        pytest.param(
            "class A:\n    pass\n\n\nimport pd\n\nx = 1\n" + BODY,
            "class A:\n    pass\n\n\nx = 1\n" + LATER,
            id="fewer below",
        ),
        pytest.param("import os\nimport pd\n\n\n" + BODY, "import os\n\n\n" + LATER, id="below what stays"),
    ],
)
def test_blank_lines(before: str, after: str) -> None:
    lines = [number for number, line in enumerate(before.splitlines(), 1) if line.startswith("import pd")]
    assert moved(before, *lines) == after


@pytest.mark.parametrize(
    ("comment", "after"),
    [
        ("", "# noqa: PLC0415"),
        ("# Why.", "# Why.  # noqa: PLC0415"),
        ("# noqa", "# noqa"),
        ("# noqa: E402", "# noqa: E402, PLC0415"),
        ("# NOQA:E402,F401 # Why.", "# NOQA:E402,F401, PLC0415 # Why."),
        ("# noqa: plc0415", "# noqa: plc0415"),
    ],
)
def test_a_rule_that_may_be_broken(comment: str, after: str) -> None:
    text = f"import pd  {comment}\n" + BODY
    found = move_imports(FILE, text.encode(), [1], noqa="PLC0415").decode()
    assert found == LATER.replace("import pd", f"import pd  {after}")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """\
from __future__ import annotations

import a
import pd

x = 1
def f(y: pd.X) -> a.B:
    return pd.x
""",
            """\
from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import a
    import pd

x = 1
def f(y: pd.X) -> a.B:
    import pd

    return pd.x
""",
            id="no block yet",
        ),
        pytest.param(
            """\
from __future__ import annotations
from typing import TYPE_CHECKING
from a import b, c
if TYPE_CHECKING:
  import d

def f(y: c):
    return b
""",
            """\
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
  import d
  from a import c

def f(y: c):
    from a import b

    return b
""",
            id="a block",
        ),
        pytest.param(
            """\
from __future__ import annotations
import typing as t
import typing
import a
def f(y: a.B): pass""",
            """\
from __future__ import annotations
import typing as t
import typing

if typing.TYPE_CHECKING:
    import a

def f(y: a.B): pass""",
            id="typing is there",
        ),
        pytest.param(
            """\
'''Say.'''
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING: import b
import a
x: a.B""",
            """\
'''Say.'''
from __future__ import annotations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import a

if TYPE_CHECKING: import b
x: a.B""",
            id="a block on one line",
        ),
        pytest.param(
            """\
from __future__ import annotations
import a
x: a.B
if TYPE_CHECKING:
    import b""",
            """\
from __future__ import annotations
x: a.B
if TYPE_CHECKING:
    import b
    import a""",
            id="a block at the end of a file",
        ),
    ],
)
def test_under_type_checking(before: str, after: str) -> None:
    lines = [
        number
        for number, line in enumerate(before.splitlines(), 1)
        if line in ("import a", "import pd", "from a import b, c")
    ]
    assert move_imports(FILE, before.encode(), lines).decode() == after


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import pd\ndef f(:\n", "its source cannot be parsed (invalid syntax)"),
        ("# coding: klingon\nimport pd\n", "its source cannot be parsed (unknown encoding: klingon)"),
        ("x = 1\n", "there is no import statement"),
        ("import pd\nx = pd.y\n", "used at import: module level, line 2"),
        ("import pd\nx = lambda: pd\n", "used in the lambda in line 2, which has no room for an import"),
        ("import pd, os\ndef f(): pd\n", "os is not used in this file"),
        ("import __a\nclass A:\n    def f(self): return __a\n", "__a is another name inside a class"),
        ("import pd\ndef f():\n    return pd, locals()\n", "used in f(), which calls locals(), line 3"),
        ("import pd\ndef f():\n    def g():\n        global pd\n        pd\n", "global pd, line 4"),
        ("import pd\ndef f(pd):\n    def g():\n        pass\n", "pd is not used in this file"),
    ],
)
def test_what_cannot_be_moved(text: str, reason: str) -> None:
    with pytest.raises(Uneditable) as error:
        moved(text, 1 if text.startswith("import") else 2)
    assert str(error.value) == reason


def test_what_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(*arguments: object) -> None:
        raise MemoryError  # too deeply nested, for one

    monkeypatch.setattr("django_startup.lab.source_text.ast.parse", parse)
    with pytest.raises(Uneditable, match=r"its source cannot be read \(MemoryError\)"):
        move_imports(FILE, b"import pd\n", [1])


def test_a_text_that_differs_in_more_than_imports() -> None:
    before = ast.parse("import a\ndef f():\n    return a\n")
    statement, function = before.body
    assert isinstance(statement, ast.Import) and isinstance(function, ast.FunctionDef)
    check_moved(before, "def f():\n    import a\n    return a\n", [statement], [function])
    for text in (
        "def f():\n    return a\n",
        "def f():\n    import a\n    return 1\n",
        "import a\ndef f():\n    'Say.'\n    return a\n",
        "def f():\n",
    ):
        with pytest.raises(Uneditable, match="the changed file would not be the same but for its imports"):
            check_moved(before, text, [statement], [function])


def test_changes_that_meet() -> None:
    with pytest.raises(Uneditable, match="two changes meet in one place"):
        SourceText(b"import a\n").changed([Change(0, 3, ""), Change(2, 4, "")])


def test_what_a_text_is_warned_of_is_not_ours_to_say() -> None:
    before = b"import pd\ndef f():\n    return pd.x('\\(')\n"
    assert move_imports(FILE, before, [1]) == b"def f():\n    import pd\n\n    return pd.x('\\(')\n"


def placed(text: str, *ran: RanFunction) -> str:
    """The text with its first line moved, in a project in which some functions ran at start."""
    code = RanCode(Ran("", ran), FILE.parent)
    return move_imports(FILE, text.encode(), [1], ran=code.by_path().get(FILE, {})).decode()


SAFE = "import pd\ndef safe(f):\n    def wrapper():\n        return pd.x(f)\n    return wrapper\n"


@pytest.mark.parametrize("lines", [(3, 5), ()])
def test_an_import_goes_into_a_function_that_does_not_run_at_start(lines: tuple[int, ...]) -> None:
    after = SAFE.removeprefix("import pd\n")
    assert placed(SAFE) == after.replace("    def wrapper", "    import pd\n\n    def wrapper")
    assert placed(SAFE, RanFunction("other.py", "safe", 2, lines)) == placed(SAFE)
    found = placed(SAFE, RanFunction("views.py", "safe", 2, lines))
    assert found == after.replace("        return pd", "        import pd\n\n        return pd")


@pytest.mark.parametrize(
    ("body", "lines", "after"),
    [
        pytest.param(
            "    if x:\n        pd.x\n", (3,), "    if x:\n        import pd\n        pd.x\n", id="in a block"
        ),
        pytest.param(
            "    if x:\n        a = 1\n        pd.x\n        if pd.y:\n            pd.z\n    pd.a\n",
            (3,),
            "    if x:\n        a = 1\n        import pd\n        pd.x\n        if pd.y:\n            pd.z\n"
            "    import pd\n    pd.a\n",
            id="what comes behind it in its block needs none",
        ),
        pytest.param(
            "    if x:\n        @a\n        def g(y=pd.y):\n            pass\n",
            (3,),
            "    if x:\n        import pd\n        @a\n        def g(y=pd.y):\n            pass\n",
            id="before decorators",
        ),
        pytest.param("    if x: pd.x\n", (), "    import pd\n\n    if x: pd.x\n", id="lines are not known"),
        pytest.param("    if x: a; pd.x\n", (5,), "    import pd\n\n    if x: a; pd.x\n", id="not the first of a line"),
        pytest.param(
            "    if x:\n        a\n    elif pd.x:\n        b\n",
            (3, 4),
            "    import pd\n\n    if x:\n        a\n    elif pd.x:\n        b\n",
            id="elif",
        ),
        pytest.param(
            "    try:\n        a\n    except pd.X:\n        b\n",
            (3, 4),
            "    import pd\n\n    try:\n        a\n    except pd.X:\n        b\n",
            id="except",
        ),
    ],
)
def test_an_import_goes_to_the_line_that_does_not_run_at_start(body: str, lines: tuple[int, ...], after: str) -> None:
    """Where there is no place for it, into the function: a trial shows that it is imported all the same."""
    assert placed(f"import pd\ndef f(x):\n{body}", RanFunction("views.py", "f", 2, lines)) == f"def f(x):\n{after}"
