"""Imports that have to stay, by the text of their file."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.imports.deferral import Deferral, judge
from django_startup.profile.reasons import Reason
from tests.support.deferral import FUTURE, LISTED, SHELL_HEAD, reason, verdict


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("class Order(stripe.Order): pass\n", "base of class Order, line 2"),
        ("class Order(\n    Base,\n    stripe.Mixin,\n): pass\n", "base of class Order, line 4"),
        ("class Order(metaclass=stripe.Meta): pass\n", "base of class Order, line 2"),
        ("class Order(Base[stripe.T]): pass\n", "base of class Order, line 2"),
        ("@stripe.hook\nclass Order: pass\n", "decorator of class Order, line 2"),
        ("@stripe.hook\ndef refund(): pass\n", "decorator of refund(), line 2"),
        ("@a\n@stripe.hook(3)\nasync def refund(): pass\n", "decorator of refund(), line 3"),
        ("class Order:\n    @stripe.hook\n    def pay(self): pass\n", "decorator of Order.pay(), line 3"),
        ("def refund(x=stripe.X): pass\n", "default in refund(), line 2"),
        ("def refund(*, x=stripe.X): pass\n", "default in refund(), line 2"),
        ("def refund(x: int = stripe.X): pass\n", "default in refund(), line 2"),
        ("class Order:\n    key = stripe.key\n", "body of class Order, line 3"),
        ("class Order:\n    class Meta:\n        key = stripe.key\n", "body of class Meta, line 4"),
        ("class Order:\n    if stripe.key:\n        pass\n", "body of class Order, line 3"),
        ("client = stripe.Client()\n", "a call, line 2"),
        ("register(stripe)\n", "a call, line 2"),
        ("client = stripe\n", "module level, line 2"),
        ("stripe.api_key = 'x'\n", "module level, line 2"),
        ("keys = [stripe.key for x in y]\n", "module level, line 2"),
        ("keys = {x: stripe.key for x in y}\n", "module level, line 2"),
        ("version = f'{stripe.VERSION}'\n", "module level, line 2"),
        ("Key = stripe.Key | None\n", "module level, line 2"),
        ("if stripe.key:\n    pass\n", "module level, line 2"),
        ("for key in stripe.keys:\n    pass\n", "module level, line 2"),
        ("with stripe.lock:\n    pass\n", "module level, line 2"),
        ("try:\n    pass\nexcept stripe.Error:\n    pass\n", "module level, line 4"),
        ("assert stripe\n", "module level, line 2"),
        ("stripe\n", "module level, line 2"),
        ("key = stripe.key if x else None\n", "module level, line 2"),
        ("f = lambda x=stripe.X: x\n", "module level, line 2"),
        ("stripe = None\n", "bound again, line 2"),
        ("stripe: int = 3\n", "bound again, line 2"),
        ("for stripe in ():\n    pass\n", "bound again, line 2"),
        ("del stripe\n", "bound again, line 2"),
        ("def reset():\n    global stripe\n    stripe = None\n", "bound again, line 4"),
        ("def refund():\n    stripe.pay()\nclient = stripe.Client()\n", "a call, line 4"),
    ],
)
def test_used_at_import(tmp_path: Path, text: str, sentence: str) -> None:
    assert reason(tmp_path, f"import stripe\n{text}") == f"used at import: {sentence}"


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the statement is new in Python 3.12")
def test_type_alias(tmp_path: Path) -> None:
    assert reason(tmp_path, "import stripe\ntype Key = stripe.Key\n") == snapshot(
        "used at import: module level, line 2"
    )
    text = f"{FUTURE}import stripe\nclass Box[T: stripe.Key]: pass\n"
    assert reason(tmp_path, text, name="views.py") == snapshot("used at import: body of class Box, line 3")


@pytest.mark.parametrize(
    "text",
    [
        "def load():\n    stripe.load()\nclass Pay:\n    key: load() = 3\n",
        "def load():\n    stripe.load()\nlater = lambda: load()\n",
        "def load():\n    stripe.load()\n    load()\n",
        "class Pay:\n    def load(self):\n        stripe.load()\npay = Pay()\n",
        "class Pay:\n    def load(self):\n        stripe.load()\nx = y.Pay.load()\n",
    ],
    ids=["annotation", "lambda", "itself", "method that is not called", "another's"],
)
def test_calls_that_do_not_run_it(tmp_path: Path, text: str) -> None:
    assert verdict(tmp_path, f"{FUTURE}import stripe\n{text}").deferrable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("if x:\n    import stripe\nelse:\n    import pay as stripe\n", 4),
        ("import stripe\nif x:\n    from pay import stripe\n", 3),
        ("import stripe\ndef stripe(): pass\n", 2),
        ("import stripe\nclass stripe: pass\n", 2),
        ("import stripe\ntry:\n    from pay import api as stripe\nexcept E:\n    pass\n", 3),
    ],
    ids=["import as", "from import", "function", "class", "in try"],
)
def test_bound_by_another_statement(tmp_path: Path, text: str, line: int) -> None:
    text += "def refund():\n    stripe.pay()\n"
    assert reason(tmp_path, text) == f"used at import: bound again, line {line}"


def test_other_submodules_of_the_same_package(tmp_path: Path) -> None:
    text = "import stripe.api\nimport stripe.errors\nclass Pay:\n    def stripe(self):\n        return stripe.api\n"
    assert verdict(tmp_path, text).functions == ("Pay.stripe()",)


def test_a_lambda_outside_of_functions(tmp_path: Path) -> None:
    assert verdict(tmp_path, "import stripe\npay = lambda: stripe.pay()\n").reason == snapshot(
        "used only in the lambda in line 2"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("try:\n    import stripe\nexcept ImportError:\n    stripe = None\n", "inside try, line 1"),
        ("try:\n    pass\nexcept ImportError:\n    import stripe\n", "inside try, line 1"),
        ("try:\n    if x:\n        import stripe\nfinally:\n    pass\n", "inside try, line 1"),
        ("try:\n    import stripe\nexcept* ImportError:\n    pass\n", "inside try, line 1"),
        ("with suppress(ImportError):\n    import stripe\n", "inside with, line 1"),
    ],
    ids=["try", "except", "block in try", "try of groups", "with"],
)
def test_import_that_may_fail(tmp_path: Path, text: str, sentence: str) -> None:
    text += "def refund():\n    stripe.pay()\n"
    assert reason(tmp_path, text) == f"{sentence}, which may handle a failed import"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def load():\n    import stripe\n", "already inside load(), which runs at start"),
        (
            "class Shop:\n    def ready(self):\n        import stripe\n",
            "already inside Shop.ready(), which runs at start",
        ),
        ("def load():\n    try:\n        import stripe\n    except E:\n        pass\n", "inside try, line 2"),
        ("class Shop:\n    import stripe\n", "inside the body of class Shop, line 1"),
    ],
    ids=["function", "method", "try in a function", "class"],
)
def test_import_in_something(tmp_path: Path, text: str, sentence: str) -> None:
    assert reason(tmp_path, text).startswith(sentence)


def test_import_on_a_condition(tmp_path: Path) -> None:
    """A package of developers may be absent elsewhere: a function would import it there too."""
    text = "if settings.PAY:\n    import stripe\ndef refund():\n    stripe.pay()\n"
    assert verdict(tmp_path, text).reason == snapshot("inside if, line 1, which decides whether it is imported")
    text = "match settings.PAY:\n    case 'stripe':\n        import stripe\ndef refund():\n    stripe.pay()\n"
    found = verdict(tmp_path, text, name="pay.py")
    assert found.reason == snapshot("inside match, line 1, which decides whether it is imported")
    text = "if x:\n    import stripe\nif y:\n    stripe.pay()\n"
    assert reason(tmp_path, text, name="views.py") == snapshot("used at import: a call, line 4")


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("import stripe", ("stripe",)),
        ("import stripe as pay", ("pay",)),
        ("import stripe.api.v2", ("stripe",)),
        ("import stripe.api.v2 as pay", ("pay",)),
        ("import stripe, boto3 as aws", ("aws", "stripe")),
        ("from stripe import Charge", ("Charge",)),
        ("from stripe import Refund as Back, Charge", ("Back", "Charge")),
        ("from . import stripe", ("stripe",)),
        ("from ..stripe.api import Charge", ("Charge",)),
        ("from .stripe import api", ("api",)),
    ],
)
def test_names_and_statement(tmp_path: Path, statement: str, names: tuple[str, ...]) -> None:
    text = f"# what pays\n\n{statement}\ndef refund():\n    {' + '.join(names)}\n"
    found = verdict(tmp_path, text)
    assert found == Deferral(Reason.USED_IN_FUNCTIONS, "used only in refund()", ("refund()",), statement, 3, names)


def test_each_name_of_a_statement_counts(tmp_path: Path) -> None:
    text = "from stripe import Refund, Charge\ndef refund():\n    Refund()\nclass Pay(Charge): pass\n"
    assert reason(tmp_path, text) == snapshot("used at import: base of class Pay, line 4")


def test_submodule_binds_the_outermost_package(tmp_path: Path) -> None:
    text = "import google.cloud.storage\ndef upload():\n    google.cloud.storage.Client()\nv2 = storage\n"
    assert verdict(tmp_path, text, at="google").reason == snapshot("used only in upload()")


def test_imported_on_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("x = 1\nfrom stripe import (\n    Charge,\n    Refund,\n)\ndef pay():\n    Charge, Refund\n")
    found = {line: judge(path, line) for line in range(1, 7)}
    assert found[2] == found[3] == found[4] == found[5]
    assert found[2].statement == snapshot("from stripe import Charge, Refund")
    assert found[2].line == 2
    assert found[1].reason == snapshot("imported by name (include, import_module), line 1")
    assert found[6].reason == snapshot("imported by name (include, import_module), line 6")


def test_continued_line(tmp_path: Path) -> None:
    found = verdict(tmp_path, "import \\\n    stripe\ndef pay():\n    stripe.pay()\n", at="import")
    assert (found.line, found.reason) == snapshot((1, "used only in pay()"))


@pytest.mark.parametrize("last", ["stripe", "os"])
def test_several_imports_on_one_line(tmp_path: Path, last: str) -> None:
    text = f"import os; import stripe\ndef pay():\n    stripe.pay()\npath = {last}.path\n"
    assert reason(tmp_path, text) == snapshot("used at import: module level, line 4")


def test_several_imports_on_one_line_that_can_all_move(tmp_path: Path) -> None:
    found = verdict(tmp_path, "import os; import stripe\ndef pay():\n    stripe.pay(os.environ)\n")
    assert found == Deferral(
        Reason.USED_IN_FUNCTIONS, "used only in pay()", ("pay()",), "import os; import stripe", 1, ("os", "stripe")
    )


def test_something_else_on_the_line(tmp_path: Path) -> None:
    found = verdict(tmp_path, "x = 3; import stripe\ndef pay():\n    stripe.pay()\n")
    assert found.statement == snapshot("import stripe")
    assert found.deferrable


@pytest.mark.parametrize(
    ("line", "reason", "statement"),
    [
        (8, "imported lazily, line 3, and first used on this line", "import stripe"),
        (9, "imported lazily, line 4, and first used on this line", "from pay.api import Refund"),
        (10, "imported lazily, line 5, and first used on this line", "import boto3, os"),
        (11, "imported by name (include, import_module), line 11", ""),
        (6, "used only in refund()", "import json"),
    ],
)
def test_lazy_modules(tmp_path: Path, line: int, reason: str, statement: str) -> None:
    path = tmp_path / "models.py"
    path.write_text(LISTED)
    found = judge(path, line)
    assert (found.reason, found.statement) == (reason, statement)


@pytest.mark.skipif(sys.version_info < (3, 15), reason="lazy imports are new in Python 3.15")
def test_lazy_imports(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("lazy import stripe\nlazy from pay import api\ndef refund():\n    stripe, api\n")
    found = judge(path, 4)
    assert found.reason == snapshot("imported lazily, lines 1, 2, and first used on this line")
    assert found.statement == snapshot("lazy import stripe; lazy from pay import api")


@pytest.mark.parametrize(
    "exported",
    [
        "__all__ = ['stripe']\n",
        "__all__ = ('other', 'stripe')\n",
        "__all__ = []\n__all__ += ['stripe']\n",
        "__all__: list[str] = ['stripe']\n",
        "__all__ = other.__all__ + ['stripe']\n",
        "names = __all__ = ['stripe']\n",
        "__all__ = []\n__all__.append('stripe')\n",
        "__all__ = []\n__all__.extend(['stripe'])\n",
    ],
)
def test_names_in_all(tmp_path: Path, exported: str) -> None:
    text = f"import stripe\n{exported}def refund():\n    stripe.pay()\n"
    assert reason(tmp_path, text) == snapshot("re-exported: stripe is in __all__")


@pytest.mark.parametrize("other", ["__all__ = ['refund']\n", "__all__: list[str]\n", "names = ['stripe']\n"])
def test_names_not_in_all(tmp_path: Path, other: str) -> None:
    text = f"import stripe\n{other}def refund():\n    stripe.pay()\n"
    assert verdict(tmp_path, text).deferrable


def test_star_import(tmp_path: Path) -> None:
    text = "\nfrom stripe import *\ndef refund():\n    Charge()\n"
    assert reason(tmp_path, text) == snapshot("a star import, line 2: which names it binds is unknown")


def test_unused(tmp_path: Path) -> None:
    text = "x = 1\nimport stripe\n"
    sentence = "not used in this file, line 2: {}, or imported for its side effects"
    assert reason(tmp_path, text) == sentence.format("not needed")
    assert reason(tmp_path, text, name="__init__.py") == sentence.format("re-exported")


@pytest.mark.parametrize("head", ["#!/opt/venv/bin/python\n", SHELL_HEAD], ids=["python", "sh"])
def test_console_script(tmp_path: Path, head: str) -> None:
    text = f"{head}import stripe\nif __name__ == '__main__':\n    stripe.main()\n"
    line = text[: text.index("stripe.main")].count("\n") + 1
    assert reason(tmp_path, text, name="stripe-admin") == f"used at import: a call, line {line}"


@pytest.mark.parametrize(
    "name", ["_stripe.cpython-311-x86_64.so", "_stripe.pyd", "stripe.pyc", "<string>", "", "null\0byte"]
)
def test_not_a_source_file(tmp_path: Path, name: str) -> None:
    assert judge(tmp_path / name, 3) == Deferral(Reason.NO_SOURCE, "unknown: not a Python source file")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("gone.py", "file was not found"),
        ("models.zip/shop/models.py", "is in the archive models.zip"),
        ("null\0byte.py", "cannot be read (ValueError)"),
        ("directory.py", "file was not found"),
    ],
)
def test_source_that_is_not_here(tmp_path: Path, name: str, problem: str) -> None:
    (tmp_path / "directory.py").mkdir()
    (tmp_path / "models.zip").write_bytes(b"")
    assert judge(tmp_path / name, 3) == Deferral(Reason.NO_SOURCE, f"unknown: its source {problem}")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"import stripe\nclass\n", "cannot be parsed (invalid syntax)"),
        (b"print 'stripe'\n", "cannot be parsed (Missing parentheses in call to 'print'. Did you mean print(...)?)"),
        (b"import stripe\nx = '\xff'\n", "cannot be read (UnicodeDecodeError)"),
        (b"# coding: klingon\nimport stripe\n", "cannot be parsed (unknown encoding: klingon)"),
    ],
    ids=["syntax", "Python 2", "not UTF-8", "encoding"],
)
def test_source_that_cannot_be_parsed(tmp_path: Path, data: bytes, problem: str) -> None:
    path = tmp_path / "models.py"
    path.write_bytes(data)
    found = judge(path, 1)
    assert not found.deferrable
    assert found.reason == f"unknown: its source {problem}"


def test_null_bytes(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_bytes(b"import stripe\n\0\n")
    assert judge(path, 1).reason in (
        "unknown: its source cannot be read (ValueError)",
        "unknown: its source cannot be parsed (source code string cannot contain null bytes)",
    )


def test_nested_too_deeply(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text(f"import stripe\nx = {'-' * 100_000}1\n")
    assert judge(path, 1).reason.startswith("unknown: its source cannot be ")


def test_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_bytes("# coding: latin-1\nimport stripe\ndef zurück():\n    stripe.pay()\n".encode("latin-1"))
    assert judge(path, 2).reason == snapshot("used only in zurück()")
    path = tmp_path / "views.py"
    path.write_bytes(b"\xef\xbb\xbfimport stripe\r\ndef refund():\r\n    stripe.pay()\r\n")
    assert judge(path, 1).reason == snapshot("used only in refund()")


def test_windows_source(tmp_path: Path) -> None:
    text = "import stripe\ndef refund():\n    stripe.pay()\n"
    assert verdict(tmp_path, text, name="models.pyw").deferrable


def test_warnings_about_the_projects_text_are_not_ours_to_give(tmp_path: Path) -> None:
    text = "import stripe\ndef refund():\n    stripe.pay('\\d')\n    return 1 is 1\n"
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert verdict(tmp_path, text).deferrable
    assert caught == []


def test_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "models.py"
    path.write_text("")
    assert judge(path, 1).reason == snapshot("imported by name (include, import_module), line 1")
