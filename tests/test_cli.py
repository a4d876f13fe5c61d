from __future__ import annotations

import gc

from django_startup.cli import garbage_uncollected


def test_no_garbage_is_collected_meanwhile() -> None:
    with garbage_uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_who_collects_none_at_all_stays_so() -> None:
    gc.disable()
    try:
        with garbage_uncollected():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
