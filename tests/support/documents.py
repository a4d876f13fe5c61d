"""Documents that are almost right: a good one with some of its values replaced or taken out."""

from __future__ import annotations

import copy
import os
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

# By hand: FUZZ=1000 python -m pytest tests/fuzz --hypothesis-seed N, again and again with other seeds: one long run
# gets slower with each example.
EXAMPLES = int(os.environ.get("FUZZ", "50"))


def fuzzed(share: float = 1.0) -> settings:
    """How a test is fuzzed; a share below 1 where an example takes long."""
    return settings(
        max_examples=max(10, round(EXAMPLES * share)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )


GONE = object()
HOSTILE = (
    "",
    "*",
    "__main__",
    "../..",
    "a" * 10_000,
    "a.b.c.d",
    "<img src=x onerror=alert(1)>",
    "</script><script>",
    "[red]x[/red]",
    "\x1b[31mred\x1b[0m",
    "a\nb\r\tc",
    "\"'`|&;$(x)",
    "\udc80\ud800",
    "\u202e\u0000\x7f",
    "1e999",
    "3s",
)
texts = st.sampled_from(HOSTILE) | st.text(max_size=20)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0, 1, -1, 2**31, 2**63, 10**400]),
    st.floats(),
    texts,
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
)
changes = st.lists(st.tuples(st.integers(0, 2**40), st.just(GONE) | values), max_size=5)


def changed(document: Any, picks: list[tuple[int, Any]]) -> Any:
    """document with other values at some places, or without what is there where the value is GONE."""
    for number, value in picks:
        if isinstance(document, dict | list) and document:
            document = with_change(document, number, value)
    return document


def with_change(container: Any, number: int, value: Any) -> Any:
    """A copy of a container with one change; number says where, at each level by its remainder."""
    number, at = divmod(number, len(container))
    key = list(container)[at] if isinstance(container, dict) else at
    number, deeper = divmod(number, 3)
    inner = container[key]
    container = copy.copy(container)
    if deeper and isinstance(inner, dict | list) and inner:
        container[key] = with_change(inner, number, value)
    elif value is GONE:
        del container[key]
    else:
        container[key] = value
    return container
