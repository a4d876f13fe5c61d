"""The recursion limit: our frames take nothing of it."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

from django_startup.probe.recursion import AROUND, BARE_AROUND, HIGHEST, RecursionLimit, raised


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[RecursionLimit]:
    before = sys.getrecursionlimit()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "setrecursionlimit", sys.setrecursionlimit)
        patch.setattr(sys, "getrecursionlimit", sys.getrecursionlimit)
        yield RecursionLimit()
    sys.setrecursionlimit(before)


def test_the_project_sees_its_own(limit: RecursionLimit) -> None:
    get = sys.getrecursionlimit
    before = get()
    limit.start()
    assert (sys.getrecursionlimit(), get()) == (before, raised(before))
    sys.setrecursionlimit(7000)
    assert (sys.getrecursionlimit(), get()) == (7000, 12000 + AROUND)
    with pytest.raises(ValueError, match="recursion limit must be greater"):
        sys.setrecursionlimit(0)
    assert (sys.getrecursionlimit(), get()) == (7000, 12000 + AROUND)


def test_the_highest_there_is() -> None:
    assert raised(HIGHEST) == HIGHEST


def test_a_bare_boot_gets_little_more(limit: RecursionLimit) -> None:
    """It is judged by: a project that is too deep for a plain start is not to pass."""
    get = sys.getrecursionlimit
    limit.is_bare = True
    limit.start()
    assert get() == raised(limit.limit, is_bare=True)
    sys.setrecursionlimit(6000)
    assert (sys.getrecursionlimit(), get()) == (6000, 7000 + BARE_AROUND)
