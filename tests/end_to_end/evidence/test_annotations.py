"""Annotations that something evaluates at start, in another file than the one that has them."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from tests.support.evidence import Booted, boot
from tests.support.helpers import make_project

TYPES = ("called", "scanned", "signed", "variable", "unasked", "handed")
ANNOTATED = f"""\
from __future__ import annotations
{"".join(f"import t_{name}{chr(10)}" for name in TYPES)}
class Called:
    kind: t_called.Kind
    def pay(self, amount: t_scanned.Kind): pass
def signed(amount: t_signed.Kind): pass
def unasked(amount: t_unasked.Kind): pass
def handed(amount: t_handed.Kind): pass
total: t_variable.Kind
"""
ASKING = """\
import inspect, typing
import shop.annotated
from shop.annotated import Called, handed
def ask():
    typing.get_type_hints(Called)
    for member in [*vars(Called).values()]:
        if callable(member):
            typing.get_type_hints(member)
    inspect.signature(shop.annotated.signed, eval_str=True)
    typing.get_type_hints(shop.annotated)
ask()
def keep(function): pass
keep(handed)
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Booted:
    files = {f"t_{name}.py": "class Kind: pass\n" for name in TYPES}
    files |= {"shop/annotated.py": ANNOTATED, "shop/asking.py": ASKING}
    project = make_project(
        tmp_path_factory.mktemp("asked"), urls="import shop.annotated, shop.asking\nurlpatterns = []\n", files=files
    )
    return boot(project)


@pytest.mark.smoke
def test_what_something_evaluates_does_not_move(asked: Booted) -> None:
    ways = {name: " ".join(asked.ways(f"t_{name}").values()).partition(" urls > ")[0] for name in TYPES}
    assert ways == snapshot(
        {
            "called": "used at start: annotation of class Called, line 10, is evaluated, by shop/asking.py:5",
            "scanned": "used at start: annotation of Called.pay(), line 11, is evaluated, by shop/asking.py:8",
            "signed": "used at start: annotation of signed(), line 12, is evaluated, by shop/asking.py:9",
            "variable": "used at start: annotation of a variable, line 15, is evaluated, by shop/asking.py:10",
            "unasked": "used only in annotations: it can move under TYPE_CHECKING",
            "handed": (
                "used in annotation of handed(), line 14, which may be evaluated: shop/asking.py:13 hands on handed"
            ),
        }
    )


def test_the_profile_says_who_evaluated_it(asked: Booted) -> None:
    names = {(row["file"], row["name"]) for row in asked.saved["evaluated"]}
    assert names >= {("shop/annotated.py", f"t_{name}") for name in ("called", "scanned", "signed", "variable")}
