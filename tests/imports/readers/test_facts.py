"""What is known of files, and kept in the user's cache directory: never what no longer holds."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.imports.readers import facts_cache, file_facts
from django_startup.imports.readers.facts_cache import SETTLED_NS, cache_path, read_facts
from django_startup.imports.readers.file_facts import FileFacts
from django_startup.imports.readers.project_files import find_files
from django_startup.imports.readers.reads import How, Read, Reads
from django_startup.imports.source import top_level_imports

TEXT = """\
from shop.services import load
from .base import *
__all__ = ["load"]
x = "a.b"
exec(open("c.py").read())
y
"""
LATER = 2**62  # a time by which no file has changed shortly before


def facts(project: Path, now_ns: int = LATER) -> FileFacts:
    return FileFacts(find_files([str(project)]), project / "cache/facts.json", now_ns)


def kept(project: Path) -> dict[str, facts_cache.Facts]:
    return read_facts(project / "cache/facts.json")


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_facts, "read_text", lambda file, stamp: pytest.fail(f"{file} is read again"))
    monkeypatch.setattr(file_facts, "parse_reads", lambda file: pytest.fail(f"{file} is parsed again"))


def test_what_is_kept_is_not_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(TEXT)
    (tmp_path / "b.py").write_text("import a\n")
    first = facts(tmp_path)
    reads = first.reads(str(tmp_path / "a.py"))
    assert Read("shop.services.load", 1, How.IMPORT) in reads.reads
    assert (reads.free["y"], reads.exported, "x" in reads.defined) == (6, frozenset({"load"}), True)
    first.reads(str(tmp_path / "b.py"))
    first.keep()
    forbid_reading(monkeypatch)
    again = facts(tmp_path)
    assert again.facts == first.facts
    assert again.reads(str(tmp_path / "a.py")) == reads
    monkeypatch.setattr(file_facts, "write_facts", lambda *_: pytest.fail("nothing is new"))
    again.keep()


def test_what_has_been_parsed_since_is_kept_too(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(TEXT)
    facts(tmp_path).keep()
    assert [known.reads for known in kept(tmp_path).values()] == [None]
    again = facts(tmp_path)
    again.reads(str(tmp_path / "a.py"))
    again.keep()
    assert [known.reads is None for known in kept(tmp_path).values()] == [False]


def test_a_file_that_has_changed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import a\n")
    os.utime(path, ns=(1, 1))
    facts(tmp_path).keep()
    path.write_text("import b\n")
    os.utime(path, ns=(1, 1))  # the size and the time of before
    assert facts(tmp_path).facts[str(path)].mentions.bindings == (("b", "b"),)


def test_a_file_that_is_gone_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import a\n")
    (tmp_path / "b.py").write_text("import b\n")
    facts(tmp_path).keep()
    (tmp_path / "b.py").unlink()
    facts(tmp_path).keep()
    assert kept(tmp_path).keys() == {str(tmp_path / "a.py")}


def test_a_file_that_may_change_within_the_same_moment_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import a\n")
    changed_ns = (tmp_path / "a.py").stat().st_ctime_ns
    facts(tmp_path, changed_ns + SETTLED_NS).keep()
    assert kept(tmp_path) == {}
    facts(tmp_path, changed_ns + SETTLED_NS + 1).keep()
    assert len(kept(tmp_path)) == 1


@pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
def test_damaged_facts_are_as_if_they_were_not_there(tmp_path: Path, damage: str) -> None:
    (tmp_path / "a.py").write_text("import json\n")
    facts(tmp_path).keep()
    cache = tmp_path / "cache/facts.json"
    data = cache.read_bytes()
    cache.write_bytes({"cut": data[:-2], "changed": data.replace(b"json", b"jsom"), "empty": b""}[damage])
    assert kept(tmp_path) == {}
    assert facts(tmp_path).facts[str(tmp_path / "a.py")].mentions.bindings == (("json", "json"),)


def test_facts_of_other_code_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("import json\n")
    facts(tmp_path).keep()
    monkeypatch.setattr(facts_cache, "MADE_BY", ("reads.py",))
    assert kept(tmp_path) == {}


def test_other_code_is_all_that_finds_facts() -> None:
    package = Path(file_facts.__file__).parents[1]
    found = {package / "readers/facts_cache.py"}
    waiting = [package / "readers/mentions.py", package / "readers/reads_finder.py"]
    while waiting:
        path = waiting.pop()
        found.add(path)
        modules = (name.rpartition(".")[0] for name in top_level_imports(path))
        inside = [name.partition("django_startup.imports.")[2].replace(".", "/") for name in modules]
        waiting += {package / f"{name}.py" for name in inside if name} - found
    assert {(package / "readers" / name).resolve() for name in facts_cache.MADE_BY} == found


@pytest.mark.parametrize("made_by", [("nothing.py",)])
def test_without_a_source_of_our_own_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_by: tuple[str, ...]
) -> None:
    (tmp_path / "a.py").write_text("import json\n")
    monkeypatch.setattr(facts_cache, "MADE_BY", made_by)
    facts(tmp_path).keep()
    assert not (tmp_path / "cache/facts.json").exists()
    facts(tmp_path)


def test_what_is_too_large_is_neither_written_nor_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("import json\n")
    facts(tmp_path).keep()
    monkeypatch.setattr(facts_cache, "MOST_BYTES", 10)
    assert kept(tmp_path) == {}
    (tmp_path / "cache/facts.json").unlink()
    facts(tmp_path).keep()
    assert list((tmp_path / "cache").iterdir()) == []


def test_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import json\n")
    (tmp_path / "cache").write_text("in the way")
    facts(tmp_path).keep()
    assert (tmp_path / "cache").read_text() == "in the way"
    FileFacts(find_files([str(tmp_path)])).keep()


def test_the_oldest_projects_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_cache, "MOST_PROJECTS", 2)
    cache = tmp_path / "cache"
    for number in range(4):
        facts_cache.write_facts(cache / f"{number}.json", {}, LATER)
        os.utime(cache / f"{number}.json", (number, number))
    assert sorted(file.name for file in cache.iterdir()) == ["2.json", "3.json"]


def test_each_project_has_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    one, other = cache_path(["/srv/shop one"]), cache_path(["/srv/shop one", "/srv/lib"])
    assert one != other
    assert one.name.startswith("shopone-")
    assert cache_path(["/"]).name.startswith("project-")


def test_files_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text("import a\n")
    (tmp_path / "b.py").write_text("import b\n")
    found = find_files([str(tmp_path)])
    (tmp_path / "a.py").unlink()
    known = FileFacts(found, tmp_path / "cache/facts.json", LATER)
    assert known.facts.keys() == {str(tmp_path / "b.py")}
    (tmp_path / "b.py").unlink()
    assert known.reads(str(tmp_path / "b.py")) == Reads()
    known.keep()
    assert [row.reads for row in kept(tmp_path).values()] == [None]


def test_a_file_that_is_no_python(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("import a\nprint 'x'\n")
    known = facts(tmp_path)
    assert known.reads(str(path)) == Reads()
    known.keep()
    assert kept(tmp_path)[str(path)].reads == Reads()


def test_names_of_files_that_are_no_unicode(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"))
    path.write_text("import a\n")
    facts(tmp_path).keep()
    assert kept(tmp_path).keys() == {str(path)}
