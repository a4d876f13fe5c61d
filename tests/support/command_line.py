"""Commands called within the test's own process, for what is refused before anything is booted."""

from __future__ import annotations

import gc
import sys
from unittest.mock import patch

import pytest

from django_startup.__main__ import main
from tests.support.helpers import Ran


def call(capsys: pytest.CaptureFixture[str], *words: str) -> Ran:
    """What `python -m django_startup WORDS` comes to."""
    arguments, is_collecting = sys.argv, gc.isenabled()
    sys.argv = ["django_startup", *words]
    gc.freeze()  # the collector has only to look at what the command makes, which is little beside all the tests
    try:
        # The command leaves the collector as for the end of the process, and this one goes on.
        with patch.object(gc, "freeze"):
            code = main(list(words))
    except SystemExit as end:
        assert isinstance(end.code, int)
        code = end.code
    finally:
        sys.argv = arguments
        if is_collecting:
            gc.enable()
        # Django's OutputWrapper closes what it writes to when it goes, and from Python 3.13 on that must be still open.
        gc.collect()
        gc.unfreeze()
    captured = capsys.readouterr()
    return Ran(code, captured.out, captured.err)
