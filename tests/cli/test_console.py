from __future__ import annotations

import gc

import pytest

from django_startup.cli.console import console_policy, say, without_collections


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_left_as_it_was(enabled: bool) -> None:
    was_enabled = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with without_collections():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was_enabled else gc.disable)()


def test_what_a_process_that_ends_has_made_is_not_looked_through() -> None:
    was_enabled = gc.isenabled()
    gc.enable()
    try:
        with without_collections(for_good=True):
            pass
        assert not gc.isenabled()
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()
        (gc.enable if was_enabled else gc.disable)()


@pytest.mark.parametrize(
    ("columns", "width"),
    [("0", 80), ("19", 80), ("20", None), ("99999", None), ("9" * 6, 80), ("9" * 5000, 80), ("x", None), ("", None)],
)
def test_a_terminal_without_columns(monkeypatch: pytest.MonkeyPatch, columns: str, width: int | None) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert console_policy().get("width") == width


def test_what_goes_on_is_said_on_a_terminal_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    say("running pytest")
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")
    say("running pytest \x1b")
    assert capsys.readouterr() == ("", "running pytest \\x1b\n")
