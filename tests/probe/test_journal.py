from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from django_startup.measure import boot
from django_startup.probe.descriptors import put_away
from django_startup.probe.journal import UNWRITTEN, Journal, encode


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        False,
        0,
        -(2**70),
        "",
        "plain",
        'quote " backslash \\ slash / </script>',
        "control \x00\x1f\x7f\n\r\t",
        "ünïcödé \U0001f600 \u2028",
        "lone \udc80 surrogate",
        [],
        [1, "a", None, [True]],
        {"a": 1, "b": {"c": []}},
    ],
)
def test_it_is_json(value: Any) -> None:
    text = encode(value).encode("utf-8", "backslashreplace")
    assert b"\n" not in text
    assert json.loads(text) == value


def test_tuples_and_odd_keys() -> None:
    assert json.loads(encode({1: (1, 2)})) == {"1": [1, 2]}


def test_an_integer_that_prints_itself_in_another_way() -> None:
    class Loud(int):
        def __repr__(self) -> str:
            return "loud"

    assert encode(Loud(3)) == "3"


def test_lines_in_a_file(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "x"), put_away)
    journal.write(["a", 1])
    journal.write_all([["b\udc80", 2], ["c", 3]])
    journal.close()
    lines = (tmp_path / "x").read_text().splitlines()
    assert [json.loads(line) for line in lines] == [["a", 1], ["b\udc80", 2], ["c", 3]]


def test_a_file_that_cannot_be_written_ends_the_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*arguments: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    ended: list[int] = []
    monkeypatch.setattr("django_startup.probe.journal.EXIT", ended.append)
    journal = Journal(str(tmp_path / "x"), put_away)
    monkeypatch.setattr("os.write", write)
    journal.write(["a", 1])
    assert ended == [UNWRITTEN]
    assert UNWRITTEN == boot.UNWRITTEN


def test_its_descriptor_is_none_that_the_project_expects(tmp_path: Path) -> None:
    """Also where the project has closed it, and would now get the lowest numbers for files of its own."""
    lowest = os.dup(0)
    os.close(lowest)
    journal = Journal(str(tmp_path / "x"), put_away)
    journal.write(["a", 1])
    os.close(journal.file)
    journal.write(["b", 2])
    mine = os.dup(0)
    assert mine == lowest
    os.close(mine)
    journal.close()
    assert (tmp_path / "x").read_text() == '["a",1]\n["b",2]\n'
