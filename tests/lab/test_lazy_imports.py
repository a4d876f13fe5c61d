"""Imports that are made lazy: each case a small file, and what it looks like afterwards."""

from __future__ import annotations

import ast
import sys

import pytest

from django_startup.lab.lazy_imports import check, make_lazy, name_lazy_modules
from django_startup.lab.source_text import Uneditable

lazy_only = pytest.mark.skipif(sys.version_info < (3, 15), reason="the keyword is new in Python 3.15")


def listed(text: str, *lines: int, module: str = "shop.views", is_package: bool = False) -> str:
    return name_lazy_modules(text.encode(), lines or [1], module, is_package=is_package).decode()


@lazy_only
@pytest.mark.parametrize(
    ("before", "lines", "after"),
    [
        ("import pd\n", [1], "lazy import pd\n"),
        ("import a  # why\r\nimport b\r\n", [2], "import a  # why\r\nlazy import b\r\n"),
        ("from .a import (\n    b,\n    c,\n)\nx = 1", [3], "lazy from .a import (\n    b,\n    c,\n)\nx = 1"),
        ("if x:\n\timport a; import b\n", [2], "if x:\n\tlazy import a; lazy import b\n"),
        ("lazy import a\nimport b\n", [2], "lazy import a\nlazy import b\n"),
        ("# ä\n'ä'; import a\n", [2], "# ä\n'ä'; lazy import a\n"),
    ],
)
def test_the_keyword(before: str, lines: list[int], after: str) -> None:
    assert make_lazy(before.encode(), lines).decode() == after


@lazy_only
def test_what_cannot_have_the_keyword() -> None:
    with pytest.raises(Uneditable, match=r"^it is lazy already$"):
        make_lazy(b"lazy import a\n", [1])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("import pd\n", '__lazy_modules__ = ["pd"]\n\nimport pd\n', id="nothing above"),
        pytest.param(
            '"""Say."""\n\nfrom __future__ import annotations\nimport pd\n',
            '"""Say."""\n\nfrom __future__ import annotations\n\n__lazy_modules__ = ["pd"]\n\nimport pd\n',
            id="behind a docstring and __future__",
        ),
        pytest.param(
            '"""Say."""\n\nimport pd\n', '"""Say."""\n\n__lazy_modules__ = ["pd"]\n\nimport pd\n', id="one empty line"
        ),
        pytest.param(
            "# Licence.\n# More.\n\nimport pd\n",
            '# Licence.\n# More.\n\n__lazy_modules__ = ["pd"]\n\nimport pd\n',
            id="a licence",
        ),
        pytest.param(
            "#!/usr/bin/python\n# coding: utf-8\n# Slow.\nimport pd\n",
            '#!/usr/bin/python\n# coding: utf-8\n\n__lazy_modules__ = ["pd"]\n\n# Slow.\nimport pd\n',
            id="a comment that is about the import",
        ),
        pytest.param(
            "# Slow.\r\nimport pd\r\n", '__lazy_modules__ = ["pd"]\r\n\r\n# Slow.\r\nimport pd\r\n', id="CRLF"
        ),
        pytest.param(
            "__lazy_modules__ = ['a']\nimport a, pd\n", "__lazy_modules__ = ['a', \"pd\"]\nimport a, pd\n", id="a list"
        ),
        pytest.param(
            "__lazy_modules__: tuple[str, ...] = (\n    'a',\n    'b',\n)\nimport pd\n",
            "__lazy_modules__: tuple[str, ...] = (\n    'a',\n    'b',\n    \"pd\",\n)\nimport pd\n",
            id="a list over lines",
        ),
        pytest.param("x = y = 1\nimport pd\n", '__lazy_modules__ = ["pd"]\n\nx = y = 1\nimport pd\n', id="a statement"),
    ],
)
def test_the_list(before: str, after: str) -> None:
    line = next(number for number, line in enumerate(before.splitlines(), 1) if line.endswith("pd"))
    assert listed(before, line) == after


@lazy_only
def test_the_list_of_a_file_with_the_keyword() -> None:
    assert listed("lazy import a\nimport pd\n", 2) == '__lazy_modules__ = ["pd"]\n\nlazy import a\nimport pd\n'


def test_the_names_of_modules() -> None:
    text = "import a.b as c, d\nfrom . import e\nfrom .f import g\nfrom ..h import i\nfrom j.k import l\n"
    assert '["a.b", "d", "shop", "shop.f", "j.k"]' in listed(text, 1, 2, 3, 5)
    assert '["shop.views", "shop.views.f"]' in listed(text, 2, 3, is_package=True)
    long = "\n".join(f"import a_module_with_a_name_{number}" for number in range(4))
    assert listed(long, *range(1, 5)).startswith('__lazy_modules__ = [\n    "a_module_with_a_name_0",\n')


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("x = 1\n", 1, "there is no import statement"),
        ("from ... import pd\n", 1, "a relative import in shop"),
        ("__lazy_modules__ = ['pd']\nimport pd\n", 2, "it is lazy already"),
        ("__lazy_modules__ = names()\nimport pd\n", 2, "__lazy_modules__ is no list of names, line 1"),
        ("__lazy_modules__ = []\nimport pd\n", 2, "__lazy_modules__ is no list of names, line 1"),
        ("'Say.'; import pd\n", 1, "another statement stands on line 1"),
    ],
)
def test_what_cannot_be_listed(text: str, line: int, reason: str) -> None:
    with pytest.raises(Uneditable) as error:
        listed(text, line)
    assert str(error.value) == reason


def test_a_relative_import_outside_of_a_package() -> None:
    with pytest.raises(Uneditable, match=r"^a relative import in a module outside of a package$"):
        listed("from . import pd\n", module="")


def test_a_text_that_differs_in_more() -> None:
    for text in ("import a\nx = 2\n", "import b\nx = 1\n", "import a\nx = (\n"):
        with pytest.raises(Uneditable, match="the changed file would not be the same but for what is lazy"):
            check(ast.parse("import a\nx = 1\n"), text, set())
    with pytest.raises(Uneditable):
        check(ast.parse("import a\nx = 1\n"), "import a\nx = 1\n", {1})
