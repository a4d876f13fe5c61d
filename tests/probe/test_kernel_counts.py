from __future__ import annotations

import os
from pathlib import Path

import pytest

from django_startup.probe import kernel_counts
from django_startup.probe.kernel_counts import KernelCounts

STAT = "7 (a) b) S 1 2 3 4 5 6 7 8 41 10\n"
IO = "rchar: 9\nread_bytes: 4096\nwrite_bytes: 1\n"
MAPS = """\
7f00-7f10 r-xp 00000000 08:01 11                         {library}
7f10-7f20 r-xp 00000000 08:01 11                         {library}
7f20-7f30 rw-p 00000000 00:00 0
7f30-7f40 r-xp 00000000 00:00 0                          [vdso]
7f40-7f50 r-xp 00000000 08:01 12                         /gone (deleted)
"""


class Unusable:
    def __fspath__(self) -> str:
        raise RuntimeError


def test_files_that_are_there_and_read(tmp_path: Path) -> None:
    counts = KernelCounts()
    there, written, gone = tmp_path / "a.py", tmp_path / "b.log", tmp_path / "c.pyc"
    there.touch()
    written.touch()
    for path, mode, flags in (
        (str(there), "r", os.O_RDONLY),
        (os.fsencode(there), "rb", os.O_RDONLY),
        (written, "a", os.O_WRONLY | os.O_APPEND),
        (gone, "rb", os.O_RDONLY),
        (tmp_path, None, os.O_RDONLY),
        (7, "r", os.O_RDONLY),
        (Unusable(), "r", os.O_RDONLY),
    ):
        counts.audit("open", (path, mode, flags))
    counts.audit("import", ("json", None, None, None, None))
    assert list(counts.opened) == [str(there)]


def test_what_the_kernel_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library = tmp_path / "lib one.so"
    library.touch()
    texts = {"/proc/self/io": IO, "/proc/self/stat": STAT, "/proc/self/maps": MAPS.format(library=library)}
    monkeypatch.setattr(kernel_counts, "lines", lambda path: texts[path].splitlines())
    counts = KernelCounts()
    counts.opened["/shop/urls.py"] = None
    assert counts.record() == {
        "record": "kernel",
        "read_bytes": 4096,
        "faults": 41,
        "files": ["/shop/urls.py", str(library)],
    }


def test_a_system_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_such_file(*arguments: object, **options: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr(kernel_counts, "open", no_such_file, raising=False)
    assert KernelCounts().record() == {"record": "kernel", "read_bytes": None, "faults": None, "files": []}


def test_a_kernel_without_this_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel_counts, "lines", lambda path: ["rchar: 9"] if path.endswith("io") else [])
    assert KernelCounts().record()["read_bytes"] is None
