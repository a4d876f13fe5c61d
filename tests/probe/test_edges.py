"""Who imports what: that noting it is not seen by the project."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from django_startup.probe import importlib_bootstrap_frames
from django_startup.probe.importlib_bootstrap_edges import Edges


class Refused(ImportError):
    def __setattr__(self, name: str, value: object) -> None:
        raise AssertionError("code of the project was run")


def refuse(*arguments: object) -> Any:
    raise Refused


def test_no_frame_of_ours_is_in_a_traceback() -> None:
    noted_import = Edges(None, importlib_bootstrap_frames).noting(refuse)  # type: ignore[arg-type]
    with pytest.raises(Refused) as caught:
        noted_import("shop")
    frames = [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert frames == ["test_no_frame_of_ours_is_in_a_traceback", "refuse"]
