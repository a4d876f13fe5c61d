"""Imports that can move, and annotations."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from django_startup.imports.deferral import Deferral
from django_startup.profile.reasons import Reason
from tests.support.deferral import FUTURE, LAZY, reason, verdict


@pytest.mark.parametrize(
    ("text", "functions"),
    [
        ("def refund():\n    stripe.Refund\n", ["refund()"]),
        ("async def refund():\n    await stripe.refund()\n", ["refund()"]),
        ("class Order:\n    def pay(self):\n        return stripe.pay(self)\n", ["Order.pay()"]),
        ("class Order:\n    class Line:\n        def pay(self):\n            stripe.pay\n", ["Order.Line.pay()"]),
        ("def outer():\n    def inner():\n        stripe.pay()\n    return inner\n", ["outer()"]),
        ("def outer():\n    return lambda: stripe.pay()\n", ["outer()"]),
        ("@decorate\ndef refund():\n    stripe.pay()\n", ["refund()"]),
        ("def refund():\n    stripe.pay()\ndef charge():\n    stripe.pay()\n", ["refund()", "charge()"]),
        ("def refund():\n    try:\n        pay()\n    except stripe.Error:\n        pass\n", ["refund()"]),
        ("def refund():\n    class Event(stripe.Event):\n        kind = stripe.KIND\n", ["refund()"]),
        ("def refund():\n    @stripe.once\n    def inner(x=stripe.X): pass\n", ["refund()"]),
        ("def refund():\n    amount: stripe.Amount = 3\n", ["refund()"]),
        ("def refund():\n    def inner(amount: stripe.Amount): pass\n", ["refund()"]),
        ("def refund():\n    return [stripe.pay(item) for item in items]\n", ["refund()"]),
        ("def refund():\n    return f'{stripe.VERSION}'\n", ["refund()"]),
        ("def stripe_things():\n    global other\n    other = stripe\n", ["stripe_things()"]),
        ("refund = 3\ndef refund():\n    stripe.pay()\nother()\nself.refund()\n", ["refund()"]),
        ("def refund():\n    stripe.pay()\ndef later():\n    refund()\n", ["refund()"]),
        ("def refund():\n    if True:\n        with lock:\n            stripe.pay()\n", ["refund()"]),
    ],
    ids=[
        "function",
        "async",
        "method",
        "method of a nested class",
        "nested function",
        "lambda in a function",
        "decorated function",
        "two functions",
        "except clause",
        "class in a function",
        "decorator and default of a nested function",
        "annotation of a local variable",
        "annotation of a nested function",
        "comprehension in a function",
        "f-string in a function",
        "global of another name",
        "others are called",
        "called by a function",
        "blocks in a function",
    ],
)
def test_used_only_in_functions(tmp_path: Path, text: str, functions: list[str]) -> None:
    found = verdict(tmp_path, f"import stripe\n{text}")
    assert found == Deferral(
        Reason.USED_IN_FUNCTIONS,
        f"used only in {', '.join(functions)}",
        tuple(functions),
        "import stripe",
        1,
        ("stripe",),
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("def pay(stripe):\n    return stripe.x\n", "argument"),
        ("def pay(stripe, /):\n    return stripe.x\n", "positional argument"),
        ("def pay(*, stripe):\n    return stripe.x\n", "keyword argument"),
        ("def pay(*stripe):\n    return stripe\n", "variable arguments"),
        ("def pay(**stripe):\n    return stripe\n", "variable keywords"),
        ("def pay():\n    stripe = 3\n    return stripe\n", "local"),
        ("def pay():\n    for stripe in ():\n        print(stripe)\n", "loop"),
        ("def pay():\n    with lock as stripe:\n        print(stripe)\n", "with"),
        ("def pay():\n    if (stripe := 3):\n        print(stripe)\n", "walrus"),
        ("def pay():\n    import stripe\n    stripe.pay()\n", "import"),
        ("def pay():\n    from x import stripe\n    stripe.pay()\n", "from import"),
        ("def pay():\n    import x as stripe\n    stripe.pay()\n", "import as"),
        ("def pay():\n    import stripe.api\n    stripe.pay()\n", "import of a submodule"),
        ("def pay():\n    try:\n        x()\n    except E as stripe:\n        print(stripe)\n", "except"),
        ("def pay():\n    def stripe(): pass\n    stripe()\n", "nested function"),
        ("def pay():\n    async def stripe(): pass\n    stripe()\n", "nested async function"),
        ("def pay():\n    class stripe: pass\n    stripe()\n", "nested class"),
        ("def pay(x):\n    match x:\n        case {'a': stripe}:\n            print(stripe)\n", "match"),
        ("def pay(x):\n    match x:\n        case [*stripe]:\n            print(stripe)\n", "match star"),
        ("def pay(x):\n    match x:\n        case {'a': 1, **stripe}:\n            print(stripe)\n", "match rest"),
        ("def pay(stripe):\n    def inner():\n        return stripe.x\n", "argument of the function around"),
    ],
    ids=lambda value: value if "\n" not in value else "",
)
def test_names_that_a_function_binds_itself(tmp_path: Path, text: str, name: str) -> None:
    found = verdict(tmp_path, f"import stripe\n{text}def refund():\n    stripe.Refund\n")
    assert (found.deferrable, found.reason) == snapshot((True, "used only in refund()"))


@pytest.mark.parametrize(
    "text",
    [
        "def refund(stripe=stripe):\n    return stripe\n",
        "def refund(*, stripe=stripe):\n    return stripe\n",
        "def refund(x, stripe=lambda: 3, y=stripe):\n    return stripe\n",
    ],
)
def test_default_of_an_argument_of_the_same_name(tmp_path: Path, text: str) -> None:
    assert reason(tmp_path, f"import stripe\n{text}") == snapshot("used at import: default in refund(), line 2")


def test_decorator_of_a_function_with_an_argument_of_the_same_name(tmp_path: Path) -> None:
    text = "import stripe\n@stripe.hook\ndef refund(stripe):\n    return stripe\n"
    assert reason(tmp_path, text) == snapshot("used at import: decorator of refund(), line 2")


def test_loop_variable_of_a_comprehension_is_not_the_functions(tmp_path: Path) -> None:
    text = "import stripe\ndef refund():\n    stripe.pay([stripe for stripe in items])\n"
    assert verdict(tmp_path, text).functions == ("refund()",)


@pytest.mark.parametrize(
    "text",
    [
        "def refund(order: stripe.Order): pass\n",
        "def refund(order: stripe.Order, /, *, x: stripe.X, **rest: stripe.Rest): pass\n",
        "def refund(*orders: stripe.Order): pass\n",
        "def refund() -> stripe.Order: pass\n",
        "async def refund() -> list[stripe.Order]: pass\n",
        "class Order:\n    def refund(self) -> stripe.Order: pass\n",
        "class Order:\n    kind: stripe.Kind\n",
        "class Order:\n    kind: stripe.Kind = 3\n",
        "kind: stripe.Kind\n",
    ],
    ids=[
        "argument",
        "kinds of arguments",
        "variable arguments",
        "return",
        "async",
        "method",
        "class",
        "value",
        "module",
    ],
)
def test_used_only_in_annotations(tmp_path: Path, text: str) -> None:
    found = verdict(tmp_path, f"{FUTURE}import stripe\n{text}")
    sentence = "used only in annotations: it can move under TYPE_CHECKING"
    assert found == Deferral(Reason.USED_IN_ANNOTATIONS, sentence, (), "import stripe", 2, ("stripe",))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def refund(order: stripe.Order): pass\n", "annotation of refund(), line 2"),
        ("def refund() -> stripe.Order: pass\n", "annotation of refund(), line 2"),
        (
            "class Order:\n    def refund(\n        self, x: stripe.X\n    ): pass\n",
            "annotation of Order.refund(), line 4",
        ),
        ("class Order:\n    kind: stripe.Kind\n", "annotation of class Order, line 3"),
        ("kind: stripe.Kind\n", "annotation of a variable, line 2"),
    ],
)
def test_annotations_without_the_future(tmp_path: Path, text: str, sentence: str) -> None:
    found = verdict(tmp_path, f"import stripe\n{text}")
    if LAZY:
        assert (found.deferrable, found.reason) == snapshot(
            (True, "used only in annotations: it can move under TYPE_CHECKING")
        )
    else:
        assert (found.deferrable, found.reason) == (False, f"used at import: {sentence}")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("@router.get\ndef refund(order: stripe.Order): pass\n", "refund(), line 4"),
        ("@router.get\ndef refund() -> stripe.Order: pass\n", "refund(), line 4"),
        ("class Order(\n    Schema):\n    kind: stripe.Kind\n", "class Order, line 5"),
        ("@dataclass\nclass Order:\n    kind: stripe.Kind\n", "class Order, line 5"),
        ("class Order(metaclass=Fields):\n    kind: stripe.Kind\n", "class Order, line 4"),
    ],
    ids=["argument", "return", "base class", "decorated class", "metaclass"],
)
def test_annotations_that_others_may_evaluate(tmp_path: Path, text: str, where: str) -> None:
    found = reason(tmp_path, f"{FUTURE}import stripe\n{text}")
    assert found == f"used at import: annotation of {where}, which a base class or decorator may evaluate"


def test_annotations_and_functions(tmp_path: Path) -> None:
    text = f"{FUTURE}import stripe\ndef refund(order: stripe.Order):\n    stripe.pay()\n"
    found = verdict(tmp_path, text)
    assert (found.deferrable, found.reason) == snapshot((True, "used in annotations and only in refund()"))
    assert found.functions == ("refund()",)


def test_another_import_from_the_future(tmp_path: Path) -> None:
    text = "from __future__ import division\nimport stripe\nkind: stripe.Kind\n"
    assert verdict(tmp_path, text).deferrable is LAZY


def test_annotation_in_a_block_counts_as_evaluated(tmp_path: Path) -> None:
    text = f"{FUTURE}import stripe\nif x:\n    kind: stripe.Kind\n"
    assert reason(tmp_path, text) == snapshot("used at import: module level, line 4")


def test_value_beside_an_annotation(tmp_path: Path) -> None:
    text = f"{FUTURE}import stripe\nkind: int = stripe.KIND\n"
    assert reason(tmp_path, text) == snapshot("used at import: module level, line 3")


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("@router.post\ndef refund(order: 'stripe.Order'): pass\n", "refund(), line 3"),
        ("class Order(Serializer):\n    def get_price(self, x) -> stripe.Price: pass\n", "Order.get_price(), line 3"),
        ("class Order(Serializer):\n    def get_price(self, x: 'list[stripe.X]'): pass\n", "Order.get_price(), line 3"),
        ("@dataclass\nclass Order:\n    price: 'stripe.Price | None' = None\n", "class Order, line 4"),
        ("class Shop(Schema):\n    class Order:\n        price: Optional['stripe.Price']\n", "class Order, line 4"),
    ],
    ids=["string", "method", "string in a method", "string in a class", "class in a class"],
)
def test_strings_and_methods_that_others_may_evaluate(tmp_path: Path, text: str, where: str) -> None:
    found = reason(tmp_path, f"{FUTURE}import stripe\n{text}")
    number = int(where[-1]) + 1  # of the line, behind that of the future
    assert found == (
        f"used at import: annotation of {where[:-1]}{number}, which a base class or decorator may evaluate"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def pay(x: stripe.X): pass\napi.add(pay)\n", "pay(), line 3, which may be evaluated: line 4 hands on pay"),
        ("def pay(x: 'stripe.X'): pass\nVIEWS = [pay]\n", "pay(), line 3, which may be evaluated: line 4 hands on pay"),
        ("def pay() -> 'stripe.X': pass\nhints = pay\n", "pay(), line 3, which may be evaluated: line 4 hands on pay"),
        (
            "class Order:\n    x: stripe.X\ndef f():\n    return get_type_hints(Order)\n",
            "class Order, line 4, which may be evaluated: line 6 hands on Order",
        ),
        (
            "class Order:\n    def pay(self, x: stripe.X): pass\napi.add(Order().pay)\n",
            "Order.pay(), line 4, which may be evaluated: line 5 hands on pay",
        ),
        (
            "class Order:\n    x: 'stripe.X'\nclass More(Order, Schema): pass\n",
            "class Order, line 4, which may be evaluated: line 5 hands on Order",
        ),
        (
            "class Order:\n    x: stripe.X\nkind: type = Order\n",
            "class Order, line 4, which may be evaluated: line 5 hands on Order",
        ),
    ],
    ids=["argument", "list", "assigned", "type hints", "method", "base", "value"],
)
def test_annotations_of_what_is_handed_on(tmp_path: Path, text: str, sentence: str) -> None:
    assert reason(tmp_path, f"{FUTURE}import stripe\n{text}") == f"used at import: annotation of {sentence}"


@pytest.mark.parametrize(
    "text",
    [
        "def pay(x: 'stripe.X'): pass\npay(1)\n",
        "def pay(x: 'list[stripe.X]'): pass\n",
        "class Order:\n    x: 'stripe.X'\nisinstance(1, Order)\norder: Order = Order()\n@Order\n"
        "def f(a: Order) -> Order: pass\nOrder.x\ntry:\n    raise Order\nexcept Order:\n    pass\n",
        "x: 'stripe.X' = 1\n",
    ],
)
def test_strings_that_nobody_evaluates(tmp_path: Path, text: str) -> None:
    found = verdict(tmp_path, f"import stripe\n{text}")
    assert found.reason == "used only in annotations: it can move under TYPE_CHECKING"


@pytest.mark.parametrize(
    "text",
    [
        "x = {'stripe': 1}['stripe']\n",
        "x: Literal['stripe']\n",
        "KINDS['stripe']\n",
        "def f(x='stripe'): pass\n",
        "x: Annotated[int, Field('stripe')]\n",
        "x: int = 'stripe'\n",
        "x: 'stripe is no type'\n",
        "def f():\n    x: 'stripe.X' = 1\n",
        "x: 'stripes'\n",
        "f'stripe'\n",
    ],
)
def test_strings_that_are_no_types(tmp_path: Path, text: str) -> None:
    assert verdict(tmp_path, f"import stripe\n{text}").kind is Reason.UNUSED


def test_a_type_in_a_string_of_a_call(tmp_path: Path) -> None:
    text = "import stripe\n@api.get(response=List['stripe.X'])\ndef f(): pass\nAlias = typing.Optional['stripe.Y']\n"
    assert reason(tmp_path, text) == snapshot("used at import: decorator of f(), line 2")
    text = "import stripe\nAlias = typing.Optional['stripe.Y']\n"
    assert reason(tmp_path, text, name="alias.py") == snapshot("used at import: module level, line 2")
