"""Imports are judged while the boot that shows them goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from django_startup.imports import ahead
from django_startup.imports.ahead import judge_ahead


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, int]]:
    found: list[tuple[Path, int]] = []
    monkeypatch.setattr(ahead, "judge", lambda path, line: found.append((path, line)))
    return found


def statement(file: Path, line: int, target: str) -> str:
    return json.dumps(["I", "shop.views", str(file), line, target], separators=(",", ":"), ensure_ascii=False) + "\n"


def test_what_brings_packages_into_the_project(tmp_path: Path, judged: list[tuple[Path, int]]) -> None:
    shop, installed = tmp_path / "shop" / "vües.py", tmp_path / ".venv" / "site-packages" / "stripe.py"
    (tmp_path / "shop").mkdir()
    (tmp_path / "conf.py").touch()
    recording = tmp_path / "recording"
    with recording.open("w", encoding="utf-8") as file:
        file.write(statement(shop, 1, "stripe.api"))
        file.writelines(statement(shop, 2, name) for name in ("json.tool", "django.db", "shop.models", "conf"))
        file.writelines(statement(other, 3, "requests") for other in (installed, tmp_path.parent / "tool.py"))
        file.write('["D","shop","' + str(shop) + '",4,"requests"]\n')
        file.write(statement(shop, 5, "requests"))
    work = judge_ahead(recording, tmp_path)
    assert [next(work) for _ in range(3)] == [True, True, False]
    assert judged == [(shop, 1), (shop, 5)]


def test_a_recording_that_grows(tmp_path: Path, judged: list[tuple[Path, int]]) -> None:
    """What is not there yet, not whole yet, or makes no sense does no harm."""
    shop, recording = tmp_path / "shop.py", tmp_path / "recording"
    work = judge_ahead(recording, tmp_path)
    assert next(work) is False
    line = statement(shop, 1, "stripe")
    recording.write_text(line[:-9], "utf-8")
    assert next(work) is False
    recording.write_text(f'{line}["I",1]\n["I","torn\n{statement(shop, 2, "requests")}["I"', "utf-8")
    assert [next(work) for _ in range(3)] == [True, True, False]
    assert judged == [(shop, 1), (shop, 2)]
